import { type ConditionKnown, lintCondition } from '../condition/lint-condition.js';
import { listValues } from '../condition/describe-condition.js';
import type { LintProblem } from '../lint-problem.js';
import type { CadenceDocument, CadenceStep } from './cadence.schema.js';
import { lintStepOrder } from './lint-step-order.js';

/** What the workspace knows; a list left out is not checked. */
export interface CadenceKnown extends ConditionKnown {
  readonly templates?: readonly string[];
  readonly frequencyClasses?: readonly string[];
}

/** Problems of a cadence that its schema cannot see (product: Cadences, lint at publish). */
export function lintCadence(document: CadenceDocument, known: CadenceKnown): LintProblem[] {
  const { entry, frequency, exits, steps } = document;
  return [
    ...(entry ? lintCondition(entry, known, 'entry') : []),
    ...unknownName(known.frequencyClasses, frequency, 'frequency', 'unknown-frequency', 'frequency class'),
    ...exits.flatMap((guard, index) =>
      typeof guard === 'string' ? [] : lintCondition(guard.when, known, `exits.${index}.when`),
    ),
    ...lintStepOrder(document),
    ...steps.flatMap((step, index) => lintStep(step, `steps.${index}`, document, known)),
  ];
}

function lintStep(step: CadenceStep, path: string, document: CadenceDocument, known: CadenceKnown): LintProblem[] {
  if ('email' in step) {
    return unknownName(known.templates, step.email.template, `${path}.email.template`, 'unknown-template', 'template');
  }
  if ('branch' in step) {
    return step.branch.cases.flatMap((one, index) =>
      lintCondition(one.when, known, `${path}.branch.cases.${index}.when`),
    );
  }
  if (!('wait_for' in step)) return [];
  const touches = document.steps.filter((one) => 'email' in one).map((one) => one.id);
  return step.wait_for.any.flatMap((option, index) => {
    const at = `${path}.wait_for.any.${index}`;
    const { engagement, where, score, when } = option;
    if (score !== undefined) {
      const problems = lintCondition({ field: 'score', op: '>=', value: score }, known);
      return problems.map((problem) => ({ ...problem, path: `${at}.score` }));
    }
    if (when !== undefined) return lintCondition(when, known, `${at}.when`);
    const touch = where?.['touch'];
    return [
      ...unknownName(known.engagementKinds, engagement, `${at}.engagement`, 'unknown-kind', 'engagement kind'),
      ...unknownName(
        touches,
        typeof touch === 'string' ? touch : undefined,
        `${at}.where.touch`,
        'unknown-touch',
        'email step',
      ),
    ];
  });
}

function unknownName(
  list: readonly string[] | undefined,
  name: string | undefined,
  path: string,
  code: string,
  what: string,
): LintProblem[] {
  if (list === undefined || name === undefined || list.includes(name)) return [];
  const fix = list.length === 0 ? `make a ${what} first` : `use one of ${listValues(list)}`;
  return [{ severity: 'error', path, code, message: `there is no ${what} ${name}`, fix }];
}
