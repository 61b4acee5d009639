// Routing over random teams, calendars, absences and loads, against a reading of the rule that shares no code with it:
// local times come from Intl, openings are found by trying every half hour.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fakeFacts } from '../condition/fake-facts.js';
import { type RouteOfferInput, type RouteOfferResult, routeOffer } from './route-offer.js';
import { turnChanges } from './turns.js';

type RoutedRep = RouteOfferInput['reps'][number];

const CELL_MS = 1_800_000;
const DAY_MS = 86_400_000;
const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Sydney'] as const;
/** Three weeks from each: the clocks change in Europe, the US and Australia in two of them, the year in the third. */
const STARTS = ['2026-03-20T00:00:00Z', '2026-10-18T00:00:00Z', '2026-12-21T00:00:00Z'].map((at) => Date.parse(at));

interface LocalCell {
  readonly date: string;
  readonly weekday: string;
  readonly clock: string;
}

const clocks = new Map<string, Intl.DateTimeFormat>();
const cells = new Map<string, LocalCell>();

function localCell(zone: string, at: number): LocalCell {
  const known = cells.get(`${zone} ${at}`);
  if (known) return known;
  const clock =
    clocks.get(zone) ??
    new Intl.DateTimeFormat('en-GB', {
      ...{ timeZone: zone, hourCycle: 'h23', weekday: 'short' },
      ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
    });
  clocks.set(zone, clock);
  const part = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]));
  const cell = {
    date: `${part['year']}-${part['month']}-${part['day']}`,
    weekday: String(part['weekday']).toLowerCase(),
    clock: `${part['hour']}:${part['minute']}`,
  };
  cells.set(`${zone} ${at}`, cell);
  return cell;
}

const daysOf = ({ calendar }: RoutedRep) => ('days' in calendar ? [calendar] : calendar);

function worksAt(rep: RoutedRep, at: number): boolean {
  const { date, weekday, clock } = localCell(rep.zone, at);
  if (rep.away.some(({ from, to }) => from <= date && date <= to)) return false;
  return daysOf(rep).some(
    ({ days, from, to, holidays = [] }) =>
      days.some((day) => day === weekday) &&
      from <= clock &&
      clock < to &&
      holidays.every((holiday) => holiday.date !== date),
  );
}

/** The date of the next weekday of the rep's calendar after the local date. */
function nextBusinessDate(rep: RoutedRep, date: string): string {
  for (let ahead = 1; ahead <= 7; ahead += 1) {
    const day = new Date(Date.parse(`${date}T12:00:00Z`) + ahead * DAY_MS);
    const weekday = WEEK[(day.getUTCDay() + 6) % 7];
    if (daysOf(rep).some(({ days }) => days.some((one) => one === weekday))) return day.toISOString().slice(0, 10);
  }
  throw new Error('a calendar without days');
}

interface Judgement {
  readonly free: boolean;
  readonly openNow: boolean;
  readonly why: string;
  /** Start of the first half hour in which the rep works; undefined when none is near. */
  readonly opensAt: number | undefined;
}

function judge(rep: RoutedRep, at: number, excluded: readonly string[]): Judgement {
  const today = localCell(rep.zone, at).date;
  let opensAt: number | undefined;
  for (let cell = at; opensAt === undefined && cell < at + 30 * DAY_MS; cell += CELL_MS) {
    if (worksAt(rep, cell)) opensAt = cell;
  }
  const no = (why: string): Judgement => ({ free: false, openNow: false, why, opensAt });
  const held = `${rep.openOffers} of ${rep.capacity} offers held`;
  if (excluded.includes(rep.id)) return no('had this lead already');
  if (rep.openOffers >= rep.capacity) return no(held);
  const absences = rep.away.filter(({ from, to }) => from <= today && today <= to).map(({ to }) => to);
  if (absences.length > 0) return no(`away until ${absences.sort().at(-1)}`);
  const opensOn = opensAt === undefined ? undefined : localCell(rep.zone, opensAt).date;
  if (opensOn === undefined) return no('not at work');
  if (opensOn > nextBusinessDate(rep, today)) return no(`not at work before ${opensOn}`);
  const openNow = opensAt === at;
  return { free: true, openNow, why: `${openNow ? 'at work' : 'at work next'}, ${held}`, opensAt };
}

const dateAfter = (start: number, days: number) => new Date(start + days * DAY_MS).toISOString().slice(0, 10);

function anyRep(index: number, start: number): fc.Arbitrary<RoutedRep> {
  const halfHour = (cell: number) => `${String(Math.floor(cell / 2)).padStart(2, '0')}:${cell % 2 ? '30' : '00'}`;
  return fc
    .record({
      zone: fc.constantFrom(...ZONES),
      team: fc.constantFrom('dach', 'dach', 'dach', 'world'),
      days: fc.subarray([...WEEK], { minLength: 1 }),
      opening: fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 20 })),
      holidays: fc.uniqueArray(fc.integer({ min: -1, max: 22 }), { maxLength: 6 }),
      away: fc.array(fc.tuple(fc.integer({ min: -3, max: 20 }), fc.integer({ min: 0, max: 5 })), { maxLength: 3 }),
      capacity: fc.integer({ min: 0, max: 5 }),
      weight: fc.integer({ min: 1, max: 4 }),
      openOffers: fc.integer({ min: 0, max: 4 }),
      owed: fc.double({ min: -0.9, max: 0.9, noNaN: true }),
    })
    .map(({ days, opening: [from, length], holidays, away, ...rep }) => ({
      ...rep,
      ...{ id: `id-${index}`, key: `rep-${index}`, name: `Rep ${index}`, lastOfferedAt: null },
      calendar: {
        days,
        from: halfHour(from),
        to: halfHour(Math.min(48, from + length)),
        holidays: holidays.map((day) => ({ date: dateAfter(start, day), name: 'Holiday' })),
      },
      away: away.map(([from, days]) => ({ from: dateAfter(start, from), to: dateAfter(start, from + days) })),
    }));
}

const situation = fc.constantFrom(...STARTS).chain((start) =>
  fc.record({
    at: fc.integer({ min: 0, max: 20 * 48 }).map((cell) => start + cell * CELL_MS),
    reps: fc
      .integer({ min: 1, max: 6 })
      .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => anyRep(index, start)))),
    excluded: fc.subarray(['id-0', 'id-1', 'id-2'], { maxLength: 2 }),
  }),
);

const offer = (reps: readonly RoutedRep[], at: number, excluded: readonly string[] = []) =>
  routeOffer({
    ...{ facts: fakeFacts(), at, reps, excluded, routing: [] },
    teams: [{ key: 'dach', side: 'sales', covers: null }],
  });

/** The reps after one of them got an offer. */
function given(reps: readonly RoutedRep[], { assigneeId, asked }: RouteOfferResult, at: number): RoutedRep[] {
  if (assigneeId === null) return [...reps];
  const changes = turnChanges(asked, assigneeId);
  return reps.map((rep) => ({
    ...rep,
    owed: rep.owed + (changes.get(rep.id) ?? 0),
    ...(rep.id === assigneeId ? { openOffers: rep.openOffers + 1, lastOfferedAt: at } : {}),
  }));
}

const alwaysAtWork = (key: string, capacity: number, weight: number): RoutedRep => ({
  ...{ id: key, key, name: key, team: 'dach', zone: 'Europe/Berlin', away: [], capacity, weight },
  ...{ openOffers: 0, owed: 0, lastOfferedAt: null },
  calendar: { days: [...WEEK], from: '00:00', to: '24:00', holidays: [] },
});

/** Some who are there throughout, and others with calendars and absences of their own, whose offers are answered now and then. */
const comingAndGoing = fc.constantFrom(...STARTS).chain((start) =>
  fc.record({
    start: fc.constant(start),
    throughout: fc
      .array(fc.tuple(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 4 })), { minLength: 2, maxLength: 4 })
      .map((shares) => shares.map(([capacity, weight], index) => alwaysAtWork(`always-${index}`, capacity, weight))),
    others: fc
      .integer({ min: 1, max: 4 })
      .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => anyRep(index, start))))
      .map((reps) => reps.map((rep) => ({ ...rep, team: 'dach', openOffers: 0, owed: 0 }))),
    turns: fc.array(fc.record({ later: fc.integer({ min: 0, max: 12 }), answered: fc.integer({ min: 0, max: 4 }) }), {
      minLength: 60,
      maxLength: 60,
    }),
  }),
);

describe('routing, whatever the team', () => {
  it('asks somebody who is free, open now before others, and states the true reason of each', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(situation, ({ at, reps, excluded }) => {
        const team = reps.filter((rep) => rep.team === 'dach');
        const judged = team.map((rep) => ({ rep, ...judge(rep, at, excluded) }));
        const free = judged.filter((one) => one.free);
        const { assigneeId, explanation, retryAt } = offer(reps, at, excluded);

        expect(explanation.candidates).toEqual(judged.map(({ rep, why }) => ({ personId: rep.id, why })));
        for (const { why } of judged) seen.add(why.replace(/[\d-]+/g, '#'));
        if (free.length === 0) {
          expect(assigneeId).toBeNull();
          expect(explanation.sentence).toBe('Nobody of dach, because it covers every lead, is free.');
          const openings = judged
            .filter(({ rep }) => rep.openOffers < rep.capacity && !excluded.includes(rep.id))
            .flatMap(({ opensAt }) => (opensAt === undefined ? [] : [opensAt]));
          if (openings.length > 0) expect(retryAt).toBe(Math.min(...openings));
          return;
        }
        const chosen = free.find(({ rep }) => rep.id === assigneeId);
        if (!chosen) throw new Error(`${assigneeId} is not free: ${JSON.stringify(judged.map(({ why }) => why))}`);
        expect(chosen.openNow).toBe(free.some(({ openNow }) => openNow));
        const turn = free.length === 1 ? 'is the only one free' : 'is next in turn';
        expect(explanation.sentence).toBe(
          `${chosen.rep.name} of dach, because it covers every lead; ${turn} (${chosen.why}).`,
        );
      }),
      { seed: 20260421, numRuns: 400 },
    );
    // Every reason was met but that of a calendar that never opens.
    expect([...seen].sort()).toEqual([
      '# of # offers held',
      'at work next, # of # offers held',
      'at work, # of # offers held',
      'away until #',
      'had this lead already',
      'not at work before #',
    ]);
  });

  it('never fills anybody above capacity while offers are made and answered', () => {
    fc.assert(
      fc.property(situation, fc.array(fc.integer({ min: -6, max: 8 }), { maxLength: 40 }), ({ at, reps }, turns) => {
        let [now, team] = [at, reps as readonly RoutedRep[]];
        for (const turn of turns) {
          if (turn < 0) {
            // The rep of that place answers one.
            team = team.map((rep, place) =>
              place === -turn - 1 ? { ...rep, openOffers: Math.max(0, rep.openOffers - 1) } : rep,
            );
            continue;
          }
          now += turn * CELL_MS;
          const routed = offer(team, now);
          const before = team.find(({ id }) => id === routed.assigneeId);
          if (routed.assigneeId !== null) expect(before && before.openOffers < before.capacity).toBe(true);
          team = given(team, routed, now);
        }
      }),
      { seed: 11, numRuns: 80 },
    );
  });

  it('shares offers among reps available throughout by their weights, within one offer at every moment', () => {
    const loads = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 9 })), {
      ...{ minLength: 2, maxLength: 8 },
    });
    fc.assert(
      fc.property(loads, (shares) => {
        const at = STARTS[0] ?? 0;
        const start = shares.map(([capacity, weight], index) => alwaysAtWork(`id-${index}`, capacity, weight));
        const total = shares.reduce((sum, [capacity, weight]) => sum + capacity * weight, 0);
        const counts = shares.map(() => 0);
        let team: readonly RoutedRep[] = start;
        for (let made = 1; made <= 40; made += 1) {
          // Everybody has answered: full reps are the business of the property above.
          const routed = offer(
            team.map((rep) => ({ ...rep, openOffers: 0 })),
            at + made,
          );
          team = given(team, routed, at + made);
          const place = team.findIndex(({ id }) => id === routed.assigneeId);
          counts[place] = (counts[place] ?? 0) + 1;
          for (const [index, [capacity, weight]] of shares.entries()) {
            const fair = (made * capacity * weight) / total;
            const off = Math.abs((counts[index] ?? 0) - fair);
            if (off >= 1) throw new Error(`after ${made} offers rep ${index} holds ${counts[index]}, not ${fair}`);
          }
        }
      }),
      { seed: 5, numRuns: 80 },
    );
  });

  it('lets nobody who was away catch up: whoever comes back has a turn like the others', () => {
    const at = STARTS[0] ?? 0;
    let team: readonly RoutedRep[] = ['a', 'b', 'c'].map((key) => alwaysAtWork(key, 6, 1));
    const turns = (count: number, of: readonly string[]): string => {
      let keys = '';
      for (let made = 0; made < count; made += 1) {
        const here = team.map((rep) => ({ ...rep, openOffers: of.includes(rep.key) ? 0 : rep.capacity }));
        const routed = offer(here, at + made);
        team = given(team, routed, at + made);
        keys += routed.assigneeId;
      }
      return keys;
    };
    expect(turns(60, ['a', 'b'])).toBe('ab'.repeat(30));
    expect([...turns(6, ['a', 'b', 'c'])].sort().join('')).toBe('aabbcc');
  });

  // More can not be promised: see the next test. Measured over 20,000 other teams: 99.5 % within one offer, none beyond 1.34.
  it('shares offers among reps available throughout by their weights while others come and go, are away and fill up', () => {
    const off: number[] = [];
    fc.assert(
      fc.property(comingAndGoing, ({ start, throughout, others, turns }) => {
        let [now, team] = [start, [...throughout, ...others] as readonly RoutedRep[]];
        const counts = new Map(throughout.map(({ id }) => [id, 0]));
        const total = throughout.reduce((sum, rep) => sum + rep.capacity * rep.weight, 0);
        let [made, most] = [0, 0];
        for (const { later, answered } of turns) {
          now += later * CELL_MS;
          team = team.map((rep, place) => ({
            ...rep,
            openOffers: counts.has(rep.id) ? 0 : Math.max(0, rep.openOffers - (place % 3 === answered ? 1 : 0)),
          }));
          const routed = offer(team, now);
          const chosen = team.find(({ id }) => id === routed.assigneeId);
          if (!chosen) throw new Error('nobody is asked though some are there throughout');
          if (!judge(chosen, now, []).openNow) throw new Error(`${chosen.id} is not at work`);
          if (chosen.openOffers >= chosen.capacity) throw new Error(`${chosen.id} is full`);
          team = given(team, routed, now);
          const balance = team.reduce((sum, { owed }) => sum + owed, 0);
          expect(Math.abs(balance)).toBeLessThan(1e-9);
          if (counts.has(chosen.id)) counts.set(chosen.id, (counts.get(chosen.id) ?? 0) + 1);
          made += counts.has(chosen.id) ? 1 : 0;
          for (const { id, capacity, weight } of throughout)
            most = Math.max(most, Math.abs((counts.get(id) ?? 0) - (made * capacity * weight) / total));
        }
        off.push(most);
      }),
      { seed: 20261129, numRuns: 200 },
    );
    expect(Math.max(...off)).toBeLessThan(1.5);
    expect(off.filter((most) => most >= 1).length).toBeLessThanOrEqual(off.length / 100);
  });

  it('could not do that within one offer for whoever turns out to have been there throughout, whatever the rule', () => {
    // Of weights 5, 1, 1, 1, 1, 1: any of them may leave after any offer, and those who are left were there throughout.
    const weights = [5, 1, 1, 1, 1, 1];
    const subsets = Array.from({ length: 1 << weights.length }, (_, mask) =>
      weights.flatMap((weight, place) => (mask & (1 << place) ? [{ weight, place }] : [])),
    );
    const isWithin = (counts: readonly number[]): boolean =>
      subsets.every((left) => {
        const made = left.reduce((sum, { place }) => sum + (counts[place] ?? 0), 0);
        const total = left.reduce((sum, { weight }) => sum + weight, 0);
        return left.every(({ weight, place }) => Math.abs((counts[place] ?? 0) * total - made * weight) <= total);
      });
    let reached = [weights.map(() => 0)];
    const ways: number[] = [];
    for (let made = 1; made <= 5; made += 1) {
      const next = reached.flatMap((counts) =>
        weights.map((_, given) => counts.map((n, i) => (i === given ? n + 1 : n))),
      );
      reached = next.filter(isWithin);
      ways.push(reached.length);
    }
    expect(ways.map((count) => count > 0)).toEqual([true, true, true, true, false]);
  });
});
