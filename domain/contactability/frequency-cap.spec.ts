import { describe, expect, it } from '@jest/globals';
import { frequencySlot } from './frequency-cap.js';

const zone = 'Europe/Berlin';
const utc = (text: string) => Date.parse(`${text}:00Z`);

describe('frequencySlot', () => {
  it('leaves the instant alone while the day has room', () => {
    const at = utc('2026-04-21T14:00');
    expect(frequencySlot({ max: 2, per: 'day' }, [utc('2026-04-21T06:00')], zone, at)).toBe(at);
  });

  it('counts local days: late yesterday in UTC may be today in Berlin', () => {
    const claims = [utc('2026-04-20T22:30')];
    expect(frequencySlot({ max: 1, per: 'day' }, claims, zone, utc('2026-04-21T09:00'))).toBe(utc('2026-04-21T22:00'));
  });

  it('goes on at the next local midnight, over a change of clocks too', () => {
    const claims = [utc('2026-03-28T09:00'), utc('2026-03-29T09:00')];
    expect(frequencySlot({ max: 1, per: 'day' }, claims, zone, utc('2026-03-28T12:00'))).toBe(utc('2026-03-29T22:00'));
  });

  it('looks back over several local days', () => {
    const cap = { max: 2, per: 'P7D' };
    const claims = [utc('2026-04-15T09:00'), utc('2026-04-17T09:00')];
    expect(frequencySlot(cap, claims, zone, utc('2026-04-21T09:00'))).toBe(utc('2026-04-21T22:00'));
    expect(frequencySlot(cap, claims, zone, utc('2026-04-22T09:00'))).toBe(utc('2026-04-22T09:00'));
  });

  it('takes hours as elapsed time', () => {
    const claims = [utc('2026-04-21T08:00'), utc('2026-04-21T10:00')];
    const cap = { max: 2, per: 'PT12H' };
    expect(frequencySlot(cap, claims, zone, utc('2026-04-21T11:00'))).toBe(utc('2026-04-21T20:00'));
    expect(frequencySlot(cap, [], zone, utc('2026-04-21T11:00'))).toBe(utc('2026-04-21T11:00'));
  });
});
