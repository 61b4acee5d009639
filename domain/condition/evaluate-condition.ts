import type { Condition } from './condition.js';
import type { ConditionFacts } from './condition-facts.js';
import { prepareCondition } from './prepare-condition.js';

/** Whether the condition holds at the instant; engagements later than it are not looked at. */
export function evaluateCondition(condition: Condition, facts: ConditionFacts, at: number): boolean {
  return prepareCondition(condition, facts).holdsAt(at);
}
