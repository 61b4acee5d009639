import { DAY_MS } from '../time/wall-time.js';
import type { ScoreItem } from './score-engagements.js';

/** A row of a recycle policy: every item before the instant is multiplied from the instant on. */
export interface ScoreMultiplier {
  readonly at: number;
  readonly factor: number;
}

/** Points that fade alike, summed up at `refAt`: Σ of the group at t = points × 0.5^((t − refAt) / halfLifeMs). */
interface FadingGroup {
  readonly halfLifeMs: number;
  readonly refAt: number;
  readonly points: number;
}

/**
 * The score as a curve in time: constant points and one fading group per half-life, whatever the number of items. It
 * holds until the next instant at which an item or multiplier comes to count.
 */
export interface DecayCurve {
  readonly constant: number;
  readonly groups: readonly FadingGroup[];
}

/**
 * The curve of the items and multipliers that count at `now`. Items are added up in an order of their own, so that the
 * order of rows cannot change the last bit of a score, and the reference instants do not depend on `now`, so that all
 * instants of a curve see the same numbers.
 */
export function decayCurve(
  items: readonly ScoreItem[],
  multipliers: readonly ScoreMultiplier[],
  now: number,
): DecayCurve {
  const factors = multipliers
    .filter((multiplier) => multiplier.at <= now)
    .sort((a, b) => a.at - b.at || a.factor - b.factor);
  const counted = items
    .filter((item) => item.at <= now && item.points !== 0)
    .sort((a, b) => a.at - b.at || a.points - b.points);
  const byHalfLife = new Map<number, ScoreItem[]>();
  for (const item of counted) {
    const halfLifeDays = item.halfLifeDays ?? Infinity;
    const group = byHalfLife.get(halfLifeDays);
    if (group) group.push(item);
    else byHalfLife.set(halfLifeDays, [item]);
  }
  let constant = 0;
  const groups: FadingGroup[] = [];
  for (const [halfLifeDays, group] of [...byHalfLife].sort(([a], [b]) => a - b)) {
    const refAt = group.at(-1)?.at ?? now;
    const halfLifeMs = halfLifeDays * DAY_MS;
    let points = 0;
    for (const item of group) points += item.points * factorOf(item, factors) * fade(refAt - item.at, halfLifeMs);
    if (halfLifeDays === Infinity) constant = points;
    else groups.push({ halfLifeMs, refAt, points });
  }
  return { constant, groups };
}

export function curveAt(curve: DecayCurve, at: number): number {
  let score = curve.constant;
  for (const { points, refAt, halfLifeMs } of curve.groups) score += points * fade(at - refAt, halfLifeMs);
  return score;
}

/** 0.5^(age / half-life); 1 without a half-life. */
const fade = (ageMs: number, halfLifeMs: number): number => 0.5 ** (ageMs / halfLifeMs);

function factorOf(item: ScoreItem, multipliers: readonly ScoreMultiplier[]): number {
  let factor = 1;
  for (const multiplier of multipliers) if (item.at < multiplier.at) factor *= multiplier.factor;
  return factor;
}
