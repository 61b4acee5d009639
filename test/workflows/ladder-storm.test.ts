// Many offers expire at one instant while a worker is killed, and as many more while no worker runs: each is escalated once.
// STORM_OFFERS sets how many expire at each of the two instants: 30 here, 1,000 for a long run.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LeadsService } from '../../src/leads/leads.service.js';
import type { AppProcess } from '../support/app-process.js';
import { inLanes } from '../support/in-lanes.js';
import { leadBody } from '../support/lead-steps.js';
import { publishDocument } from '../support/publish-document.js';
import { mailbox, waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';
import { startWorkerProcess } from '../support/worker-process.js';

const OFFERS = Number(process.env['STORM_OFFERS'] ?? 30);
const LIMIT_MS = OFFERS * 1_000 + 180_000;
const AT_ONCE = 24;
/** Wednesday. Offers made before the office opens run from 09:00 on, so they all run out at one instant, a second later. */
const OPENS = Date.parse('2026-04-22T07:00:00Z');
const EXPIRES = OPENS + 1_000;
/** Long enough to make and offer all of them before the office opens. */
const RUN_UP_MS = 8_000 + OFFERS * 250;
/** Between the two instants: the first storm is under way, and all workers are gone. */
const APART_MS = 4_000 + OFFERS * 4;
const DOWN_MS = 3_000;

let baton: TestBaton;
const workers: AppProcess[] = [];

beforeAll(async () => {
  baton = await startTestBaton();
  await baton.stopWorker();
  const office = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:00', holidays: [] };
  const answer = await baton.call('PUT', '/v1/calendars/office', office);
  expect(answer.status).toBe(200);
  await publishDocument(baton, 'policies', 'sla', {
    accept: { within: 'PT1S', rungs: [{ after: 'PT1S', do: 'escalate' }], then: 'return' },
    firstTouch: { within: 'PT8H' },
    acknowledge: { within: 'PT8H' },
    grace: 'P2D',
  });
  await baton.dataSource.query(`update people set capacity = 100000, calendar_key = 'office' where 'rep' = any(roles)`);
  await Promise.all([startWorker(), startWorker()]);
}, LIMIT_MS);
afterAll(async () => {
  for (const worker of workers) await worker.kill();
  await baton.stop();
});

async function startWorker(): Promise<AppProcess> {
  const worker = await startWorkerProcess(baton);
  workers.push(worker);
  return worker;
}

/** Company names of leads whose offers run out when the clock on the wall shows `instant`, by the ids of the leads. */
async function makeLeads(instant: number): Promise<Map<string, string>> {
  const made = new Map<string, string>();
  const by = { personId: await baton.personId('mara-marketer') };
  const clock = { clockOffsetMs: EXPIRES - instant };
  await inLanes(AT_ONCE, Array.from({ length: OFFERS }), async () => {
    const body = leadBody('patient', { handRaise: { kind: 'demo_request', purpose: 'a visit' } });
    const { lead } = await baton.app.get(LeadsService).create(body as never, by, clock);
    made.set(lead.id, String(body['company']));
  });
  return made;
}

const untilWall = (instant: number): Promise<unknown> =>
  waitFor(() => Promise.resolve(Date.now() >= instant), {
    what: `${new Date(instant).toISOString()}`,
    timeoutMs: LIMIT_MS,
    intervalMs: 10,
  });

interface Offer {
  readonly leadId: string;
  readonly offeredAt: Date;
  readonly dueAt: Date;
}
const offersOf = (ids: readonly string[]): Promise<Offer[]> =>
  baton.dataSource.query(
    `select h.lead_id as "leadId", h.offered_at as "offeredAt", h.accept_due_at as "dueAt"
       from handoffs h join leads l on l.id = h.lead_id
      where h.lead_id = any($1::uuid[]) and h.state = 'offered' and l.state = 'offered'`,
    [ids],
  );

interface Escalation {
  readonly leadId: string;
  readonly no: number;
  readonly state: string;
  readonly key: string;
  readonly claimedAt: Date;
}
const escalationsOf = (ids: readonly string[]): Promise<Escalation[]> =>
  baton.dataSource.query(
    `select n.lead_id as "leadId", n.handoff_no as no, n.state, p.key, n.claimed_at as "claimedAt"
       from notices n join people p on p.id = n.person_id
      where n.kind = 'escalation' and n.lead_id = any($1::uuid[]) order by n.lead_id`,
    [ids],
  );

/** Instants at which rungs were climbed, and how many at each. */
const rungsOf = (ids: readonly string[]): Promise<object[]> =>
  baton.dataSource.query(
    `select data->>'do' as "do", at, count(*)::int as times, count(distinct lead_id)::int as leads
       from lead_records where kind = 'rung' and lead_id = any($1::uuid[]) group by 1, 2`,
    [ids],
  );

describe('offers that expire at one instant', () => {
  it(
    'escalate once each, a worker killed meanwhile; with no worker over the instant still once, as soon as there is one',
    async () => {
      const first = Date.now() + RUN_UP_MS;
      const second = first + APART_MS;
      const [storm, late] = await Promise.all([makeLeads(first), makeLeads(second)]);
      const all = [...storm.keys(), ...late.keys()];
      const offers = await waitFor(
        async () => {
          const found = await offersOf(all);
          return found.length === all.length && found;
        },
        { what: `${all.length} offers`, timeoutMs: LIMIT_MS, intervalMs: 100 },
      );
      expect(offers.filter(({ offeredAt }) => offeredAt.getTime() >= OPENS)).toEqual([]);
      expect([...new Set(offers.map(({ dueAt }) => dueAt.getTime()))]).toEqual([EXPIRES]);
      expect(await escalationsOf(all)).toEqual([]);

      await waitFor(async () => (await escalationsOf([...storm.keys()])).length > 0, {
        what: 'the first storm breaks',
        timeoutMs: LIMIT_MS,
        intervalMs: 10,
      });
      expect(Date.now()).toBeGreaterThanOrEqual(first);
      const [one, other] = workers;
      await one?.kill();
      const afterOne = (await escalationsOf([...storm.keys()])).length;
      await other?.kill();
      expect(Date.now()).toBeLessThan(second);
      await untilWall(second + DOWN_MS);
      expect(await escalationsOf([...late.keys()])).toEqual([]);

      const startedAt = Date.now();
      await startWorker();
      const settled = await waitFor(
        async () => {
          const found = await escalationsOf(all);
          const isOver = found.length >= all.length && found.every(({ state }) => state !== 'claimed');
          return isOver && found;
        },
        { what: `${all.length} escalations`, timeoutMs: LIMIT_MS, intervalMs: 100 },
      );
      const tookMs = Date.now() - startedAt;
      expect(settled.map(({ leadId, no, key }) => `${leadId} ${no} ${key}`)).toEqual(
        [...all].sort().map((id) => `${id} 1 olga-owner`),
      );
      const rungs = await rungsOf(all);
      expect(rungs).toEqual([{ do: 'escalate', at: new Date(EXPIRES), times: all.length, leads: all.length }]);

      // What a killed worker had claimed may have gone out or not: it is in doubt, and nobody sends it again.
      const doubts = settled.filter(({ state }) => state === 'in_doubt');
      expect(settled.filter(({ state }) => state !== 'sent' && state !== 'in_doubt')).toEqual([]);
      expect(doubts.length).toBeLessThanOrEqual(2 * baton.config.mail.connections);
      expect(doubts.filter(({ leadId }) => late.has(leadId))).toEqual([]);
      const subjects = (await mailbox.messages({ to: 'olga@testwerk.example' })).map(({ subject }) => subject);
      const mails = new Map<string, number>();
      const leadOf = new Map([...storm, ...late].map(([id, company]) => [company, id]));
      for (const subject of subjects) {
        const id = leadOf.get(/Werk \w+/.exec(subject)?.[0] ?? '');
        if (id !== undefined) mails.set(id, (mails.get(id) ?? 0) + 1);
      }
      const wrong = settled.filter(({ leadId, state }) => {
        const count = mails.get(leadId) ?? 0;
        return state === 'sent' ? count !== 1 : count > 1;
      });
      expect(wrong).toEqual([]);
      if (OFFERS > 100)
        console.info(
          `${all.length} offers: ${afterOne} escalated before the first kill, all ${tookMs} ms after a worker was started, ${doubts.length} mails in doubt`,
        );
    },
    LIMIT_MS,
  );
});
