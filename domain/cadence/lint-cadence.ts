import { lintCondition } from '../condition/lint-condition.js';
import type { LintProblem } from '../lint-problem.js';
import type { CadenceDocument } from './cadence.schema.js';
import { lintStepOrder } from './lint-step-order.js';
import { type CadenceKnown, unknownName } from './steps/step-kind.schema.js';
import { kindOf } from './steps/step-kinds.schema.js';

/** Problems of a cadence that its schema cannot see (product: Cadences, lint at publish). */
export function lintCadence(document: CadenceDocument, known: CadenceKnown): LintProblem[] {
  const { entry, frequency, exits, steps, phase } = document;
  const touches = steps.filter((step) => 'email' in step).map((step) => step.id);
  return [
    ...(entry ? lintCondition(entry, known, 'entry') : []),
    ...unknownName(known.frequencyClasses, frequency, 'frequency', 'unknown-frequency', 'frequency class'),
    ...exits.flatMap((guard, index) =>
      typeof guard === 'string' ? [] : lintCondition(guard.when, known, `exits.${index}.when`),
    ),
    ...lintStepOrder(document),
    ...(phase === 'air_cover' ? offersOf(steps) : []),
    ...steps.flatMap((step, index) => {
      const { name, kind, args } = kindOf(step);
      return kind.lint(args, { path: `steps.${index}.${name}`, known, touches });
    }),
  ];
}

/** An air cover runs while sales has the lead already. */
function offersOf(steps: CadenceDocument['steps']): LintProblem[] {
  return steps.flatMap((step, index) => {
    if (!('offer' in step)) return [];
    const message = `step ${step.id} offers a lead that sales has accepted`;
    const problem = { severity: 'error', path: `steps.${index}.offer`, code: 'offer-in-air-cover', message } as const;
    return [{ ...problem, fix: 'take the step out, or tell the rep with a `todo`' }];
  });
}
