import { type CadenceStep, kindOf } from './steps/step-kinds.schema.js';

/** A step in one line: `Send “guide”`, `Wait for email click with touch guide, at most 72 hours`. */
export function describeStep(step: CadenceStep): string {
  const { kind, args } = kindOf(step);
  return kind.describe(args);
}
