// A cap of one touch a day, over three cadences that take a lead from each other and give it back within one local day, each
// with a touch that falls due, and several workers: who is first takes the day, the others go on the days after, in order.
// BATON_CAP_LEADS sets the number of leads: 24 here with two workers, 500 with four in the long run.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LeadsService } from '../../src/leads/leads.service.js';
import { CADENCES, CLAIMS, type Move, MOVES, type Way } from '../fixtures/capped-day.moves.js';
import type { AppProcess } from '../support/app-process.js';
import { inLanes } from '../support/in-lanes.js';
import { uniqueWord } from '../support/lead-steps.js';
import { seededRandom } from '../support/load.js';
import { dayOf, hourOf, localTime, nextMidnight } from '../support/local-days.js';
import { publishDocument } from '../support/publish-document.js';
import { mailbox, waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';
import { startWorkerProcess } from '../support/worker-process.js';

const LEADS = Number(process.env['BATON_CAP_LEADS'] ?? 24);
const WORKERS = LEADS >= 200 ? 4 : 2;
const SEED = Number(process.env['BATON_SEED'] ?? 1_129);
const LIMIT_MS = 120_000 + LEADS * 3_000;
const AT_ONCE = 8;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** What the engine and the worker need to act on an instant that was reached. */
const ACT_WITHIN_MS = 60_000;
/** So much of the lead's day has to be left, and to have passed. */
const LEFT_HOURS = 6;
const ZONES = [
  ...['Pacific/Honolulu', 'America/Los_Angeles', 'America/New_York', 'America/St_Johns', 'America/Sao_Paulo'],
  ...['Atlantic/Azores', 'Europe/Berlin', 'Africa/Nairobi', 'Asia/Kolkata', 'Asia/Kathmandu', 'Asia/Tokyo'],
  ...['Australia/Adelaide', 'Pacific/Auckland', 'Pacific/Chatham', 'Pacific/Kiritimati'],
];

const WAYS = Object.keys(MOVES) as Way[];
const TURNS = Math.max(...WAYS.map((way) => MOVES[way].length));

interface CappedLead {
  readonly id: string;
  readonly way: Way;
  readonly zone: string;
  readonly tags: string[];
}

let baton: TestBaton;
const workers: AppProcess[] = [];
const domain = `${uniqueWord('capped')}.example`;

beforeAll(async () => {
  baton = await startTestBaton();
  await baton.stopWorker();
  await publishDocument(baton, 'policies', 'frequency', { nurture: { max: 1, per: 'day' } });
  await Promise.all(
    Object.entries(CADENCES).map(([key, body]) => publishDocument(baton, 'cadences', `cap-${key}`, body)),
  );
  workers.push(...(await Promise.all(Array.from({ length: WORKERS }, () => startWorkerProcess(baton)))));
}, LIMIT_MS);
afterAll(async () => {
  for (const worker of workers) await worker.kill();
  await baton.stop();
});

/** Leads with everything about them that is drawn: the way of each, and a zone in the middle of whose day it is. */
async function enter(): Promise<CappedLead[]> {
  const random = seededRandom(SEED);
  const now = Date.now();
  const zones = ZONES.filter((zone) => hourOf(zone, now) >= LEFT_HOURS && hourOf(zone, now) < 24 - LEFT_HOURS);
  const drawn = Array.from({ length: LEADS }, (_, index) => ({
    way: WAYS[index % WAYS.length] as Way,
    zone: zones[Math.floor(random() * zones.length)] as string,
    email: `lead-${index}@${domain}`,
  }));
  const personId = await baton.personId('mara-marketer');
  const leads: CappedLead[] = [];
  await inLanes(AT_ONCE, drawn, async ({ way, zone, email }) => {
    const { lead } = await baton.app.get(LeadsService).create(
      {
        ...{ email, company: 'Cap Ltd', country: 'DE', timeZone: zone, source: 'capped' },
        consent: { basis: 'contract', at: '2026-01-01T00:00:00Z' },
      },
      { personId },
    );
    leads.push({ id: lead.id, way, zone, tags: [] });
  });
  return leads;
}

/** Where each lead stands, in the words of `MOVES`. */
async function standings(): Promise<Map<string, readonly string[]>> {
  const rows = await baton.dataSource.query<{ id: string; says: string[] }[]>(
    `select e.lead_id as id, array_remove(array[
        replace(e.cadence_key, 'cap-', '') || ' ' || e.step,
        (select replace(e.cadence_key, 'cap-', '') || ' ' || t.step || ' late' from touches t
          where t.enrollment_id = e.id and t.step = e.step and t.state = 'planned' and t.reason = 'frequency'),
        (select replace(e.cadence_key, 'cap-', '') || ' tried' from touches t
          where t.enrollment_id = e.id and t.state in ('planned', 'sent') limit 1)
      ], null) as says from enrollments e where e.state = 'running'`,
  );
  return new Map(rows.map(({ id, says }) => [id, says]));
}

/** Every lead makes this move, touches falling due in one batch; ends when all stand where they should. */
async function turn(leads: readonly CappedLead[], number: number): Promise<void> {
  const moving = leads.flatMap((lead) => {
    const move: Move | undefined = MOVES[lead.way][number];
    return move ? [{ lead, move }] : [];
  });
  const occurredAt = new Date().toISOString();
  const released = moving.flatMap(({ lead, move }) =>
    move.go === undefined
      ? []
      : [
          {
            ...{ source: 'cap', eventId: `${lead.id}-${number}`, lead: { id: lead.id }, occurredAt },
            ...{ kind: 'webinar_registered', properties: { go: move.go } },
          },
        ],
  );
  const release = async (): Promise<void> => {
    if (released.length === 0) return;
    const { status, text } = await baton.call('POST', '/v1/engagements/batch', { items: released });
    expect([status, text.includes('refused')]).toEqual([202, false]);
  };
  const tag = async ({ lead, move }: (typeof moving)[number]): Promise<void> => {
    if (move.tag === undefined) return;
    lead.tags.push(move.tag);
    const { status, text } = await baton.call('PATCH', `/v1/leads/${lead.id}`, { tags: lead.tags });
    expect([status, text]).toEqual([200, expect.any(String)]);
  };
  const both = moving.filter(({ move }) => move.go !== undefined && move.tag !== undefined);
  const rest = moving.filter((one) => !both.includes(one));
  await Promise.all([release(), inLanes(AT_ONCE, rest, tag)]);
  // One after the other, while the touches that were released are being claimed.
  for (const one of both) await tag(one);
  await stand(
    moving.map(({ lead, move }) => [lead, move.expect]),
    `turn ${number}`,
  );
}

/** Ends when each lead stands where it should. */
async function stand(expected: readonly (readonly [CappedLead, string])[], what: string): Promise<void> {
  let missing: string[] = [];
  await waitFor(
    async () => {
      const now = await standings();
      missing = expected.flatMap(([{ id, way }, where]) => {
        const says = now.get(id) ?? [];
        return says.includes(where) ? [] : [`${id} (${way}): ${where}, stands on ${says.join()}`];
      });
      return missing.length === 0;
    },
    { what, timeoutMs: LIMIT_MS / 4, intervalMs: 100 },
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${missing.length} missing, ${missing.slice(0, 3).join('; ')}`);
  });
}

interface Claim {
  readonly leadId: string;
  readonly what: string;
  readonly at: Date;
}
const claims = (): Promise<Claim[]> =>
  baton.dataSource.query(
    `select t.lead_id as "leadId", replace(e.cadence_key, 'cap-', '') || ' ' || t.step as what, t.claimed_at as at
       from touches t join enrollments e on e.id = t.enrollment_id where t.claimed_at is not null order by t.claimed_at`,
  );

/** Leads with more than one claim on one of their own days. */
const overCap = (): Promise<unknown[]> =>
  baton.dataSource.query(
    `select l.id, (t.claimed_at at time zone l.time_zone)::date as day, count(*) from touches t
       join leads l on l.id = t.lead_id where t.claimed_at is not null group by 1, 2 having count(*) > 1`,
  );

describe('a cap of one touch a day', () => {
  it(
    'holds over three cadences that take the lead from each other in one local day, and what is over it goes later, in order',
    async () => {
      const startedAt = Date.now();
      const leads = await enter();
      await stand(
        leads.map((lead) => [lead, 'low ready']),
        'all are in the lowest cadence',
      );
      for (let number = 0; number < TURNS; number += 1) await turn(leads, number);
      const turnedAt = Date.now();
      // Nothing here says anything about the cap when a day has ended meanwhile.
      expect(leads.filter(({ zone }) => dayOf(zone, startedAt) !== dayOf(zone, turnedAt))).toEqual([]);

      const today = await claims();
      expect(today.map(({ leadId }) => leadId).toSorted()).toEqual(leads.map(({ id }) => id).toSorted());
      const waiting = await baton.dataSource.query<{ id: string; zone: string; due: Date; state: string }[]>(
        `select l.id, l.time_zone as zone, t.due_at as due from touches t join leads l on l.id = t.lead_id
          where t.state = 'planned'`,
      );
      // Somebody's touch was over the cap in two cadences of each lead but those that stay in the highest.
      expect(waiting.length).toBeGreaterThanOrEqual(LEADS);
      expect(waiting.filter(({ zone, due }) => due.getTime() !== nextMidnight(zone, startedAt))).toEqual([]);

      await inLanes(AT_ONCE, leads, ({ id }) => baton.virtual.live(id, startedAt + 4 * DAY));
      expect(await overCap()).toEqual([]);
      const all = await claims();
      const wrong: string[] = [];
      for (const { id, way, zone } of leads) {
        const first = startedAt;
        const days = [first];
        while (days.length < 5) days.push(nextMidnight(zone, days.at(-1) ?? first));
        const story = all.filter(({ leadId, at }) => leadId === id && at.getTime() < startedAt + 4 * DAY);
        const told = story.map(({ what, at }) => `${what} ${days.findLastIndex((day) => day <= at.getTime())}`);
        if (!CLAIMS[way].includes(told.join('|'))) wrong.push(`${id} (${way}, ${zone}): ${told.join('|')}`);
        for (const { what, at } of story.slice(1)) {
          const midnight = days.findLast((day) => day <= at.getTime()) ?? 0;
          if (at.getTime() - midnight > ACT_WITHIN_MS) wrong.push(`${id}: ${what} at ${localTime(zone, at.getTime())}`);
        }
      }
      expect(wrong).toEqual([]);
      const sent = await baton.dataSource.query<{ id: string }[]>(
        `select message_id as id from touches where state = 'sent'`,
      );
      const caught = (await mailbox.messages({ to: `@${domain}` })).map(({ headers }) => headers['message-id']);
      expect(caught.toSorted()).toEqual(sent.map(({ id }) => `<${id}>`).toSorted());
      const races = leads.filter(({ way }) => way === 'race').map(({ id }) => all.find(({ leadId }) => leadId === id));
      const taken = races.filter((first) => first?.what === 'low one').length;
      console.info(
        `${LEADS} leads, ${WORKERS} workers, seed ${SEED}: ${waiting.length} touches over the cap in one day, ` +
          `${all.length} claimed, of ${races.length} races ${taken} before the cadence was taken away; ` +
          `${((turnedAt - startedAt) / 1_000).toFixed(1)} s, then ${((Date.now() - turnedAt) / 1_000).toFixed(1)} s for four days`,
      );
    },
    LIMIT_MS,
  );
});
