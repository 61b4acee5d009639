import { describe, expect, it } from '@jest/globals';
import { fakeFacts } from '../condition/fake-facts.js';
import { type CadenceCandidate, chooseAirCover, chooseCadence, type PastEnrollment } from './choose-cadence.js';

const DAY = 86_400_000;
const NOW = 100 * DAY;
const swiss = { field: 'country', op: '=' as const, value: 'CH' };
const candidates: CadenceCandidate[] = [
  { key: 'long-term', priority: 0, reentry: { after: 'P60D' } },
  { key: 'swiss-b', priority: 10, entry: swiss },
  { key: 'swiss-a', priority: 10, entry: swiss, reentry: { after: 'P30D' } },
  { key: 'cover', priority: 99, phase: 'air_cover' },
];
const past = (key: string, endedDaysAgo: number | null, exitReason = 'completed'): PastEnrollment => ({
  key,
  enteredAt: NOW - 90 * DAY,
  endedAt: endedDaysAgo === null ? null : NOW - endedDaysAgo * DAY,
  exitReason: endedDaysAgo === null ? null : exitReason,
});
const choose = (country: string, history: PastEnrollment[], from = candidates, catchAll: string | null = 'long-term') =>
  chooseCadence(from, fakeFacts({ country }), history, NOW, catchAll);

describe('chooseCadence', () => {
  it('takes the highest priority whose entry holds, then by key', () => {
    expect(choose('CH', [])).toEqual({ key: 'swiss-a' });
    expect(choose('DE', [])).toEqual({ key: 'long-term' });
  });

  it('does not let a lead in again before the rest is over', () => {
    expect(choose('CH', [past('swiss-a', 29)])).toEqual({ key: 'swiss-b' });
    expect(choose('CH', [past('swiss-a', 30)])).toEqual({ key: 'swiss-a' });
  });

  it('says when it looks again while every one rests', () => {
    const history = [past('swiss-a', 29), past('swiss-b', 5), past('long-term', 10)];
    expect(choose('CH', history)).toEqual({ retryAt: NOW + DAY });
  });

  it('never lets a lead into the same cadence twice unless it says so', () => {
    const once: CadenceCandidate[] = [{ key: 'once', priority: 5 }];
    expect(choose('CH', [past('once', 80)], once, null)).toBeUndefined();
  });

  it('leaves a lead that is inside where it is', () => {
    expect(choose('DE', [past('long-term', null)])).toBeUndefined();
  });

  it('resumes what was left and not what was completed', () => {
    const resuming: CadenceCandidate[] = [{ key: 'r', priority: 5, reentry: 'resume' }];
    expect(choose('CH', [past('r', 1, 'partner')], resuming, null)).toEqual({ key: 'r' });
    expect(choose('CH', [past('r', 1)], resuming, null)).toBeUndefined();
  });

  it('restarts, but not in the same instant', () => {
    const restarting: CadenceCandidate[] = [{ key: 'r', priority: 5, reentry: 'restart' }];
    expect(choose('CH', [past('r', 1)], restarting, null)).toEqual({ key: 'r' });
    expect(choose('CH', [past('r', 0)], restarting, null)).toEqual({ retryAt: NOW + 3_600_000 });
  });

  it('falls back to the catch-all, whatever its entry says', () => {
    const closed: CadenceCandidate[] = [{ key: 'long-term', priority: 0, entry: swiss }];
    expect(choose('DE', [], closed)).toEqual({ key: 'long-term' });
    expect(choose('DE', [past('long-term', 10)], closed)).toEqual({ retryAt: NOW + 20 * DAY });
    expect(choose('DE', [], closed, null)).toBeUndefined();
  });
});

describe('chooseAirCover', () => {
  const covers: CadenceCandidate[] = [
    ...candidates,
    { key: 'swiss-cover', priority: 100, entry: swiss, phase: 'air_cover' },
    { key: 'again', priority: 1, phase: 'air_cover', reentry: 'restart' },
  ];
  const cover = (country: string, history: PastEnrollment[] = [], from = covers) =>
    chooseAirCover(from, fakeFacts({ country }), history, NOW)?.key;

  it('takes the highest priority of its phase whose entry holds', () => {
    expect(cover('CH')).toBe('swiss-cover');
    expect(cover('DE')).toBe('cover');
    expect(cover('DE', [], [{ key: 'long-term', priority: 0 }])).toBeUndefined();
  });

  it('takes no lead twice unless the cadence says so, and none before its rest is over', () => {
    expect(cover('DE', [past('cover', 50, 'stopped_by_sales')])).toBe('again');
    expect(cover('DE', [past('cover', 50), past('again', 50, 'returned')])).toBe('again');
    expect(cover('DE', [past('cover', 50), past('again', 0)])).toBeUndefined();
  });

  it('is never the catch-all', () => {
    expect(choose('FR', [past('long-term', 1)], covers, 'again')).toEqual({ retryAt: NOW + 59 * DAY });
    const alone: CadenceCandidate[] = [{ key: 'again', priority: 1, phase: 'air_cover' }];
    expect(choose('FR', [], alone, 'again')).toBeUndefined();
  });
});
