import { describe, expect, it } from '@jest/globals';
import type { BusinessCalendar } from './business-calendar.js';
import { type WaitSpec, waitEnd } from './wait.js';

const ch: BusinessCalendar = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '08:00',
  to: '17:30',
  holidays: [{ date: '2026-12-25', name: 'Christmas' }],
};
const until = (weekday: 'tue' | 'fri' | 'sun', at: string): WaitSpec => ({ until: { weekday, at } });

describe('waitEnd', () => {
  const berlin = 'Europe/Berlin';
  it.each<[string, WaitSpec, string, string, string]>([
    [
      'a day keeps the local time over the change to summer',
      'P1D',
      berlin,
      '2026-03-28T09:00:07Z',
      '2026-03-29T08:00:07.000Z',
    ],
    ['24 hours do not', 'PT24H', berlin, '2026-03-28T09:00:07Z', '2026-03-29T09:00:07.000Z'],
    [
      'a day keeps the local time over the change to winter',
      'P1D',
      berlin,
      '2026-10-24T08:00:00Z',
      '2026-10-25T09:00:00.000Z',
    ],
    ['a week', 'P1W', 'America/New_York', '2026-03-02T15:00:00Z', '2026-03-09T14:00:00.000Z'],
    ['a day into a gap is shifted by it', 'P1D', berlin, '2026-03-28T01:30:00Z', '2026-03-29T01:30:00.000Z'],
    ['a day into a fold is the first', 'P1D', berlin, '2026-10-24T00:30:00Z', '2026-10-25T00:30:00.000Z'],
    [
      'a day over half an hour of summer time',
      'P1D',
      'Australia/Lord_Howe',
      '2026-04-04T00:00:00Z',
      '2026-04-05T00:30:00.000Z',
    ],
    ['days first, then hours', 'P1DT2H', berlin, '2026-03-28T01:30:00Z', '2026-03-29T03:30:00.000Z'],
    ['no time in the second of a fold', 'P0D', berlin, '2026-10-25T01:30:00Z', '2026-10-25T01:30:00.000Z'],
    ['a business day over a weekend', { businessDays: 1 }, berlin, '2026-03-27T09:15:00Z', '2026-03-30T08:15:00.000Z'],
    ['from a Saturday', { businessDays: 1 }, berlin, '2026-03-28T09:15:00Z', '2026-03-30T08:15:00.000Z'],
    [
      'three business days over a holiday',
      { businessDays: 3 },
      berlin,
      '2026-12-23T19:00:00Z',
      '2026-12-29T19:00:00.000Z',
    ],
    ['no business day', { businessDays: 0 }, berlin, '2026-12-26T19:00:00Z', '2026-12-26T19:00:00.000Z'],
    ['until later the same day', until('tue', '10:00'), berlin, '2026-03-03T08:00:00Z', '2026-03-03T09:00:00.000Z'],
    ['until now', until('tue', '10:00'), berlin, '2026-03-03T09:00:00Z', '2026-03-03T09:00:00.000Z'],
    ['until next week', until('tue', '10:00'), berlin, '2026-03-03T09:00:00.001Z', '2026-03-10T09:00:00.000Z'],
    ['until a time in the gap', until('sun', '02:30'), berlin, '2026-03-27T09:00:00Z', '2026-03-29T01:30:00.000Z'],
    [
      'until a time in the gap, at its shifted instant',
      until('sun', '02:30'),
      berlin,
      '2026-03-29T01:30:00Z',
      '2026-03-29T01:30:00.000Z',
    ],
    ['until a time in the fold', until('sun', '02:30'), berlin, '2026-10-24T09:00:00Z', '2026-10-25T00:30:00.000Z'],
    [
      'the second of a fold is not another',
      until('sun', '02:30'),
      berlin,
      '2026-10-25T01:00:00Z',
      '2026-11-01T01:30:00.000Z',
    ],
    [
      'a weekday shifted over a skipped day',
      until('fri', '10:00'),
      'Pacific/Apia',
      '2011-12-30T19:00:00Z',
      '2011-12-30T20:00:00.000Z',
    ],
    [
      'the weekday is the local one',
      until('tue', '00:30'),
      'Pacific/Auckland',
      '2026-06-01T10:00:00Z',
      '2026-06-01T12:30:00.000Z',
    ],
  ])('%s', (_name, spec, zone, from, expected) => {
    expect(new Date(waitEnd(spec, Date.parse(from), zone, ch)).toISOString()).toBe(expected);
  });

  it('throws for what a schema refuses', () => {
    expect(() => waitEnd('P1M', 0, 'UTC', ch)).toThrow(RangeError);
    expect(() => waitEnd({ businessDays: 1 }, 0, 'UTC', { ...ch, days: [] })).toThrow(RangeError);
  });
});
