// Offers that are made at once, on the real database: each sees the ones before it.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HandoffsService, type OpenHandoffResult } from '../../src/handoffs/handoffs.service.js';
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

async function openAtOnce(count: number): Promise<OpenHandoffResult[]> {
  const handoffs = app.app.get(HandoffsService, { strict: false });
  const leads = await Promise.all(Array.from({ length: count }, () => app.workspace.lead({ state: 'qualified' })));
  return Promise.all(
    leads.map(({ id }) =>
      handoffs.openHandoff({
        ...{ leadId: id, no: 1, qualifiedBy: 'definition', ruleId: 'hand-raise' },
        ...{ definitionVersionId: null, qualifiedAt: NOW, now: NOW },
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
