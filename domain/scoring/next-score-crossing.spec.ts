import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DAY_MS } from '../time/wall-time.js';
import type { ScoreMultiplier } from './decay-curve.js';
import { nextScoreCrossing } from './next-score-crossing.js';
import { scoreAt } from './score-at.js';
import type { ScoreItem } from './score-engagements.js';

const start = Date.parse('2026-03-01T12:00:00Z');
const day = (days: number): number => start + days * DAY_MS;
const item = (points: number, days: number, halfLifeDays?: number): ScoreItem => ({
  engagementId: `e${days}`,
  ruleId: 'r',
  points,
  at: day(days),
  halfLifeDays,
  capped: false,
});

describe('scoreAt', () => {
  it.each<[string, ScoreItem[], ScoreMultiplier[], number, number]>([
    ['an item before its instant', [item(8, 1)], [], 0.999, 0],
    ['an item at its instant', [item(8, 1)], [], 1, 8],
    ['no half-life, no decay', [item(8, 1)], [], 1000, 8],
    ['a half-life', [item(8, 0, 10)], [], 10, 4],
    ['continuous', [item(8, 0, 10)], [], 5, 8 * Math.SQRT1_2],
    ['negatives decay alike', [item(60, 0), item(-20, 0, 10)], [], 20, 55],
    ['several', [item(16, 0, 10), item(16, 10, 10), item(-8, 0, 5), item(3, 20)], [], 20, 4 + 8 - 0.5 + 3],
    ['a multiplier before its instant', [item(40, 0)], [{ at: day(5), factor: 0.5 }], 4.999, 40],
    ['a multiplier at its instant', [item(40, 0)], [{ at: day(5), factor: 0.5 }], 5, 20],
    ['an item at the instant of a multiplier is not before it', [item(40, 5)], [{ at: day(5), factor: 0.5 }], 6, 40],
    [
      'two multipliers',
      [item(40, 0), item(10, 6)],
      [
        { at: day(7), factor: 0.5 },
        { at: day(5), factor: 0.5 },
      ],
      8,
      15,
    ],
    ['a multiplier and decay', [item(40, 0, 10)], [{ at: day(5), factor: 0.5 }], 10, 10],
    ['nothing', [], [], 5, 0],
  ])('%s', (_name, items, multipliers, days, expected) => {
    expect(scoreAt(items, multipliers, day(days))).toBeCloseTo(expected, 10);
  });
});

describe('nextScoreCrossing', () => {
  const crossing = (items: ScoreItem[], thresholds: number[], from = 0, days = 400): unknown => {
    const found = nextScoreCrossing(items, [], day(from), thresholds, days * DAY_MS);
    return found && [(found.at - start) / DAY_MS, found.threshold, found.direction];
  };

  it('finds where a fading negative lifts the score over a threshold', () => {
    const items = [item(60, 0), item(-20, 0, 10)];
    expect(crossing(items, [50])).toEqual([10, 50, 'up']);
    expect(scoreAt(items, [], day(10) - 1)).toBeLessThan(50);
    expect(scoreAt(items, [], day(10))).toBe(50);
    expect(crossing(items, [50], 10)).toBeUndefined();
  });

  it('finds where decay lets the score fall below: a threshold is still reached at equality', () => {
    expect(crossing([item(60, 0, 10)], [30])).toEqual([10 + 1 / DAY_MS, 30, 'down']);
  });

  it('finds a rise and the fall after it', () => {
    // −30 fades fast under +60: 30 at first, 38 after four days, later below 35 again.
    const items = [item(60, 0, 10), item(-30, 0, 2)];
    const up = nextScoreCrossing(items, [], start, [35], 400 * DAY_MS);
    expect(up?.direction).toBe('up');
    const down = nextScoreCrossing(items, [], up?.at ?? 0, [35], 400 * DAY_MS);
    expect(down?.direction).toBe('down');
    expect(crossing(items, [35], ((down?.at ?? 0) - start) / DAY_MS)).toBeUndefined();
  });

  it('finds a short hump that a grid of days would miss', () => {
    const items = [item(1_000, 0, 1), item(-998, 0, 0.99)];
    const peak = Array.from({ length: 40_000 }, (_, n) => scoreAt(items, [], start + n * 3_600)).reduce((a, b) =>
      Math.max(a, b),
    );
    const up = nextScoreCrossing(items, [], start, [peak - 1e-7], 400 * DAY_MS);
    const down = nextScoreCrossing(items, [], up?.at ?? 0, [peak - 1e-7], 400 * DAY_MS);
    expect([up?.direction, down?.direction]).toEqual(['up', 'down']);
    expect((down?.at ?? 0) - (up?.at ?? 0)).toBeLessThan(DAY_MS / 10);
  });

  it('names the first of several thresholds', () => {
    const items = [item(64, 0, 10)];
    expect(crossing(items, [8, 40, 16, 32.5])).toMatchObject([expect.closeTo(Math.log2(64 / 40) * 10, 6), 40, 'down']);
    expect(crossing(items, [])).toBeUndefined();
    expect(crossing(items, [100, -5])).toBeUndefined();
  });

  it('keeps to the horizon', () => {
    const items = [item(60, 0), item(-20, 0, 10)];
    expect(crossing(items, [50], 0, 10)).toEqual([10, 50, 'up']);
    expect(nextScoreCrossing(items, [], start, [50], 10 * DAY_MS - 1)).toBeUndefined();
  });

  it('counts what is dated into the future from its own instant on', () => {
    expect(crossing([item(30, 0), item(30, 2)], [50])).toEqual([2, 50, 'up']);
    expect(nextScoreCrossing([item(60, 0)], [{ at: day(3), factor: 0.5 }], start, [50], 400 * DAY_MS)).toEqual({
      at: day(3),
      threshold: 50,
      direction: 'down',
    });
  });

  it('is exact to the millisecond and misses nothing, whatever fades', () => {
    let crossings = 0;
    const anyItem = fc.record({
      points: fc.integer({ min: -40, max: 40 }),
      minute: fc.integer({ min: -20 * 1440, max: 5 * 1440 }),
      halfLifeDays: fc.constantFrom(undefined, 0.5, 2, 7, 10, 30, 90),
    });
    const anyMultiplier = fc.record({
      minute: fc.integer({ min: -10 * 1440, max: 5 * 1440 }),
      factor: fc.constantFrom(0, 0.5, 0.9),
    });
    fc.assert(
      fc.property(
        fc.array(anyItem, { maxLength: 12 }),
        fc.array(anyMultiplier, { maxLength: 2 }),
        fc.array(fc.integer({ min: -30, max: 60 }), { minLength: 1, maxLength: 4 }),
        (drawn, factors, thresholds) => {
          const items = drawn.map(({ points, minute, halfLifeDays }) => item(points, minute / 1440, halfLifeDays));
          const multipliers = factors.map(({ minute, factor }) => ({ at: day(minute / 1440), factor }));
          const state = (at: number): string => {
            const score = scoreAt(items, multipliers, at);
            return thresholds.map((threshold) => (score >= threshold ? 1 : 0)).join('');
          };
          const horizonMs = 60 * DAY_MS;
          const found = nextScoreCrossing(items, multipliers, start, thresholds, horizonMs);
          const endAt = found?.at ?? start + horizonMs + 1;
          for (let step = 0; step <= 150; step += 1) {
            const at = start + Math.floor(((endAt - 1 - start) * step) / 150);
            if (state(at) !== state(start)) throw new Error(`${at} was crossed before ${found?.at}`);
          }
          if (!found) return;
          crossings += 1;
          const [before, after] = [scoreAt(items, multipliers, found.at - 1), scoreAt(items, multipliers, found.at)];
          expect([before >= found.threshold, after >= found.threshold]).toEqual(
            found.direction === 'up' ? [false, true] : [true, false],
          );
          const shuffled = nextScoreCrossing(
            items.toReversed(),
            multipliers.toReversed(),
            start,
            thresholds.toReversed(),
            horizonMs,
          );
          expect(shuffled).toEqual(found);
        },
      ),
      { seed: 11, numRuns: 800 },
    );
    expect(crossings).toBeGreaterThan(300);
  });
});
