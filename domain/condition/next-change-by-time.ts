import type { Condition } from './condition.js';
import type { ConditionFacts } from './condition-facts.js';
import { changeInstants } from './change-instants.js';
import { prepareCondition } from './prepare-condition.js';

/**
 * First instant later than `after` at which the condition's value differs from that at `after` with nothing new
 * happening: the score fades over a threshold in either direction, a `within` runs out, an engagement stamped in the
 * future comes to count (semantics: Score). Undefined when time alone changes nothing.
 */
export function nextChangeByTime(condition: Condition, facts: ConditionFacts, after: number): number | undefined {
  const prepared = prepareCondition(condition, facts);
  const before = prepared.holdsAt(after);
  for (const at of changeInstants(prepared, facts, after, Infinity)) if (prepared.holdsAt(at) !== before) return at;
  return undefined;
}
