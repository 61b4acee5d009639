import { describe, expect, it } from '@jest/globals';
import { chooseZone } from './choose-zone.js';
import {
  formatInstant,
  instantsOfLocal,
  isKnownZone,
  localDate,
  localParts,
  offsetAtMs,
  resolveLocal,
} from './zone.js';

const utc = (text: string): number => Date.parse(text);
const iso = (at: number): string => new Date(at).toISOString();

describe('isKnownZone', () => {
  it('knows names of the database, also old ones, and nothing else', () => {
    for (const zone of ['Europe/Berlin', 'europe/berlin', 'Asia/Calcutta', 'UTC', 'Etc/GMT+5', 'EST']) {
      expect([zone, isKnownZone(zone)]).toEqual([zone, true]);
    }
    for (const zone of ['', 'Mars/Olympus', '+05:00', 'GMT+2', 'Europe/Berlin ', 'local', '__proto__']) {
      expect([zone, isKnownZone(zone)]).toEqual([zone, false]);
    }
  });
});

describe('offsetAtMs', () => {
  it.each([
    ['Europe/Berlin', '2026-03-29T00:59:59.999Z', 60],
    ['Europe/Berlin', '2026-03-29T01:00:00.000Z', 120],
    ['Europe/Berlin', '2026-10-25T00:59:59.999Z', 120],
    ['Europe/Berlin', '2026-10-25T01:00:00.000Z', 60],
    ['America/New_York', '2026-03-08T06:59:59.999Z', -300],
    ['America/New_York', '2026-03-08T07:00:00.000Z', -240],
    ['America/New_York', '2026-11-01T06:00:00.000Z', -300],
    ['Australia/Lord_Howe', '2026-04-04T14:59:59.999Z', 660],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00.000Z', 630],
    ['Australia/Lord_Howe', '2026-10-03T15:30:00.000Z', 660],
    ['Asia/Kathmandu', '2026-07-01T00:00:00.000Z', 345],
    ['Asia/Kolkata', '2026-07-01T00:00:00.000Z', 330],
    ['Pacific/Apia', '2011-12-30T09:59:59.999Z', -600],
    ['Pacific/Apia', '2011-12-30T10:00:00.000Z', 840],
    ['UTC', '2026-12-31T23:59:59.999Z', 0],
  ])('%s at %s is %d minutes', (zone, at, minutes) => {
    expect(offsetAtMs(zone, utc(at)) / 60_000).toBe(minutes);
  });

  it('agrees with the platform for every zone around both changes of the year', () => {
    const clocks = Intl.supportedValuesOf('timeZone').map((zone) => ({
      zone,
      clock: new Intl.DateTimeFormat('en-US', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }),
      plain: new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', dateStyle: 'short', timeStyle: 'medium' }),
    }));
    const wrong = clocks.flatMap(({ zone, clock, plain }) => {
      const instants = Array.from({ length: 122 }, (_, index) => utc('2026-01-01T00:10:00Z') + index * 3 * 86_400_000);
      return instants
        .filter((at) => clock.format(at) !== plain.format(at + offsetAtMs(zone, at)))
        .map((at) => [zone, iso(at)]);
    });
    expect(wrong).toEqual([]);
  });

  it('throws for a zone nobody checked', () => {
    expect(() => offsetAtMs('Mars/Olympus', 0)).toThrow(RangeError);
  });
});

describe('localParts', () => {
  it('shows what the local clock and calendar show', () => {
    expect(localParts('America/New_York', utc('2026-01-01T04:59:58.007Z'))).toEqual({
      year: 2025,
      month: 12,
      day: 31,
      hour: 23,
      minute: 59,
      second: 58,
      ms: 7,
      weekday: 'wed',
      date: '2025-12-31',
    });
    expect(localDate('Pacific/Kiritimati', utc('2026-01-01T10:00:00Z'))).toBe('2026-01-02');
    expect(localParts('UTC', utc('1969-12-31T12:00:00Z')).weekday).toBe('wed');
  });
});

describe('instantsOfLocal and resolveLocal', () => {
  it.each([
    ['Europe/Berlin', '2026-03-28', '02:30', ['2026-03-28T01:30:00.000Z'], '2026-03-28T01:30:00.000Z'],
    ['Europe/Berlin', '2026-03-29', '02:30', [], '2026-03-29T01:30:00.000Z'],
    ['Europe/Berlin', '2026-03-29', '02:00', [], '2026-03-29T01:00:00.000Z'],
    ['Europe/Berlin', '2026-03-29', '03:00', ['2026-03-29T01:00:00.000Z'], '2026-03-29T01:00:00.000Z'],
    [
      'Europe/Berlin',
      '2026-10-25',
      '02:30',
      ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z'],
      '2026-10-25T00:30:00.000Z',
    ],
    ['Europe/Berlin', '2026-10-25', '03:00', ['2026-10-25T02:00:00.000Z'], '2026-10-25T02:00:00.000Z'],
    [
      'Australia/Lord_Howe',
      '2026-04-05',
      '01:45',
      ['2026-04-04T14:45:00.000Z', '2026-04-04T15:15:00.000Z'],
      '2026-04-04T14:45:00.000Z',
    ],
    ['Australia/Lord_Howe', '2026-10-04', '02:15', [], '2026-10-03T15:45:00.000Z'],
    ['Pacific/Apia', '2011-12-30', '10:00', [], '2011-12-30T20:00:00.000Z'],
    ['UTC', '2026-12-31', '24:00', ['2027-01-01T00:00:00.000Z'], '2027-01-01T00:00:00.000Z'],
  ])('%s %s %s', (zone, date, time, instants, resolved) => {
    expect(instantsOfLocal(zone, date, time).map(iso)).toEqual(instants);
    expect(iso(resolveLocal(zone, date, time))).toBe(resolved);
  });

  it('throws for dates and times that a schema refuses', () => {
    expect(() => resolveLocal('UTC', '2026-02-30', '10:00')).toThrow(RangeError);
    expect(() => resolveLocal('UTC', '2026-02-03', '24:01')).toThrow(RangeError);
    expect(() => resolveLocal('UTC', '2026-02-03', '9:00')).toThrow(RangeError);
  });
});

describe('formatInstant', () => {
  it.each([
    ['2026-04-21T08:42:00Z', 'Europe/Berlin', 'Tue 21 Apr 2026, 10:42 CEST'],
    ['2026-10-25T00:30:00Z', 'Europe/Berlin', 'Sun 25 Oct 2026, 02:30 CEST'],
    ['2026-10-25T01:30:00Z', 'Europe/Berlin', 'Sun 25 Oct 2026, 02:30 CET'],
    ['2026-05-03T03:05:00Z', 'America/New_York', 'Sat 2 May 2026, 23:05 EDT'],
    ['2026-05-03T03:05:00Z', 'Asia/Kathmandu', 'Sun 3 May 2026, 08:50 UTC+05:45'],
    ['2026-05-03T03:05:00Z', 'UTC', 'Sun 3 May 2026, 03:05 UTC'],
  ])('%s in %s', (at, zone, words) => {
    expect(formatInstant(utc(at), zone)).toBe(words);
  });
});

describe('chooseZone', () => {
  it('takes the first known of lead, campaign and organisation, and reports names it passed over', () => {
    expect(chooseZone({ lead: 'Europe/Paris', campaign: 'UTC' })).toEqual({
      zone: 'Europe/Paris',
      from: 'lead',
      unknown: [],
    });
    expect(chooseZone({ lead: null, campaign: '', organisation: 'Europe/Zurich' })).toEqual({
      zone: 'Europe/Zurich',
      from: 'organisation',
      unknown: [],
    });
    expect(chooseZone({ lead: 'Berlin', campaign: 'Europe/Berlin' })).toEqual({
      zone: 'Europe/Berlin',
      from: 'campaign',
      unknown: [{ from: 'lead', zone: 'Berlin' }],
    });
    expect(chooseZone({ organisation: 'CH' })).toEqual({
      zone: 'UTC',
      from: 'none',
      unknown: [{ from: 'organisation', zone: 'CH' }],
    });
  });
});
