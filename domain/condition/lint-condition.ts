import type { LintProblem } from '../lint-problem.js';
import type { LintRule } from '../lint-rules.js';
import { findContradiction } from './compare-conditions.js';
import { type Condition, type ConditionAtom, type ConditionOperator, isAtom } from './condition.js';
import { describeCondition, listValues } from './describe-condition.js';

/** What the workspace knows; a list left out is not checked. */
export interface ConditionKnown {
  readonly profileFields?: readonly string[];
  readonly engagementKinds?: readonly string[];
  readonly handRaiseKinds?: readonly string[];
  readonly insightKinds?: readonly string[];
  readonly campaigns?: readonly string[];
  readonly reasons?: readonly string[];
  /** What no lead's score can exceed under the score model. */
  readonly highestScore?: number;
}

/** In every lead's profile, whatever else the workspace declares. */
export const PERSONAL_FIELDS: readonly string[] = ['name', 'email', 'company', 'title', 'phone'];
const PLAIN = /^(grade|score|tag|source|campaign|country|language|hand_raise|handoffs\.(count|last_reason))$/;
const ORDER: readonly ConditionOperator[] = ['>', '>=', '<', '<='];
const TEXT: readonly ConditionOperator[] = ['contains', 'starts_with', 'contains_word'];
const DATE = /^\d{4}-\d{2}-\d{2}/;

/** Problems of a condition that its schema cannot see; `path` is where it stands in its document. */
export function lintCondition(condition: Condition, known: ConditionKnown, path = ''): LintProblem[] {
  const problems = lintParts(condition, known, path);
  const pair = findContradiction(condition);
  if (pair) {
    const [one, other] = pair.map(describeCondition);
    problems.push({
      severity: 'error',
      path,
      code: 'contradiction',
      message: `can never hold: ${one} excludes ${other}`,
      fix: 'take one of the two out, or say `any` instead of `all`',
    });
  }
  return problems;
}

function lintParts(condition: Condition, known: ConditionKnown, path: string): LintProblem[] {
  const at = (key: string) => (path === '' ? key : `${path}.${key}`);
  if ('all' in condition) return condition.all.flatMap((part, index) => lintParts(part, known, at(`all.${index}`)));
  if ('any' in condition) return condition.any.flatMap((part, index) => lintParts(part, known, at(`any.${index}`)));
  if (!isAtom(condition)) return lintParts(condition.not, known, at('not'));
  const field = unknownName(condition, known);
  if (field) return [{ severity: 'error', path: at('field'), ...field }];
  const value = wrongValue(condition, known);
  return value ? [{ severity: 'error', path: at('value'), ...value }, ...risky(condition, at)] : risky(condition, at);
}

type Finding = Pick<LintProblem, 'code' | 'message' | 'fix'>;

function unknownName({ field }: ConditionAtom, known: ConditionKnown): Finding | undefined {
  if (PLAIN.test(field)) return undefined;
  const [group, name] = [field.slice(0, field.indexOf('.')), field.slice(field.indexOf('.') + 1)];
  if (group === 'profile' && PERSONAL_FIELDS.includes(name)) return undefined;
  if (group === 'profile') return notIn(known.profileFields, name, 'unknown-field', 'profile field');
  if (group === 'engagement') return notIn(known.engagementKinds, name, 'unknown-kind', 'engagement kind');
  if (group === 'insight') return notIn(known.insightKinds, name, 'unknown-kind', 'insight kind');
  return { code: 'unknown-field', message: `there is no field ${field}`, fix: 'see the list of fields of conditions' };
}

function wrongValue(atom: ConditionAtom, known: ConditionKnown): Finding | undefined {
  const { field, op } = atom;
  const values = atom.value === undefined ? [] : [atom.value].flat();
  const each = (list: readonly string[] | undefined, code: LintRule, what: string) =>
    values.map((value) => notIn(list, String(value), code, what)).find((problem) => problem !== undefined);
  if (field === 'score' || field === 'handoffs.count' || field.startsWith('engagement.')) {
    if (TEXT.includes(op)) return misfit(field, op, 'it is a number', 'use = != > >= < <=');
    if (values.some((value) => typeof value !== 'number')) return misfit(field, op, 'it is a number', 'write a number');
    return field === 'score' ? outOfReach(atom, known.highestScore) : undefined;
  }
  if (field === 'grade') {
    if (ORDER.includes(op))
      return misfit(field, op, 'grades have no order here', 'list them: { op: in, value: [A, B] }');
    return each(['A', 'B', 'C', 'D'], 'unknown-value', 'grade');
  }
  if (field === 'hand_raise') {
    if (ORDER.includes(op) || TEXT.includes(op)) return misfit(field, op, 'it is a kind', 'use exists or in');
    return each(known.handRaiseKinds, 'unknown-kind', 'hand-raise');
  }
  if (field === 'campaign' && !TEXT.includes(op)) return each(known.campaigns, 'unknown-value', 'campaign');
  if (field === 'handoffs.last_reason') return each(known.reasons, 'unknown-value', 'rejection reason');
  const isOrdered = values.every((value) => typeof value === 'number' || DATE.test(String(value)));
  return ORDER.includes(op) && !isOrdered
    ? misfit(field, op, 'text has no order', 'compare with a number or a date (YYYY-MM-DD)')
    : undefined;
}

function outOfReach({ op, value }: ConditionAtom, highest: number | undefined): Finding | undefined {
  if (highest === undefined || typeof value !== 'number') return undefined;
  const reachable = op === '>' ? highest > value : highest >= value;
  if (reachable || !['>', '>=', '='].includes(op)) return undefined;
  return {
    code: 'out-of-reach',
    message: `no lead can have a score of ${value}: the score model gives at most ${Math.floor(highest)}`,
    fix: 'lower the threshold, or raise points or caps in the score model',
  };
}

/** What holds, but hardly as meant. */
function risky({ field, op }: ConditionAtom, at: (key: string) => string): LintProblem[] {
  if (field !== 'score' || !['=', '!=', 'in', 'not_in'].includes(op)) return [];
  const message = 'a fading score is a whole number for an instant only, so this hardly ever holds as meant';
  return [{ severity: 'warning', path: at('op'), code: 'exact-score', message, fix: 'use >= or <' }];
}

function misfit(field: string, op: string, why: string, fix: string): Finding {
  return { code: 'wrong-operator', message: `${op} does not fit ${field}: ${why}`, fix };
}

function notIn(list: readonly string[] | undefined, name: string, code: LintRule, what: string): Finding | undefined {
  if (list === undefined || list.some((one) => one.toLowerCase() === name.toLowerCase())) return undefined;
  return {
    code,
    message: `there is no ${what} ${name}`,
    fix: `use one of ${listValues(list) || '(none is declared)'}`,
  };
}
