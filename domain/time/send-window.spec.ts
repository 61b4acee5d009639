import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { firstAllowedInstant, isInsideWindow, type SendWindow, type SendWindowRow, sendSlot } from './send-window.js';
import { stableHash } from './stable-hash.js';
import { DAY_MS, type Weekday } from './wall-time.js';
import { zoneSpanAt } from './zone.js';

const utc = (text: string): number => Date.parse(text);
const iso = (at: number | undefined): string | undefined => (at === undefined ? undefined : new Date(at).toISOString());
const ALL: Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const WEEK: Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri'];
const NONE: ReadonlySet<string> = new Set();
const office: SendWindow = { days: WEEK, from: '09:00', to: '17:00', holidays: true };

describe('firstAllowedInstant', () => {
  const berlin = 'Europe/Berlin';
  const night: SendWindow = { days: ['fri'], from: '22:00', to: '02:30', holidays: true };
  const small: SendWindow = { days: ALL, from: '02:10', to: '02:50' };
  it.each<[string, SendWindow, string, string, string[], string | undefined]>([
    ['inside keeps the seconds', office, berlin, '2026-03-02T09:15:07.123Z', [], '2026-03-02T09:15:07.123Z'],
    ['before opening', office, berlin, '2026-03-02T06:15:07Z', [], '2026-03-02T08:00:00.000Z'],
    ['opening is inside', office, berlin, '2026-03-02T08:00:00Z', [], '2026-03-02T08:00:00.000Z'],
    ['closing is outside', office, berlin, '2026-03-02T16:00:00Z', [], '2026-03-03T08:00:00.000Z'],
    ['a millisecond before closing', office, berlin, '2026-03-02T15:59:59.999Z', [], '2026-03-02T15:59:59.999Z'],
    [
      'over a weekend with the change to summer',
      office,
      berlin,
      '2026-03-27T17:00:00Z',
      [],
      '2026-03-30T07:00:00.000Z',
    ],
    ['a holiday', office, berlin, '2026-12-24T17:00:00Z', ['2026-12-25'], '2026-12-28T08:00:00.000Z'],
    [
      'the row does not heed holidays',
      { ...office, holidays: false },
      berlin,
      '2026-12-24T17:00:00Z',
      ['2026-12-25'],
      '2026-12-25T08:00:00.000Z',
    ],
    [
      'past midnight belongs to the day it opened',
      night,
      berlin,
      '2026-05-09T00:00:00Z',
      [],
      '2026-05-09T00:00:00.000Z',
    ],
    ['past midnight of a holiday', night, berlin, '2026-05-09T00:00:00Z', ['2026-05-08'], '2026-05-15T20:00:00.000Z'],
    [
      'a holiday on the day after opening does not matter',
      night,
      berlin,
      '2026-05-09T00:00:00Z',
      ['2026-05-09'],
      '2026-05-09T00:00:00.000Z',
    ],
    ['past midnight, but not of that weekday', night, berlin, '2026-05-08T00:00:00Z', [], '2026-05-08T20:00:00.000Z'],
    ['wholly in the gap: not that day', small, berlin, '2026-03-29T00:00:00Z', [], '2026-03-30T00:10:00.000Z'],
    [
      'half in the gap: from the first instant there is',
      { days: ALL, from: '02:30', to: '03:30' },
      berlin,
      '2026-03-29T00:00:00Z',
      [],
      '2026-03-29T01:00:00.000Z',
    ],
    ['the first of two', small, berlin, '2026-10-25T00:00:00Z', [], '2026-10-25T00:10:00.000Z'],
    ['between the two', small, berlin, '2026-10-25T00:55:00Z', [], '2026-10-25T01:10:00.000Z'],
    ['in the second of two', small, berlin, '2026-10-25T01:20:05Z', [], '2026-10-25T01:20:05.000Z'],
    [
      'half an hour twice',
      { days: ALL, from: '01:30', to: '01:40' },
      'Australia/Lord_Howe',
      '2026-04-04T14:45:00Z',
      [],
      '2026-04-04T15:00:00.000Z',
    ],
    [
      '24:00 is midnight at the end',
      { days: ['mon'], from: '20:00', to: '24:00' },
      'UTC',
      '2026-03-03T00:00:00Z',
      [],
      '2026-03-09T20:00:00.000Z',
    ],
    [
      'from = to is a day long',
      { days: ['mon'], from: '09:00', to: '09:00' },
      'UTC',
      '2026-03-03T08:59:00Z',
      [],
      '2026-03-03T08:59:00.000Z',
    ],
    [
      'a union of rows',
      [
        { days: WEEK, from: '09:00', to: '12:00' },
        { days: WEEK, from: '13:00', to: '17:00' },
      ],
      'UTC',
      '2026-03-02T12:30:00Z',
      [],
      '2026-03-02T13:00:00.000Z',
    ],
    [
      'a skipped day',
      { days: ['fri'], from: '09:00', to: '17:00' },
      'Pacific/Apia',
      '2011-12-29T12:00:00Z',
      [],
      '2012-01-05T19:00:00.000Z',
    ],
    ['always', 'any', berlin, '2026-03-01T03:00:00Z', [], '2026-03-01T03:00:00.000Z'],
    ['never', [], berlin, '2026-03-01T03:00:00Z', [], undefined],
  ])('%s', (_name, window, zone, dueAt, holidays, expected) => {
    expect(iso(firstAllowedInstant(window, zone, utc(dueAt), new Set(holidays)))).toBe(expected);
  });

  it('gives up after 400 days', () => {
    const years = Array.from({ length: 800 }, (_, n) =>
      new Date(utc('2026-01-01') + n * DAY_MS).toISOString().slice(0, 10),
    );
    expect(firstAllowedInstant(office, 'UTC', utc('2026-01-01'), new Set(years))).toBeUndefined();
    expect(iso(firstAllowedInstant(office, 'UTC', utc('2026-01-01'), new Set(years.slice(0, 395))))).toBe(
      '2027-02-01T09:00:00.000Z',
    );
  });
});

describe('sendSlot', () => {
  const slot = (dueAt: string, spreadMs: number, hash: number): string | undefined =>
    iso(sendSlot({ window: office, zone: 'UTC', dueAt: utc(dueAt), spreadMs, hash, holidays: NONE }));

  it('moves a touch later by its hash', () => {
    expect(slot('2026-03-02T10:00:07Z', 900_000, 0)).toBe('2026-03-02T10:00:07.000Z');
    expect(slot('2026-03-02T10:00:07Z', 900_000, 2 ** 31)).toBe('2026-03-02T10:07:37.000Z');
    expect(slot('2026-03-02T10:00:07Z', 900_000, 2 ** 32 - 1)).toBe('2026-03-02T10:15:06.999Z');
    expect(slot('2026-03-02T10:00:07Z', 0, 2 ** 31)).toBe('2026-03-02T10:00:07.000Z');
  });

  it('spreads over what is left of the window', () => {
    expect(slot('2026-03-02T16:58:00Z', 900_000, 2 ** 31)).toBe('2026-03-02T16:59:00.000Z');
    expect(slot('2026-03-02T18:00:00Z', 900_000, 2 ** 31)).toBe('2026-03-03T09:07:30.000Z');
  });

  it('spreads over a change of the clock and the end of a year, as long as the window stays open', () => {
    const night: SendWindow = { days: ALL, from: '20:00', to: '06:00' };
    const over = (dueAt: string): string | undefined =>
      iso(
        sendSlot({
          window: night,
          zone: 'Europe/Berlin',
          dueAt: utc(dueAt),
          spreadMs: 7_200_000,
          hash: 2 ** 31,
          holidays: NONE,
        }),
      );
    expect(over('2026-03-29T00:30:00Z')).toBe('2026-03-29T01:30:00.000Z');
    expect(over('2026-10-25T00:30:00Z')).toBe('2026-10-25T01:30:00.000Z');
    expect(over('2026-12-31T23:30:00Z')).toBe('2027-01-01T00:30:00.000Z');
  });

  it('spreads freely where every instant is allowed', () => {
    const slotAt = sendSlot({ window: 'any', zone: 'UTC', dueAt: 0, spreadMs: 1000, hash: 2 ** 30, holidays: NONE });
    expect(slotAt).toBe(250);
    expect(sendSlot({ window: [], zone: 'UTC', dueAt: 0, spreadMs: 1000, hash: 1, holidays: NONE })).toBeUndefined();
  });
});

/** Reads the platform's clock and compares texts: shares nothing with what it judges. */
function oracle(zone: string): (rows: readonly SendWindowRow[], at: number, holidays: ReadonlySet<string>) => boolean {
  const options = {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  } as const;
  const clock = new Intl.DateTimeFormat('en-CA', options);
  return (rows, at, holidays) => {
    const [date = '', time = ''] = clock.format(at).split(', ');
    const before = new Date(Date.parse(date) - DAY_MS).toISOString().slice(0, 10);
    const opens = (row: SendWindowRow, day: string): boolean =>
      row.days.some((each) => each === ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][new Date(day).getUTCDay()]) &&
      !(row.holidays && holidays.has(day));
    return rows.some((row) =>
      row.from < row.to
        ? opens(row, date) && time >= row.from && time < row.to
        : (opens(row, date) && time >= row.from) || (opens(row, before) && time < row.to),
    );
  };
}

describe('windows hold in every zone over both changes of the clock', () => {
  const time = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 15, 30, 45))
    .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
  const rows = fc.array(
    fc.record({
      days: fc.uniqueArray(fc.constantFrom(...ALL), { minLength: 1 }),
      from: time,
      to: time,
      holidays: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3 },
  );
  const changes = Intl.supportedValuesOf('timeZone').flatMap((zone) => {
    const found: { zone: string; changeAt: number }[] = [];
    for (let at = utc('2026-01-01T00:00:00Z'); at < utc('2027-01-01T00:00:00Z'); ) {
      at = zoneSpanAt(zone, at).endAt;
      found.push({ zone, changeAt: at });
    }
    // The end of the year stands for a change in zones that have none.
    return found.length > 1 ? found.slice(0, -1) : found;
  });

  it('has changes to look at', () => {
    expect(new Set(changes.map(({ zone }) => zone)).size).toBe(Intl.supportedValuesOf('timeZone').length);
    expect(changes.length).toBeGreaterThan(500);
  });

  it('never sends outside, never early, never later than the first allowed instant', () => {
    const oracles = new Map(changes.map(({ zone }) => [zone, oracle(zone)]));
    let round = 0;
    fc.assert(
      fc.property(
        rows,
        fc.integer({ min: -30 * 3600, max: 6 * 3600 }),
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        fc.uniqueArray(fc.integer({ min: -2, max: 3 }), { maxLength: 2 }),
        (window, fromChangeS, hash, closed) => {
          const { zone, changeAt } = changes[round++ % changes.length] ?? { zone: 'UTC', changeAt: 0 };
          const inside = oracles.get(zone) ?? oracle(zone);
          const dueAt = changeAt + fromChangeS * 1000 + 123;
          const holidays = new Set(closed.map((days) => new Date(changeAt + days * DAY_MS).toISOString().slice(0, 10)));
          const firstAt = firstAllowedInstant(window, zone, dueAt, holidays);
          expect(firstAt).toBeDefined();
          if (firstAt === undefined) return;
          expect(inside(window, firstAt, holidays)).toBe(true);
          expect(isInsideWindow(window, zone, firstAt, holidays)).toBe(true);
          expect(firstAt === dueAt).toBe(inside(window, dueAt, holidays));
          // Windows and changes are at whole quarters, so one look per quarter sees every opening.
          for (let at = firstAt - 1; at >= dueAt && at > firstAt - 2 * DAY_MS; at -= 900_000) {
            if (inside(window, at, holidays)) throw new Error(`${zone}: ${iso(at)} was allowed before ${iso(firstAt)}`);
          }
          const slotAt = sendSlot({ window, zone, dueAt, spreadMs: 5 * 3_600_000, hash, holidays }) ?? 0;
          expect(slotAt).toBeGreaterThanOrEqual(firstAt);
          for (let at = firstAt; at <= slotAt; at += 900_000) {
            if (!inside(window, at, holidays)) throw new Error(`${zone}: ${iso(at)} lies between and is closed`);
          }
          expect(inside(window, slotAt, holidays)).toBe(true);
        },
      ),
      { seed: 20260301, numRuns: 2 * changes.length, endOnFailure: true },
    );
  });

  it('runs a daily step once a day, in order, over either change', () => {
    const window: SendWindow = { days: ALL, from: '22:00', to: '03:00' };
    for (const { zone, changeAt } of changes) {
      const slots = Array.from({ length: 7 }, (_, day) => {
        const dueAt = changeAt + (day - 3) * DAY_MS;
        return sendSlot({ window, zone, dueAt, spreadMs: 600_000, hash: stableHash(zone), holidays: NONE }) ?? 0;
      });
      for (const [index, at] of slots.entries()) {
        if (index > 0) expect(at).toBeGreaterThan(slots[index - 1] ?? at);
      }
    }
  });
});
