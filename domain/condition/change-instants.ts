import type { ConditionFacts } from './condition-facts.js';
import type { PreparedCondition } from './prepare-condition.js';

/** A score made of so many crossings is a mistake in the facts, not a lead. */
const MAX_CROSSINGS = 10_000;

/**
 * Ascending instants in `(after, to]` at which the condition may change. Between two of the known instants the score
 * only fades, so that its crossings are asked for stretch by stretch.
 */
export function* changeInstants(
  prepared: PreparedCondition,
  facts: ConditionFacts,
  after: number,
  to: number,
): Generator<number, undefined> {
  const { instants, thresholds } = prepared;
  let index = instants.findIndex((at) => at > after);
  if (index < 0) index = instants.length;
  let at = after;
  for (let crossings = 0; crossings < MAX_CROSSINGS; ) {
    const known = instants[index] ?? Infinity;
    const crossing = thresholds.length > 0 ? (facts.nextScoreCrossing(at, thresholds) ?? Infinity) : Infinity;
    const next = Math.min(known, crossing > at ? crossing : Infinity);
    if (next === Infinity || next > to) return;
    yield next;
    if (next === known) {
      index += 1;
    } else {
      crossings += 1;
      // `>` and `<=` change behind the threshold when the score meets it exactly.
      if (next + 1 < known && next + 1 <= to) yield next + 1;
    }
    at = next;
  }
}
