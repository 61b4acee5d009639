import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addBusinessMinutes,
  type BusinessCalendar,
  businessDurationToMinutes,
  businessMinutesBetween,
  closedOn,
  holidaysOf,
  isBusinessDay,
  isOpen,
  nextOpening,
} from './business-calendar.js';
import { requireDuration } from './duration.js';
import type { Weekday } from './wall-time.js';

const utc = (text: string): number => Date.parse(text);
const iso = (at: number | undefined): string | undefined => (at === undefined ? undefined : new Date(at).toISOString());
const WEEK: Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri'];
const ch: BusinessCalendar = {
  days: WEEK,
  from: '08:00',
  to: '17:30',
  holidays: [{ date: '2026-12-25', name: 'Christmas' }],
};
const night: BusinessCalendar = { days: ['sat'], from: '22:00', to: '06:00' };
const split: BusinessCalendar = [
  {
    days: ['mon', 'tue', 'wed', 'thu'],
    from: '08:00',
    to: '12:00',
    holidays: [{ date: '2026-05-14', name: 'Ascension' }],
  },
  { days: ['mon', 'tue', 'wed', 'thu'], from: '13:00', to: '17:00' },
  { days: ['fri'], from: '08:00', to: '14:00' },
];
const zurich = 'Europe/Zurich';

describe('addBusinessMinutes', () => {
  it.each<[string, BusinessCalendar, string, number, string]>([
    ['within a day, seconds kept', ch, '2026-03-02T08:10:07.5Z', 120, '2026-03-02T10:10:07.500Z'],
    ['over the night', ch, '2026-03-02T15:30:07Z', 120, '2026-03-03T08:00:07.000Z'],
    ['elapsed exactly at closing time', ch, '2026-03-02T14:30:00Z', 120, '2026-03-02T16:30:00.000Z'],
    ['a millisecond too late for closing time', ch, '2026-03-02T14:30:00.001Z', 120, '2026-03-03T07:00:00.001Z'],
    ['offered after hours', ch, '2026-03-02T20:00:07Z', 60, '2026-03-03T08:00:00.000Z'],
    ['offered at closing time', ch, '2026-03-02T16:30:00Z', 60, '2026-03-03T08:00:00.000Z'],
    ['over a weekend with the change to summer', ch, '2026-03-27T16:00:00Z', 60, '2026-03-30T06:30:00.000Z'],
    ['over a holiday and a weekend', ch, '2026-12-24T16:00:00Z', 60, '2026-12-28T07:30:00.000Z'],
    ['nothing, in hours', ch, '2026-03-02T10:00:00Z', 0, '2026-03-02T10:00:00.000Z'],
    ['nothing, after hours', ch, '2026-03-02T20:00:00Z', 0, '2026-03-03T07:00:00.000Z'],
    ['an hour that does not exist', night, '2026-03-28T21:00:00Z', 300, '2026-03-29T02:00:00.000Z'],
    ['an hour that exists twice', night, '2026-10-24T20:00:00Z', 300, '2026-10-25T01:00:00.000Z'],
    ['over a lunch break', split, '2026-03-02T10:30:00Z', 60, '2026-03-02T12:30:00.000Z'],
    ['a holiday of one row closes all', split, '2026-05-13T15:00:00Z', 60, '2026-05-15T07:00:00.000Z'],
  ])('%s', (_name, calendar, startAt, minutes, expected) => {
    expect(iso(addBusinessMinutes(calendar, zurich, utc(startAt), minutes))).toBe(expected);
  });

  it('throws for a calendar that never opens', () => {
    expect(() => addBusinessMinutes({ days: [], from: '08:00', to: '17:00' }, 'UTC', 0, 1)).toThrow(RangeError);
  });

  it('is undone by businessMinutesBetween, over both changes and in odd zones', () => {
    const calendars = [ch, night, split];
    fc.assert(
      fc.property(
        fc.constantFrom(...calendars),
        fc.constantFrom(zurich, 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Africa/Cairo'),
        fc.integer({ min: 0, max: 365 * 86_400 }),
        fc.integer({ min: 1, max: 3_000 }),
        (calendar, zone, second, minutes) => {
          const startAt = utc('2026-01-01T00:00:00Z') + second * 1000;
          const endAt = addBusinessMinutes(calendar, zone, startAt, minutes);
          expect(businessMinutesBetween(calendar, zone, startAt, endAt)).toBe(minutes);
          expect(isOpen(calendar, zone, endAt - 1)).toBe(true);
        },
      ),
      { seed: 7, numRuns: 600 },
    );
  });

  it('counts the minutes during which the calendar is open, one by one', () => {
    for (const [zone, from, to] of [
      [zurich, '2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z'],
      [zurich, '2026-10-24T12:00:00Z', '2026-10-26T12:00:00Z'],
      ['Australia/Lord_Howe', '2026-04-04T06:00:00Z', '2026-04-06T00:00:00Z'],
    ] as const) {
      for (const calendar of [ch, night, split]) {
        let open = 0;
        for (let at = utc(from); at < utc(to); at += 60_000) if (isOpen(calendar, zone, at)) open += 1;
        expect(businessMinutesBetween(calendar, zone, utc(from), utc(to))).toBe(open);
      }
    }
    // 22:00 to 06:00: seven hours in spring, nine in autumn.
    expect(businessMinutesBetween(night, zurich, utc('2026-03-28T12:00Z'), utc('2026-03-30T00:00Z'))).toBe(420);
    expect(businessMinutesBetween(night, zurich, utc('2026-10-24T12:00Z'), utc('2026-10-26T00:00Z'))).toBe(540);
    expect(businessMinutesBetween(ch, zurich, utc('2026-03-03T00:00Z'), utc('2026-03-02T00:00Z'))).toBe(0);
  });
});

describe('opening', () => {
  it('is half-open', () => {
    expect(isOpen(ch, zurich, utc('2026-03-02T07:00:00Z'))).toBe(true);
    expect(isOpen(ch, zurich, utc('2026-03-02T16:30:00Z'))).toBe(false);
    expect(iso(nextOpening(ch, zurich, utc('2026-03-02T16:30:00Z')))).toBe('2026-03-03T07:00:00.000Z');
    expect(iso(nextOpening(ch, zurich, utc('2026-03-02T10:30:00Z')))).toBe('2026-03-02T10:30:00.000Z');
    expect(nextOpening({ days: [], from: '08:00', to: '17:00' }, 'UTC', 0)).toBeUndefined();
  });

  it('knows business days', () => {
    expect(isBusinessDay(ch, '2026-12-24')).toBe(true);
    expect(isBusinessDay(ch, '2026-12-25')).toBe(false);
    expect(isBusinessDay(ch, '2026-12-26')).toBe(false);
    expect(isBusinessDay(split, '2026-05-14')).toBe(false);
  });
});

describe('closedOn', () => {
  const week: BusinessCalendar = [
    { days: ['mon', 'tue'], from: '09:00', to: '12:00', holidays: [{ date: '2026-04-21', name: 'One' }] },
    { days: ['mon'], from: '13:00', to: '17:00' },
  ];

  it('closes every row on more days and keeps those that were closed', () => {
    const closed = closedOn(week, [{ date: '2026-04-20', name: 'Two' }]);
    expect(['2026-04-20', '2026-04-21', '2026-04-27', '2026-04-28'].map((date) => isBusinessDay(closed, date))).toEqual(
      [...[false, false, true, true]],
    );
    expect([...holidaysOf(closed)].sort()).toEqual(['2026-04-20', '2026-04-21']);
    expect([...holidaysOf(week)]).toEqual(['2026-04-21']);
  });
});

describe('businessDurationToMinutes', () => {
  it.each<[string, BusinessCalendar, number]>([
    ['PT4H', ch, 240],
    ['P1D', ch, 570],
    ['P2DT30M', ch, 1_170],
    ['P1D', split, 480],
    ['P1D', night, 480],
    ['PT0S', ch, 0],
  ])('%s', (text, calendar, minutes) => {
    expect(businessDurationToMinutes(requireDuration(text), calendar)).toBe(minutes);
  });
});
