// Stops that race steps falling due (promise P5): unsubscribe, offer, accept and bounce against touches that are released by
// a fact or by a timer, on several workers. What came first is read from the order in which both held the lead's lock.
// BATON_RACE_STEPS sets the number of due steps: 40 here with two workers, 1,000 with four in the long run.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { LeadsService } from '../../src/leads/leads.service.js';
import { leadWorkflowId } from '../../workflows/contracts/lead-lifecycle.contract.js';
import {
  CADENCE,
  LEFT,
  logsOf,
  OBSERVERS,
  type RacingLead,
  RELEASED_BREAKERS,
  RELEASES,
  sinceReady,
  type Stop,
  STOPS,
} from '../fixtures/racing-stops.js';
import type { AppProcess } from '../support/app-process.js';
import { inLanes } from '../support/in-lanes.js';
import { uniqueWord } from '../support/lead-steps.js';
import { seededRandom } from '../support/load.js';
import { publishDocument } from '../support/publish-document.js';
import { mailbox, waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';
import { startWorkerProcess } from '../support/worker-process.js';

const STEPS = Number(process.env['BATON_RACE_STEPS'] ?? 40);
const LONG = STEPS >= 400;
const WORKERS = LONG ? 4 : 2;
const BATCH = LONG ? 50 : 20;
const SEED = Number(process.env['BATON_SEED'] ?? 1_129);
const LIMIT_MS = 120_000 + STEPS * 1_000;
const WAIT = { timeoutMs: 90_000, intervalMs: 50 };
const AT_ONCE = 8;
const HOUR = 3_600_000;

let baton: TestBaton;
let claims: pg.Client;
const workers: AppProcess[] = [];
const random = seededRandom(SEED);
const domain = `${uniqueWord('racing')}.example`;
let made = 0;

beforeAll(async () => {
  // One test holds a commit back until every claim waits for it, which takes longer on a busy machine than anybody should wait.
  baton = await startTestBaton({ databaseLimitMs: 60_000 });
  await baton.stopWorker();
  await publishDocument(baton, 'cadences', 'racing', CADENCE);
  await baton.dataSource.query(OBSERVERS);
  await baton.dataSource.query(RELEASED_BREAKERS, [await baton.personId('mara-marketer'), domain]);
  claims = new pg.Client({ connectionString: baton.env['DATABASE_URL'] });
  await claims.connect();
  await claims.query('listen race_claims');
  workers.push(...(await Promise.all(Array.from({ length: WORKERS }, () => startWorkerProcess(baton)))));
}, LIMIT_MS);
afterAll(async () => {
  await claims.end();
  for (const worker of workers) await worker.kill();
  await baton.stop();
});

const shuffled = <Item>(items: readonly Item[]): Item[] =>
  items
    .map((item) => ({ item, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);

async function engage(leads: readonly RacingLead[], kind: string, properties: object, source = 'race'): Promise<void> {
  if (leads.length === 0) return;
  const items = leads.map(({ id }) => ({
    ...{ source, eventId: uniqueWord('race'), lead: { id }, kind, properties },
    occurredAt: new Date().toISOString(),
  }));
  const { status, text } = await baton.call('POST', '/v1/engagements/batch', { items });
  expect([status, text.includes('refused')]).toEqual([202, false]);
}

/** New leads, each after its first touch and one form short of being qualified where it is to be offered. */
async function enter(kinds: readonly Pick<RacingLead, 'stop' | 'release'>[]): Promise<readonly RacingLead[]> {
  const personId = await baton.personId('mara-marketer');
  const entered: RacingLead[] = [];
  await inLanes(AT_ONCE, [...kinds.entries()], async ([index, kind]) => {
    const email = `lead-${made++}@${domain}`;
    const { lead } = await baton.app.get(LeadsService).create(
      {
        ...{ email, company: 'Race Ltd', country: 'DE', source: 'racing', profile: { employees: 500 } },
        consent: { basis: 'contract', at: '2026-01-01T00:00:00Z' },
      },
      { personId },
    );
    entered[index] = { id: lead.id, email, ...kind };
  });
  const leads: readonly RacingLead[] = entered;
  const nearly = leads.filter(({ stop }) => stop === 'offer' || stop === 'accept');
  await engage(nearly, 'form_submitted', { form: 'pricing' });
  await standOn(leads, 'ready');
  return leads;
}

async function standOn(leads: readonly RacingLead[], step: string): Promise<void> {
  const ids = leads.map(({ id }) => id);
  await waitFor(
    async () => {
      const [row] = await baton.dataSource.query<{ n: number }[]>(
        `select count(*)::int as n from enrollments where lead_id = any($1) and state = 'running' and step = $2`,
        [ids, step],
      );
      return row?.n === ids.length;
    },
    { ...WAIT, what: `${ids.length} leads stand on ${step}`, timeoutMs: LIMIT_MS / 2 },
  );
}

/** Address → path of the link in the mail it got. */
async function unsubscribeLinks(): Promise<Map<string, string>> {
  const mails = await mailbox.messages({ to: `@${domain}`, subject: 'story' });
  return new Map(
    mails.map(({ to, headers }) => [
      to[0] ?? '',
      /<http:\/\/127\.0\.0\.1:4100(\/u\/[^>]+)>/.exec(String(headers['list-unsubscribe']))?.[1] ?? '',
    ]),
  );
}

async function strike(lead: RacingLead, links: ReadonlyMap<string, string>): Promise<void> {
  if (lead.stop === 'bounce') return engage([lead], 'bounced', {});
  if (lead.stop === 'unsubscribe') {
    const { status } = await baton.call('POST', links.get(lead.email) ?? '', undefined, { key: '' });
    expect(status).toBe(200);
    return;
  }
  await engage([lead], 'form_submitted', { form: 'demo' });
  if (lead.stop === 'offer') return;
  const handoff = await waitFor(
    async () => {
      const [row] = await baton.dataSource.query<{ id: string }[]>(
        `select h.id from handoffs h join leads l on l.id = h.lead_id
          where h.lead_id = $1 and h.state = 'offered' and l.state = 'offered'`,
        [lead.id],
      );
      return row;
    },
    { ...WAIT, what: `an offer of ${lead.email}` },
  );
  // Whoever hears that the engine is too busy to answer asks again; the same decision gets the same answer.
  const { status, text } = await waitFor(
    async () => {
      const answer = await baton.call('POST', `/v1/handoffs/${handoff.id}/accept`, {});
      return answer.status === 503 ? undefined : answer;
    },
    { ...WAIT, what: `an answer about ${lead.email}` },
  );
  expect([status, text]).toEqual([200, expect.any(String)]);
}

/**
 * All touches of the leads fall due, and the stops come among them: a quarter with the release, then one with every claim,
 * of whichever lead is next, then those that are left. So both come first often, however fast the machine is.
 */
async function race(leads: readonly RacingLead[], links: ReadonlyMap<string, string>): Promise<void> {
  const queues = STOPS.map((stop) => shuffled(leads.filter((lead) => lead.stop === stop)));
  const waiting = leads.flatMap((_lead, place) => queues.flatMap((queue) => queue[place] ?? []));
  const struck: Promise<void>[] = [];
  const settled = new Set<string>();
  const strikeNext = (): void => {
    const lead = waiting.shift();
    if (!lead) return;
    settled.add(lead.id);
    struck.push(strike(lead, links));
  };
  const heard = ({ payload = '' }: pg.Notification): void => {
    settled.add(payload);
    strikeNext();
  };
  claims.on('notification', heard);
  const released = RELEASES.map((release) =>
    engage(
      leads.filter((lead) => lead.release === release),
      'webinar_registered',
      { go: release },
    ),
  );
  for (let n = 0; n < leads.length / 4; n += 1) strikeNext();
  await Promise.all(released);
  await waitFor(() => leads.every(({ id }) => settled.has(id)), { ...WAIT, what: 'each lead is claimed or stopped' });
  claims.off('notification', heard);
  while (waiting.length > 0) strikeNext();
  await Promise.all(struck);
  // Released once more: nothing is due any longer.
  await engage(leads, 'webinar_registered', { go: 'now' });
}

/** Ends when nothing is under way. */
async function quiet(leads: readonly RacingLead[]): Promise<void> {
  await waitFor(
    async () => {
      const open = await baton.dataSource.query<unknown[]>('select 1 from outbox where delivered_at is null limit 1');
      return open.length === 0;
    },
    { ...WAIT, what: 'all pokes are delivered' },
  );
  await inLanes(AT_ONCE, leads, ({ id }) => baton.virtual.settled(id));
}

describe('a stop that races a step falling due', () => {
  it(
    'comes after the claim or keeps it from being made',
    async () => {
      const begun = Date.now();
      const kinds = Array.from({ length: STEPS }, (_, index) => ({
        stop: STOPS[index % STOPS.length] as Stop,
        release: RELEASES[Math.floor(random() * RELEASES.length)] ?? 'now',
      }));
      const leads = await enter(kinds);
      const links = await unsubscribeLinks();
      const racing = Date.now();
      for (let n = 0; n < leads.length; n += BATCH) await race(leads.slice(n, n + BATCH), links);
      await quiet(leads);
      const took = `${((racing - begun) / 1_000).toFixed(1)} s to enter, ${((Date.now() - racing) / 1_000).toFixed(1)} s of races`;

      const logs = await logsOf(baton.dataSource, leads);
      const wrong: string[] = [];
      const first = new Map(STOPS.map((stop) => [stop, { claim: 0, stop: 0 }]));
      const claimed: string[] = [];
      for (const lead of leads) {
        const log = sinceReady(lead, logs.get(lead.id) ?? []);
        const counts = first.get(lead.stop);
        if (log[0] === 'claimed') {
          claimed.push(lead.email);
          if (counts) counts.claim += 1;
        } else if (counts) counts.stop += 1;
        const stops = log[0] === 'claimed' ? log.slice(1) : log;
        // A lost task stores again what it had stored; a claim among this is none of it.
        if ([...new Set(stops)].join() !== LEFT[lead.stop].join())
          wrong.push(`${lead.id} (${lead.stop}, ${lead.release}): ${log.join(', ')}`);
      }
      console.info(
        `${STEPS} due steps, ${WORKERS} workers, seed ${SEED}: ${claimed.length} claimed before the stop, ` +
          `${wrong.length} stories that are wrong; claim first / stop first: ` +
          `${[...first].map(([stop, { claim, stop: stopped }]) => `${stop} ${claim}/${stopped}`).join(', ')}; ${took}`,
      );
      expect(wrong).toEqual([]);
      // A race that one side always wins is none.
      const won = [...first.values()];
      expect(won.reduce((sum, { claim }) => sum + claim, 0)).toBeGreaterThan(STEPS / 10);
      expect(won.reduce((sum, { stop }) => sum + stop, 0)).toBeGreaterThan(STEPS / 10);
      if (LONG) expect(won.every(({ claim, stop }) => claim > 0 && stop > 0)).toBe(true);
      const mails = await mailbox.messages({ to: `@${domain}`, subject: 'guide' });
      expect(mails.map(({ to }) => to[0]).toSorted()).toEqual(claimed.toSorted());
    },
    LIMIT_MS,
  );

  it(
    'is seen by a claim that waited for it to commit',
    async () => {
      const stops = ['unsubscribe', 'bounce', 'offer'] as const;
      const leads = await enter(stops.map((stop) => ({ stop, release: 'soon' as const })));
      await engage(leads, 'webinar_registered', { go: 'later' });
      await standOn(leads, 'hour');
      // A poke that came later would have the process look, behind the lock, instead of going to the claim.
      await quiet(leads);
      const holder = baton.dataSource.createQueryRunner();
      await holder.startTransaction();
      await holder.query('select pg_advisory_xact_lock(4712, 1)');
      const kinds = { unsubscribe: 'unsubscribed', bounce: 'bounced', offer: 'form_submitted' };
      const items = leads.map(({ id, stop }) => ({
        ...{ source: 'held', eventId: uniqueWord('held'), lead: { id }, kind: kinds[stop as keyof typeof kinds] },
        occurredAt: new Date().toISOString(),
      }));
      const stopped = baton.call('POST', '/v1/engagements/batch', { items });
      const waits = (what: string, query: string, count: number) =>
        waitFor(
          async () => {
            const [row] = await baton.dataSource.query<{ n: number }[]>(
              `select count(distinct a.pid)::int as n from pg_stat_activity a join pg_locks l on l.pid = a.pid and not l.granted
              where a.datname = current_database() and a.query ilike $1`,
              [query],
            );
            return (row?.n ?? 0) >= count;
          },
          { ...WAIT, what },
        );
      await waits('the stops are stored and not committed', '%insert into engagements%', 1);
      for (const { id } of leads) await baton.virtual.forward(leadWorkflowId(id), HOUR);
      await waits('each touch asks to be claimed', '%from leads where id = $1 for update%', leads.length);
      await holder.commitTransaction();
      await holder.release();
      expect((await stopped).status).toBe(202);
      await quiet(leads);
      const logs = await logsOf(baton.dataSource, leads);
      expect(leads.map((lead) => sinceReady(lead, logs.get(lead.id) ?? []))).toEqual(
        leads.map(({ stop }) => LEFT[stop]),
      );
    },
    LIMIT_MS,
  );
});
