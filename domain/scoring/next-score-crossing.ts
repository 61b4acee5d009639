import { DAY_MS } from '../time/wall-time.js';
import { curveAt, type DecayCurve, decayCurve, type ScoreMultiplier } from './decay-curve.js';
import type { ScoreItem } from './score-engagements.js';

/** Ten years: what fades slower than that changes nothing anybody waits for. */
export const SCORE_HORIZON_MS = 3_653 * DAY_MS;

export interface ScoreCrossing {
  readonly at: number;
  readonly threshold: number;
  /** `up`: from `at` on the score is at or over the threshold; `down`: it no longer is. */
  readonly direction: 'up' | 'down';
}

/** A tenth of a millisecond. Near a turning point the score is flat, so a finer one would change no judgement. */
const RESOLUTION_DAYS = 1e-9;

/** size × e^(−rate × days) */
interface Exponential {
  readonly rate: number;
  readonly size: number;
}

/**
 * The first instant in `(now, now + horizonMs]` at which `score >= threshold` changes by time alone for one of the
 * thresholds, to the millisecond: `scoreAt` judges differently at `at` and at `at - 1`. Of several thresholds at one
 * instant the lowest is named. Items and multipliers that lie in the future count from their instants on.
 *
 * Between two such instants the score is a sum of as many exponentials as there are half-lives. Its turning points are
 * found first, so that it only rises or only falls between them; there, halving finds every crossing and misses none.
 */
export function nextScoreCrossing(
  items: readonly ScoreItem[],
  multipliers: readonly ScoreMultiplier[],
  now: number,
  thresholds: readonly number[],
  horizonMs: number,
): ScoreCrossing | undefined {
  if (thresholds.length === 0) return undefined;
  const endAt = now + horizonMs;
  const ascending = [...thresholds].sort((one, other) => one - other);
  let startAt = now;
  let curve = decayCurve(items, multipliers, now);
  let score = curveAt(curve, now);
  for (const changeAt of [...changesBetween(items, multipliers, now, endAt), endAt + 1]) {
    for (const at of [...turningInstants(curve, startAt, changeAt - 1), changeAt - 1]) {
      const crossing = crossingBetween(curve, startAt, at, score, ascending);
      if (crossing) return crossing;
      [startAt, score] = [at, curveAt(curve, at)];
    }
    if (changeAt > endAt) break;
    curve = decayCurve(items, multipliers, changeAt);
    const changed = curveAt(curve, changeAt);
    const crossed = ascending.find((threshold) => score >= threshold !== changed >= threshold);
    if (crossed !== undefined) return { at: changeAt, threshold: crossed, direction: changed > score ? 'up' : 'down' };
    [startAt, score] = [changeAt, changed];
  }
  return undefined;
}

/** Instants at which the curve itself is replaced: something dated into the future comes to count. */
function changesBetween(
  items: readonly ScoreItem[],
  multipliers: readonly ScoreMultiplier[],
  now: number,
  endAt: number,
): number[] {
  const instants = [...items.filter((item) => item.points !== 0), ...multipliers].map((one) => one.at);
  return [...new Set(instants.filter((at) => at > now && at <= endAt))].sort((one, other) => one - other);
}

/** The first crossing in `(startAt, endAt]` of a curve that only rises or only falls there. */
function crossingBetween(
  curve: DecayCurve,
  startAt: number,
  endAt: number,
  scoreAtStart: number,
  thresholds: readonly number[],
): ScoreCrossing | undefined {
  const scoreAtEnd = curveAt(curve, endAt);
  const direction = scoreAtEnd > scoreAtStart ? 'up' : 'down';
  let first: ScoreCrossing | undefined;
  for (const threshold of thresholds) {
    const reached = scoreAtStart >= threshold;
    if (scoreAtEnd >= threshold === reached) continue;
    let [low, high] = [startAt, endAt];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (curveAt(curve, middle) >= threshold === reached) low = middle;
      else high = middle;
    }
    if (!first || high < first.at) first = { at: high, threshold, direction };
  }
  return first;
}

/** The whole milliseconds on both sides of each turning point, inside `(startAt, endAt)` and in order. */
function turningInstants(curve: DecayCurve, startAt: number, endAt: number): number[] {
  const slope = curve.groups.map(({ points, refAt, halfLifeMs }): Exponential => {
    const rate = (Math.LN2 * DAY_MS) / halfLifeMs;
    return { rate, size: -rate * points * 0.5 ** ((startAt - refAt) / halfLifeMs) };
  });
  const instants = zerosOf(slope, (endAt - startAt) / DAY_MS).flatMap((days) => {
    const at = startAt + days * DAY_MS;
    return [Math.floor(at), Math.ceil(at)];
  });
  return [...new Set(instants.filter((at) => at > startAt && at < endAt))].sort((one, other) => one - other);
}

/**
 * Every zero in `(0, end)` of a sum of exponentials with different rates. Divided by its slowest term the sum is a
 * constant plus the others, so its derivative has one term less and the same form: the zeros of that one (found the
 * same way) cut the range into pieces with at most one zero each (Rolle).
 */
function zerosOf(terms: readonly Exponential[], end: number): number[] {
  const [slowest, ...others] = terms.filter((term) => term.size !== 0).sort((one, other) => one.rate - other.rate);
  // Terms of one sign cannot cancel: the usual case, as most leads have only fading gains.
  if (!slowest || end <= 0 || others.every((term) => term.size > 0 === slowest.size > 0)) return [];
  const faster = others.map(({ rate, size }): Exponential => ({ rate: rate - slowest.rate, size }));
  const valueAt = (days: number): number =>
    faster.reduce((sum, { rate, size }) => sum + size * Math.exp(-rate * days), slowest.size);
  const derivative = faster.map(({ rate, size }): Exponential => ({ rate, size: -rate * size }));
  const edges = [0, ...zerosOf(derivative, end), end];
  return edges.slice(1).flatMap((high, index) => zeroBetween(valueAt, edges[index] ?? 0, high));
}

function zeroBetween(valueAt: (days: number) => number, from: number, to: number): number[] {
  let [low, high] = [from, to];
  const sign = Math.sign(valueAt(low));
  if (sign === Math.sign(valueAt(high))) return [];
  while (high - low > RESOLUTION_DAYS) {
    const middle = (low + high) / 2;
    if (Math.sign(valueAt(middle)) === sign) low = middle;
    else high = middle;
  }
  return [high];
}
