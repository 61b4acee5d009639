// Offers that are made at once, on the real database: each sees the ones before it.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HandoffsService, type OpenHandoffResult } from '../../src/handoffs/handoffs.service.js';
import { uuidV7 } from '../../src/database/uuid-v7.js';
import { seededRandom } from '../support/load.js';
import { type SalesApp, startSalesApp } from '../support/sales-app.js';

/** Wednesday, 10:00 in Berlin; everybody of the workspace is at work around the clock. */
const NOW = Date.parse('2026-04-22T08:00:00Z');

let app: SalesApp;
beforeAll(async () => {
  app = await startSalesApp();
});
afterAll(() => app.close());

interface Routed {
  readonly assignee: string;
  readonly routing: {
    readonly sentence: string;
    readonly candidates: readonly { readonly personId: string; readonly why: string }[];
  };
}

const routed = (): Promise<Routed[]> =>
  app.dataSource.query(
    `select p.key as assignee, h.routing from handoffs h join people p on p.id = h.assignee_id
      where h.state = 'offered' order by h.id`,
  );

async function openAtOnce(count: number, now = NOW): Promise<OpenHandoffResult[]> {
  const handoffs = app.app.get(HandoffsService, { strict: false });
  const leads = await Promise.all(Array.from({ length: count }, () => app.workspace.lead({ state: 'qualified' })));
  return Promise.all(
    leads.map(({ id }) =>
      handoffs.openHandoff({
        ...{ leadId: id, no: 1, qualifiedBy: 'definition', ruleId: 'hand-raise' },
        ...{ definitionVersionId: null, qualifiedAt: now, now },
      }),
    ),
  );
}

const setRep = (key: string, capacity: number, weight: number, away: object[] = []) =>
  app.dataSource.query('update people set capacity = $2, weight = $3, away = $4 where key = $1', [
    ...[key, capacity, weight],
    JSON.stringify(away),
  ]);

/** How many offers the explanation says that the rep of that key held. */
function heldBy({ routing }: Routed, key: 'jonas' | 'lena'): number {
  const why = routing.candidates.find(({ personId }) => personId === app.workspace.people[key])?.why ?? '';
  return Number(/(\d+) of \d+ offers held$/.exec(why)?.[1]);
}

describe('twenty leads offered at once', () => {
  beforeAll(async () => {
    await setRep('jonas', 8, 1);
    await setRep('lena', 2, 2);
    // Of the same team, and away for the day.
    await app.dataSource.query(`update people set team_key = 'dach' where key = 'clara'`);
    await setRep('clara', 50, 9, [{ from: '2026-04-22', to: '2026-04-22' }]);
  });

  it('fill the reps to their capacity and nobody above it; the others queue', async () => {
    const results = await openAtOnce(20);
    expect(results.filter(({ result }) => result === 'offered')).toHaveLength(10);
    const waiting = results.filter(({ result }) => result === 'waiting');
    // Thursday 00:00 in Berlin: who is away for the day is back.
    const back = Date.parse('2026-04-22T22:00:00Z');
    expect(waiting).toEqual(Array(10).fill({ result: 'waiting', why: 'nobody_available', retryAt: back }));
    const offers = await routed();
    expect(offers.map(({ assignee }) => assignee).sort()).toEqual([
      ...Array<string>(8).fill('jonas'),
      ...Array<string>(2).fill('lena'),
    ]);
  });

  it('go by weight, and each explanation states what was true at that moment', async () => {
    const offers = await routed();
    const inOrder = offers.toSorted(
      (a, b) => heldBy(a, 'jonas') + heldBy(a, 'lena') - heldBy(b, 'jonas') - heldBy(b, 'lena'),
    );
    const held = { jonas: 0, lena: 0 };
    for (const { assignee, routing } of inOrder) {
      const { jonas, lena, clara } = app.workspace.people;
      const lenaFull = held.lena === 2;
      const why = { jonas: `at work, ${held.jonas} of 8 offers held`, lena: `at work, ${held.lena} of 2 offers held` };
      expect(routing.candidates.toSorted((a, b) => (a.why < b.why ? -1 : 1))).toEqual(
        [
          { personId: jonas, why: why.jonas },
          { personId: lena, why: lenaFull ? '2 of 2 offers held' : why.lena },
          { personId: clara, why: 'away until 2026-04-22' },
        ].sort((a, b) => (a.why < b.why ? -1 : 1)),
      );
      const name = assignee === 'jonas' ? 'Jonas Weidner' : 'Lena Hofer';
      const turn = lenaFull ? 'is the only one free' : 'is next in turn';
      expect(routing.sentence).toContain(`${name} of dach, because country is`);
      expect(routing.sentence).toContain(`; ${turn} (${why[assignee as 'jonas' | 'lena']}).`);
      held[assignee as 'jonas' | 'lena'] += 1;
      // Weights 8 × 1 and 2 × 2: two of three for Jonas while both can take one.
      const made = held.jonas + held.lena;
      if (!lenaFull) expect(Math.abs(held.jonas - (made * 2) / 3)).toBeLessThan(1);
    }
    expect(held).toEqual({ jonas: 8, lena: 2 });
  });

  it('take the places of those that are answered meanwhile, once each', async () => {
    const answer = app.dataSource.query(
      `update handoffs set state = 'accepted', decided_at = $1 where id in (
         select id from handoffs where state = 'offered' and assignee_id = $2 order by id limit 3)`,
      [new Date(NOW), app.workspace.people.jonas],
    );
    const [results] = await Promise.all([openAtOnce(12), answer]);
    const more = await openAtOnce(12);
    expect([...results, ...more].filter(({ result }) => result === 'offered')).toHaveLength(3);
    const keys = (await routed()).map(({ assignee }) => assignee);
    expect([keys.filter((key) => key === 'jonas').length, keys.length]).toEqual([8, 10]);
  });
});

describe('reps who come and go, with offers made at once', () => {
  const DAY = 86_400_000;
  const ROUNDS = 24;
  const roll = seededRandom(20_261_129);
  const between = (least: number, most: number): number => least + Math.floor(roll() * (most - least + 1));

  interface Rep {
    readonly id: string;
    readonly key: string;
    readonly name: string;
    readonly throughout: boolean;
    readonly weight: number;
    capacity: number;
    /** The rep is away on the day of the round. */
    away: boolean;
  }
  const rep = (key: string, throughout: boolean, capacity: number, weight: number): Rep => ({
    ...{ id: uuidV7(), key, name: `Rep ${key.toUpperCase()}`, throughout, capacity, weight, away: false },
  });
  /** The first two are always there and never full; the others have office hours, absences and little room. */
  const reps = [
    ...[rep('p', true, 60, 1), rep('q', true, 20, 1)],
    ...[rep('r', false, 2, 9), rep('s', false, 3, 2), rep('t', false, 1, 4)],
  ];

  beforeAll(async () => {
    await app.dataSource.query(`update people set active = false where team_key = 'dach'`);
    await app.dataSource.query(`insert into calendars (key, rows, holidays) values ('office', $1, '[]')`, [
      JSON.stringify([{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '08:00', to: '16:00' }]),
    ]);
    for (const { id, key, name, throughout, capacity, weight } of reps)
      await app.dataSource.query(
        `insert into people (id, key, name, email, team_key, roles, zone, calendar_key, capacity, weight, away, active)
         values ($1, $2, $3, $4, 'dach', '{rep}', 'Europe/Berlin', $5, $6, $7, '[]', true)`,
        [id, `rep-${key}`, name, `${id}@kelvara.example`, throughout ? 'de' : 'office', capacity, weight],
      );
  });

  /** What is true of a rep at an instant at which Berlin's clock shows that hour. */
  function truth(one: Rep, held: number, hour: number, date: string): { why: string; asked: boolean } {
    const load = `${held} of ${one.capacity} offers held`;
    if (held >= one.capacity) return { why: load, asked: false };
    if (one.away) return { why: `away until ${date}`, asked: false };
    const isOpen = one.throughout || (hour >= 8 && hour < 16);
    return { why: `${isOpen ? 'at work' : 'at work next'}, ${load}`, asked: isOpen };
  }

  it('fill nobody above capacity, ask nobody absent, give true reasons, and share by weight among who is there throughout', async () => {
    const seen = new Set<string>();
    const got = new Map(reps.map(({ id }) => [id, 0]));
    const total = reps.reduce((sum, one) => sum + (one.throughout ? one.capacity * one.weight : 0), 0);
    for (let round = 0; round < ROUNDS; round += 1) {
      const hour = between(0, 23);
      // Berlin is two hours ahead of UTC in these weeks.
      const at = Date.parse('2026-05-04T00:00:00Z') + round * DAY + (hour - 2) * 3_600_000;
      const date = new Date(at + 2 * 3_600_000).toISOString().slice(0, 10);
      for (const one of reps.filter(({ throughout }) => !throughout)) {
        one.away = roll() < 0.3;
        await setRep(`rep-${one.key}`, one.capacity, one.weight, one.away ? [{ from: date, to: date }] : []);
      }
      // Who is there throughout has answered everything; of the others some have.
      await app.dataSource.query(
        `update handoffs set state = 'accepted', decided_at = $1 where state = 'offered' and assignee_id = any($2)`,
        [new Date(at), reps.filter(({ throughout }) => throughout || roll() < 0.5).map(({ id }) => id)],
      );
      const held = new Map(reps.map(({ id }) => [id, 0]));
      for (const { id, open } of await app.dataSource.query<{ id: string; open: number }[]>(
        `select assignee_id as id, count(*)::int as open from handoffs where state = 'offered' group by 1`,
      ))
        held.set(id, open);
      const results = await openAtOnce(between(1, 9), at);
      expect(results.every(({ result }) => result === 'offered')).toBe(true);
      // The ids are given out under the routing lock, one after the other.
      const offers = await app.dataSource.query<(Routed & { assigneeId: string })[]>(
        `select assignee_id as "assigneeId", routing from handoffs where offered_at = $1 order by id`,
        [new Date(at)],
      );
      for (const { assigneeId, routing } of offers) {
        const truths = reps.map((one) => ({ one, ...truth(one, held.get(one.id) ?? 0, hour, date) }));
        const known = new Map(routing.candidates.map(({ personId, why }) => [personId, why]));
        expect(truths.map(({ one }) => known.get(one.id))).toEqual(truths.map(({ why }) => why));
        const chosen = truths.find(({ one }) => one.id === assigneeId);
        expect(chosen?.asked).toBe(true);
        expect(routing.sentence).toContain(`${chosen?.one.name} of dach, because country is`);
        expect(routing.sentence).toContain(`is next in turn (${chosen?.why}).`);
        for (const { why } of truths) seen.add(why.replace(/[\d-]+/g, '#'));
        held.set(assigneeId, (held.get(assigneeId) ?? 0) + 1);
        got.set(assigneeId, (got.get(assigneeId) ?? 0) + 1);
        const made = reps.reduce((sum, { id, throughout }) => sum + (throughout ? (got.get(id) ?? 0) : 0), 0);
        for (const { id, throughout, capacity, weight } of reps)
          if (throughout) expect(Math.abs((got.get(id) ?? 0) - (made * capacity * weight) / total)).toBeLessThan(1);
      }
    }
    expect([...seen].sort()).toEqual([
      ...['# of # offers held', 'at work next, # of # offers held', 'at work, # of # offers held', 'away until #'],
    ]);
    // Everybody had their turn, and what is owed adds up to nothing.
    expect([...got.values()].filter((count) => count === 0)).toEqual([]);
    const [row] = await app.dataSource.query<{ owed: number; most: number }[]>(
      `select sum(owed) as owed, max(abs(owed)) as most from routing_turns where person_id = any($1)`,
      [reps.map(({ id }) => id)],
    );
    expect(Math.abs(row?.owed ?? 1)).toBeLessThan(1e-9);
    expect(row?.most).toBeLessThan(1);
  });
});

describe('an offer that a person gives to a rep of another team', () => {
  const turns = (team: string): Promise<{ key: string; owed: number }[]> =>
    app.dataSource.query(
      `select p.key, t.owed from routing_turns t join people p on p.id = t.person_id where t.team_key = $1 order by 1`,
      [team],
    );

  it('counts in the round of that team, and not in the round of the one that routing would choose', async () => {
    const ids = [uuidV7(), uuidV7()];
    for (const [place, id] of ids.entries())
      await app.dataSource.query(
        `insert into people (id, key, name, email, team_key, roles, zone, calendar_key, capacity, weight, away, active)
         values ($1, $2, 'Rep', $3, 'emea', '{rep}', 'Europe/Berlin', 'de', $4, 1, '[]', true)`,
        [id, `emea-${place}`, `${id}@kelvara.example`, place === 0 ? 3 : 1],
      );
    const before = await turns('dach');
    const { id } = await app.workspace.lead({ state: 'qualified' });
    await app.app.get(HandoffsService, { strict: false }).openHandoff({
      ...{ leadId: id, no: 1, qualifiedBy: 'person', ruleId: null, definitionVersionId: null },
      ...{ qualifiedAt: NOW, now: NOW, assigneeId: ids[0] ?? '' },
    });
    // Three of four parts came due to the one who got it.
    expect(await turns('emea')).toEqual([
      { key: 'emea-0', owed: -0.25 },
      { key: 'emea-1', owed: 0.25 },
    ]);
    expect(await turns('dach')).toEqual(before);
    expect(before.length).toBeGreaterThan(0);
  });
});
