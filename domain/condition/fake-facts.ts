import type { ConditionFacts } from './condition-facts.js';

/** A score item of the fake: counts from `at` on and halves every `halfLifeMs`. */
export interface FakeScoreItem {
  readonly at: number;
  readonly points: number;
  readonly halfLifeMs?: number | undefined;
}

export interface FakeFacts extends Partial<ConditionFacts> {
  readonly items?: readonly FakeScoreItem[];
  /** The score moves on multiples of this only, so that tests can try every instant; 1,000 by default. */
  readonly gridMs?: number;
  /** Crossings are looked for up to here; 600 steps of the grid by default. */
  readonly horizonAt?: number;
}

/** Facts for specs: a lead nothing is known of, with overrides. The score is computed the plain way, by trying. */
export function fakeFacts({
  items = [],
  gridMs = 1000,
  horizonAt = 600 * gridMs,
  ...overrides
}: FakeFacts = {}): ConditionFacts {
  const scoreAt = (at: number): number => {
    const now = Math.floor(at / gridMs) * gridMs;
    const counted = items.filter((item) => item.at <= now);
    return counted.reduce(
      (sum, { at: from, points, halfLifeMs = Infinity }) => sum + points * 0.5 ** ((now - from) / halfLifeMs),
      0,
    );
  };
  return {
    grade: 'C',
    scoreAt,
    nextScoreCrossing: (after, thresholds) => {
      const side = (at: number) => thresholds.map((threshold) => scoreAt(at) >= threshold).join();
      for (let at = (Math.floor(after / gridMs) + 1) * gridMs; at <= horizonAt; at += gridMs) {
        if (side(at) !== side(after)) return at;
      }
      return undefined;
    },
    profile: {},
    tags: [],
    source: 'website',
    campaign: null,
    country: null,
    language: null,
    engagements: [],
    handRaises: [],
    insights: {},
    handoffs: { count: 0, lastReason: null },
    ...overrides,
  };
}
