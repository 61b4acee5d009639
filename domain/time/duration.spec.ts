import { describe, expect, it } from '@jest/globals';
import { describeDuration, durationToMs, parseDuration, requireDuration } from './duration.js';

describe('parseDuration', () => {
  it.each([
    ['P2D', { weeks: 0, days: 2, hours: 0, minutes: 0, seconds: 0 }],
    ['P1W', { weeks: 1, days: 0, hours: 0, minutes: 0, seconds: 0 }],
    ['PT36H', { weeks: 0, days: 0, hours: 36, minutes: 0, seconds: 0 }],
    ['P1DT2H30M5S', { weeks: 0, days: 1, hours: 2, minutes: 30, seconds: 5 }],
    ['PT0S', { weeks: 0, days: 0, hours: 0, minutes: 0, seconds: 0 }],
  ])('reads %s', (text, duration) => {
    expect(parseDuration(text)).toEqual(duration);
  });

  it.each([
    '',
    'P',
    'PT',
    'P1DT',
    'P1M',
    'P1Y',
    '-P1D',
    'P1.5D',
    'PT1,5H',
    'P-1D',
    'PT1D',
    'P1H',
    'p1d',
    ' P1D',
    'P999999999D',
  ])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
    expect(() => requireDuration(text)).toThrow(RangeError);
  });

  it('takes a calendar day as 24 hours only where elapsed time is asked for', () => {
    expect(durationToMs(requireDuration('P1W1DT1H1M1S'))).toBe(((8 * 24 + 1) * 3600 + 61) * 1000);
  });
});

describe('describeDuration', () => {
  it.each([
    ['P2D', '2 days'],
    ['PT36H', '36 hours'],
    ['P1DT2H', '1 day 2 hours'],
    ['P1W', '1 week'],
    ['PT90M', '90 minutes'],
    ['PT1M1S', '1 minute 1 second'],
    ['PT0S', '0 minutes'],
  ])('says %s as %s', (text, words) => {
    expect(describeDuration(requireDuration(text))).toBe(words);
  });
});
