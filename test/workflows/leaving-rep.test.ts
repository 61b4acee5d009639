// A rep leaves with thirty open offers while a worker is killed: custody, instants and mails against values by hand.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LinkSigner } from '../../src/integrations/mail/link-signer.js';
import { inLanes } from '../support/in-lanes.js';
import { decide, offerOf, type TestHandoff, type TestLead } from '../support/lead-steps.js';
import { publishDocument } from '../support/publish-document.js';
import { mailbox, waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.js';
import { custodyItems, custodyOf, handoffRows, noticesOf, raisedAt } from '../support/zone-records.js';

const OFFERS = 30;
const HOUR = 3_600_000;
const MINUTE = 60_000;
const LONG_MS = 240_000;
/** Tuesday 16:00 in Berlin, 10:00 in New York. */
const START = Date.parse('2026-11-24T15:00:00Z');

interface Job {
  readonly state: string;
  readonly kind: string;
  readonly subject: string;
  readonly total: number;
  readonly moved: number;
  readonly result: readonly { readonly state: string; readonly reason: string; readonly leads: number }[];
}
interface Put {
  readonly rerouting: { readonly jobId: string; readonly offers: number } | null;
}

let baton: TestBaton;
const workers: WorkerProcess[] = [];

beforeAll(async () => {
  baton = await startTestBaton();
  const weekdays = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:00', holidays: [] };
  await put('calendars/office', weekdays);
  await publishDocument(baton, 'policies', 'sla', {
    accept: { within: 'PT4H', rungs: [{ after: 'PT4H', do: 'escalate' }], then: 'return' },
    firstTouch: { within: 'PT8H' },
    acknowledge: { within: 'PT8H' },
    grace: 'P2D',
  });
}, LONG_MS);
afterAll(async () => {
  for (const worker of workers) await worker.kill();
  await baton.stop();
});

async function put<T = object>(path: string, body: object): Promise<T> {
  const answer = await baton.call('PUT', `/v1/${path}`, body);
  if (answer.status !== 200) throw new Error(`PUT ${path} answered ${answer.status}: ${answer.text}`);
  return answer.body as T;
}

function person(key: string, more: object): Promise<Put> {
  const [first = key] = key.split('-');
  const name = `${first.charAt(0).toUpperCase()}${first.slice(1)} Rep`;
  const known = {
    name,
    email: `${first}@testwerk.example`,
    team: 'sales',
    roles: ['rep'],
    calendar: 'office',
    weight: 1,
  };
  return put<Put>(`people/${key}`, { ...known, zone: 'Europe/Berlin', ...more });
}

async function offered(count: number): Promise<{ lead: TestLead; offer: TestHandoff }[]> {
  const made: { lead: TestLead; offer: TestHandoff }[] = [];
  await inLanes(8, Array.from({ length: count }), async () => {
    const lead = await raisedAt(baton, START);
    made.push({ lead, offer: await offerOf(baton, lead) });
  });
  return made;
}

const jobOf = async (id: string): Promise<Job> => (await baton.call<Job>('GET', `/v1/jobs/${id}`)).body;
const until = (id: string, what: string, is: (job: Job) => boolean): Promise<Job> =>
  waitFor(
    async () => {
      const job = await jobOf(id);
      return is(job) && job;
    },
    { what: `the job ${what}`, timeoutMs: LONG_MS, intervalMs: 20 },
  );

const linkOf = ({ id, assigneeId }: TestHandoff): string =>
  `/l/${baton.app.get(LinkSigner, { strict: false }).sign('decide', [id, assigneeId], Date.now() + HOUR)}`;

describe('a rep who leaves with thirty open offers', () => {
  it(
    'leaves none: as many as they can hold go to the other two, the rest to the queue, a worker killed meanwhile',
    async () => {
      await person('rolf-rep', { active: false });
      const rita = { capacity: 1_000 };
      await person('rita-rep', rita);
      const [kept] = await offered(1);
      await decide(baton, kept?.offer as TestHandoff, 'accept');
      const open = await offered(OFFERS);
      expect(new Set(open.map(({ offer }) => offer.assigneeId))).toEqual(new Set([await baton.personId('rita-rep')]));
      await person('rolf-rep', { capacity: 12 });
      await person('nora-rep', { capacity: 8, zone: 'America/New_York' });
      await baton.stopWorker();
      const doomed = await startWorkerProcess(baton);
      workers.push(doomed);

      const { rerouting } = await person('rita-rep', { ...rita, active: false });
      expect(rerouting?.offers).toBe(OFFERS);
      const id = String(rerouting?.jobId);
      const halfway = await until(id, 'has dealt with a few', ({ moved }) => moved >= 4);
      await doomed.kill();
      expect(halfway.moved).toBeLessThan(OFFERS);
      // The same order again, while it is under way, is the same job.
      const again = await person('rita-rep', { ...rita, active: false });
      expect([null, id]).toContain(again.rerouting?.jobId ?? null);
      await baton.startWorker();
      const job = await until(id, 'is done', ({ state }) => state === 'done');
      expect(job).toMatchObject({ kind: 'reroute_offers', subject: 'rita-rep', total: OFFERS, moved: OFFERS });
      expect(job.result).toEqual([{ state: 'done', reason: 'queued', leads: 10, leadIds: expect.any(Array) }]);
      expect((await person('rita-rep', { ...rita, active: false })).rerouting).toBeNull();

      const went = new Map<string, number>();
      for (const { lead } of open) {
        await baton.virtual.settled(lead.id);
        const [one, two, ...more] = await handoffRows(baton, lead);
        expect([one?.no, one?.key, one?.state, more]).toEqual([1, 'rita-rep', 'withdrawn', []]);
        // Four business hours from 16:00 in Berlin end at noon of the next day.
        expect(Number(one?.due) - Number(one?.offered)).toBe(20 * HOUR);
        const first = two?.key === undefined ? undefined : two.key === 'rolf-rep' ? 'Rolf' : 'Nora';
        went.set(first ?? 'queue', (went.get(first ?? 'queue') ?? 0) + 1);
        expect(await custodyOf(baton, lead, false)).toEqual([
          'marketing Mara/-, Mara',
          'shared Mara/Rita, Mara',
          'marketing Mara/-, Mara',
          ...(first === undefined ? [] : [`shared Mara/${first}, Mara`]),
        ]);
        const custody = await custodyItems(baton, lead);
        const instants = [one?.offered, one?.decided, ...(two ? [two.offered] : [])].map(Number);
        const late = custody.slice(1).map(({ since }, index) => Date.parse(since) - Number(instants[index]));
        // No two custody records of a lead have one instant: at most the last is a millisecond later.
        expect(late.slice(0, 2)).toEqual([0, 0]);
        expect([0, 1, undefined]).toContain(late[2]);
        expect(custody[2]?.cause).toBe('reassigned');
        // Nobody knows of a mail that the killed worker was handing over.
        expect(await noticesOf(baton, lead, false, ['sent', 'in_doubt'])).toEqual([
          'offer rita',
          first === undefined ? 'queued theo' : `offer ${first.toLowerCase()}`,
        ]);
        // 10:00 in New York: due the same day; 16:00 in Berlin: the next.
        if (two) expect(Number(two.due) - Number(two.offered)).toBe((first === 'Rolf' ? 20 : 4) * HOUR);
      }
      expect(Object.fromEntries(went)).toEqual({ Rolf: 12, Nora: 8, queue: 10 });
      const mails = await mailbox.messages({ to: '@testwerk.example', subject: 'New lead' });
      const about = mails.filter(({ subject }) => open.some(({ lead }) => subject.includes(lead.company)));
      const doubted = await baton.dataSource.query<{ key: string }[]>(
        `select p.key from notices n join people p on p.id = n.person_id where n.kind = 'offer' and n.state = 'in_doubt'`,
      );
      const told = Object.entries({ nora: 8, rita: OFFERS, rolf: 12 }).map(([first, offers]) => ({
        mails: about.filter(({ to }) => [to].flat().join().startsWith(`${first}@`)).length,
        most: offers,
        least: offers - doubted.filter(({ key }) => key === `${first}-rep`).length,
      }));
      expect(told.filter(({ mails, most, least }) => mails > most || mails < least)).toEqual([]);

      // What the leaver had accepted stays in that name until somebody who may decides.
      expect(await custodyOf(baton, kept?.lead as TestLead, false)).toEqual([
        'marketing Mara/-, Mara',
        'shared Mara/Rita, Mara',
        'shared Mara/Rita, Rita',
      ]);
      const page = await baton.call('GET', linkOf(open[0]?.offer as TestHandoff), undefined, { key: '' });
      expect([page.status, page.text]).toEqual([403, expect.stringContaining('your open offers go to others')]);
      const late = await decide(baton, open[0]?.offer as TestHandoff, 'accept', {}, 409);
      expect(late.text).toContain('withdrew');
      await decide(baton, kept?.offer as TestHandoff, 'return', { reason: 'premature', by: 'theo-teamowner' });
      await baton.inState(kept?.lead.id ?? '', 'returning');

      // Somebody can hold one more: the queue looks again within a quarter of an hour.
      await person('nora-rep', { capacity: 9, zone: 'America/New_York' });
      const [waiting] = await baton.dataSource.query<{ id: string }[]>(
        `select l.id from leads l where l.state = 'offered' and not exists (
           select 1 from handoffs h where h.lead_id = l.id and h.state = 'offered') order by l.id limit 1`,
      );
      const next = open.find(({ lead }) => lead.id === waiting?.id)?.lead as TestLead;
      await baton.virtual.live(next.id, (await baton.virtual.settled(next.id)).now + 16 * MINUTE);
      const rows = await handoffRows(baton, next);
      expect(rows.map(({ no, state, key }) => [no, state, key])).toEqual([
        [1, 'withdrawn', 'rita-rep'],
        [2, 'offered', 'nora-rep'],
      ]);
    },
    LONG_MS,
  );
});

describe('a rep who is away from today on', () => {
  it(
    'leaves none either, also where nobody called for it',
    async () => {
      const day = (days: number): string => new Date(Date.now() + days * 24 * HOUR).toISOString().slice(0, 10);
      const hours = { calendar: 'always', capacity: 1_000 };
      await person('nora-rep', { active: false });
      await person('rolf-rep', { active: false });
      await person('rita-rep', hours);
      const [called, left] = await offered(2);
      await person('rolf-rep', hours);
      const { rerouting } = await person('rita-rep', { ...hours, away: [{ from: day(-1), to: day(7) }] });
      await until(String(rerouting?.jobId), 'is done', ({ state }) => state === 'done');
      for (const one of [called, left]) {
        const rows = await handoffRows(baton, one?.lead as TestLead);
        expect(rows.map(({ state, key }) => [state, key])).toEqual([
          ['withdrawn', 'rita-rep'],
          ['offered', 'rolf-rep'],
        ]);
      }
      // As a file that is applied does it: the worker finds them by itself when it starts.
      await person('rita-rep', hours);
      await baton.stopWorker();
      await baton.dataSource.query(`update people set active = false where key = 'rolf-rep'`);
      await baton.startWorker();
      for (const one of [called, left]) {
        // Rita had it and Rolf has left: it waits in the queue.
        const told = `select 1 from notices where lead_id = $1 and kind = 'queued' and state = 'sent'`;
        const isTold = async () => (await baton.dataSource.query<unknown[]>(told, [one?.lead.id])).length > 0;
        await waitFor(isTold, { what: 'somebody is told that it waits', timeoutMs: LONG_MS });
        expect((await noticesOf(baton, one?.lead as TestLead, false)).at(-1)).toBe('queued theo');
        expect((await custodyOf(baton, one?.lead as TestLead, false)).at(-1)).toBe('marketing Mara/-, Mara');
      }
    },
    LONG_MS,
  );
});
