import type { ConditionFacts } from '../condition/condition-facts.js';
import { evaluateCondition } from '../condition/evaluate-condition.js';
import type { BranchStep } from './steps/step-kinds.schema.js';

/** Index of the first case that holds at the instant, -1 for `otherwise`. */
export function judgeBranch(step: BranchStep, facts: ConditionFacts, at: number): number {
  return step.branch.cases.findIndex((one) => evaluateCondition(one.when, facts, at));
}
