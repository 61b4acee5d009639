import { findContradiction, impliesCondition } from '../condition/compare-conditions.js';
import { type ConditionKnown, lintCondition, PERSONAL_FIELDS } from '../condition/lint-condition.js';
import { localDateField } from '../document-field.schema.js';
import type { LintProblem } from '../lint-problem.js';
import type { LintRule } from '../lint-rules.js';
import type { DefinitionDocument } from './definition.schema.js';
import { namesHandRaise } from './judge-definition.js';
import { mandatoryField } from './missing-mandatory.js';

/**
 * Problems of a definition that its schema cannot see (product: Score and definition): unknown fields, contradictions,
 * thresholds the score model cannot reach (`known.highestScore`), rules that never are the reason.
 */
export function lintDefinition(document: DefinitionDocument, known: ConditionKnown): LintProblem[] {
  const { segment, rules, mandatory, effectiveFrom } = document;
  return [
    ...(segment ? lintCondition(segment, known, 'segment') : []),
    ...mandatory.flatMap((name, index) => lintMandatory(name, `mandatory.${index}`, known)),
    ...rules.flatMap((_, index) => lintRule(document, index, known)),
    ...(effectiveFrom === undefined || localDateField.safeParse(effectiveFrom.slice(0, 10)).success
      ? []
      : [noSuchDay(effectiveFrom)]),
    ...(rules.some((rule) => namesHandRaise(rule.when)) ? [] : [noHandRaise]),
  ];
}

const noSuchDay = (instant: string): LintProblem => ({
  severity: 'error',
  path: 'effectiveFrom',
  code: 'unknown-day',
  message: `there is no day ${instant.slice(0, 10)}`,
  fix: 'name a day of the calendar',
});

const noHandRaise: LintProblem = {
  severity: 'warning',
  path: 'rules',
  code: 'no-hand-raise',
  message: 'no rule looks at hand-raises: a lead that asks for sales has to collect points first',
  fix: 'add { id: hand-raise, when: { field: hand_raise, op: exists } }, unless that is meant',
};

function lintRule({ segment, rules }: DefinitionDocument, index: number, known: ConditionKnown): LintProblem[] {
  const rule = rules[index];
  if (!rule) return [];
  const error = (code: LintRule, path: string, message: string, fix: string): LintProblem[] => [
    { severity: 'error', path, code, message, fix },
  ];
  const problems = lintCondition(rule.when, known, `rules.${index}.when`);
  const earlier = rules.slice(0, index);
  if (earlier.some((other) => other.id === rule.id)) {
    const message = `two rules have the id ${rule.id}`;
    problems.push(...error('duplicate-id', `rules.${index}.id`, message, 'give each rule its own id'));
  }
  if (findContradiction(rule.when)) return problems;
  const first = earlier.find((other) => impliesCondition(rule.when, other.when));
  if (first) {
    const message = `never is the reason: whenever ${rule.id} holds, ${first.id} holds before it`;
    problems.push(...error('unreachable-rule', `rules.${index}`, message, `put it before ${first.id}, or take it out`));
  }
  if (segment && !findContradiction(segment) && findContradiction({ all: [segment, rule.when] })) {
    const message = `${rule.id} can never hold in the definition's segment`;
    problems.push(...error('contradiction', `rules.${index}.when`, message, 'change the rule or the segment'));
  }
  return problems;
}

function lintMandatory(name: string, path: string, known: ConditionKnown): LintProblem[] {
  if (mandatoryField(name) === `profile.${name}` && !PERSONAL_FIELDS.includes(name)) {
    const message = `there is no field ${name}`;
    const fields = [...PERSONAL_FIELDS, 'country', 'language'].join(', ');
    const fix = `write profile.${name} for a field of the profile, or use one of ${fields}`;
    return [{ severity: 'error', path, code: 'unknown-field', message, fix }];
  }
  const problems = lintCondition({ field: mandatoryField(name), op: 'exists' }, known);
  return problems.map((problem) => ({ ...problem, path }));
}
