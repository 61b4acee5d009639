import { curveAt, decayCurve, type ScoreMultiplier } from './decay-curve.js';
import type { ScoreItem } from './score-engagements.js';

/**
 * Score at an instant = Σ points × 0.5^((now − at) / half-life) of the items whose instant has come, times the factors
 * of the multipliers that have come since (semantics: Score).
 */
export const scoreAt = (items: readonly ScoreItem[], multipliers: readonly ScoreMultiplier[], now: number): number =>
  curveAt(decayCurve(items, multipliers, now), now);
