import { lintCondition } from '../condition/lint-condition.js';
import type { LintProblem } from '../lint-problem.js';
import type { CadenceDocument } from './cadence.schema.js';
import { lintStepOrder } from './lint-step-order.js';
import { type CadenceKnown, unknownName } from './steps/step-kind.schema.js';
import { kindOf } from './steps/step-kinds.schema.js';

/** Problems of a cadence that its schema cannot see (product: Cadences, lint at publish). */
export function lintCadence(document: CadenceDocument, known: CadenceKnown): LintProblem[] {
  const { entry, frequency, exits, steps } = document;
  const touches = steps.filter((step) => 'email' in step).map((step) => step.id);
  return [
    ...(entry ? lintCondition(entry, known, 'entry') : []),
    ...unknownName(known.frequencyClasses, frequency, 'frequency', 'unknown-frequency', 'frequency class'),
    ...exits.flatMap((guard, index) =>
      typeof guard === 'string' ? [] : lintCondition(guard.when, known, `exits.${index}.when`),
    ),
    ...lintStepOrder(document),
    ...steps.flatMap((step, index) => {
      const { name, kind, args } = kindOf(step);
      return kind.lint(args, { path: `steps.${index}.${name}`, known, touches });
    }),
  ];
}
