import type { Condition } from './condition.js';
import type { ConditionFacts } from './condition-facts.js';
import { changeInstants } from './change-instants.js';
import { prepareCondition } from './prepare-condition.js';

/** Earliest instant in `[from, to]` at which the condition holds; undefined when there is none or `to < from`. */
export function firstInstantHolds(
  condition: Condition,
  facts: ConditionFacts,
  from: number,
  to: number,
): number | undefined {
  if (to < from) return undefined;
  const prepared = prepareCondition(condition, facts);
  if (prepared.holdsAt(from)) return from;
  for (const at of changeInstants(prepared, facts, from, to)) if (prepared.holdsAt(at)) return at;
  return undefined;
}
