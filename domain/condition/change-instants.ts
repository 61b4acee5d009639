import type { ConditionFacts } from './condition-facts.js';
import type { PreparedCondition } from './prepare-condition.js';

/** A score made of so many crossings is a mistake in the facts, not a lead. */
const MAX_CROSSINGS = 10_000;

/**
 * Ascending instants in `(after, to]` at which the condition may change: those it knows, and the crossings of the score,
 * each asked for when the one before is reached.
 */
export function* changeInstants(
  prepared: PreparedCondition,
  facts: ConditionFacts,
  after: number,
  to: number,
): Generator<number, undefined> {
  const { instants, thresholds, keepScore } = prepared;
  const crossingAfter = (at: number): number => {
    const crossing = thresholds.length > 0 ? (facts.nextScoreCrossing(at, thresholds) ?? Infinity) : Infinity;
    keepScore(at, crossing);
    return crossing > at ? crossing : Infinity;
  };
  let index = instants.findIndex((at) => at > after);
  if (index < 0) index = instants.length;
  let crossing = crossingAfter(after);
  for (let crossings = 0; crossings < MAX_CROSSINGS; ) {
    const known = instants[index] ?? Infinity;
    const next = Math.min(known, crossing);
    if (next === Infinity || next > to) return;
    yield next;
    if (next === known) index += 1;
    if (next < crossing) continue;
    crossings += 1;
    crossing = crossingAfter(next);
  }
}
