import { describe, expect, it } from '@jest/globals';
import { stableHash } from './stable-hash.js';

describe('stableHash', () => {
  it('never changes', () => {
    expect(stableHash('')).toBe(2_872_998_923);
    expect(stableHash('lead-1/welcome')).toBe(3_257_731_769);
    expect(stableHash('Zürich 🏔')).toBe(1_560_045_352);
  });

  it('spreads texts that differ in one digit evenly', () => {
    const buckets = new Array<number>(10).fill(0);
    for (let index = 0; index < 10_000; index += 1) {
      const bucket = Math.floor((stableHash(`lead-${index}/guide`) / 2 ** 32) * 10);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    for (const count of buckets) expect(Math.abs(count - 1_000)).toBeLessThan(130);
  });
});
