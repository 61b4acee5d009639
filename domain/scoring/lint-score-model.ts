import { type Condition, isAtom } from '../condition/condition.js';
import type { Grade } from '../condition/condition-facts.js';
import type { LintProblem } from '../lint-problem.js';
import type { LintRule } from '../lint-rules.js';
import { highestReachable, shadowingRule } from './highest-reachable.js';
import type { EngagementRule, ScoreModel } from './score-model.js';

const error = (path: string, code: LintRule, message: string, fix: string): LintProblem => ({
  severity: 'error',
  path,
  code,
  message,
  fix,
});

const warning = (path: string, code: LintRule, message: string, fix: string): LintProblem => ({
  ...error(path, code, message, fix),
  severity: 'warning',
});

/** Problems of a score model that its schema cannot see. Fields of conditions are judged by the lint of conditions. */
export function lintScoreModel(model: ScoreModel): LintProblem[] {
  return [
    ...duplicateIds(model.fit.rules, 'fit.rules'),
    ...duplicateIds(model.engagement.rules, 'engagement.rules'),
    ...model.fit.rules.flatMap((rule, index) => fitFields(rule.when, `fit.rules.${index}.when`)),
    ...gradeProblems(model),
    ...model.engagement.rules.flatMap((rule, index) => ruleProblems(model, rule, index)),
  ];
}

function duplicateIds(rules: readonly { readonly id: string }[], path: string): LintProblem[] {
  return rules.flatMap((rule, index) =>
    rules.findIndex((other) => other.id === rule.id) === index
      ? []
      : [error(`${path}.${index}.id`, 'duplicate-id', `two rules have the id ${rule.id}`, 'give each rule its own id')],
  );
}

/** Grade comes before the rest: a fit rule that looks at what is made of it would go in circles. */
function fitFields(condition: Condition, path: string): LintProblem[] {
  if ('all' in condition) return condition.all.flatMap((each, index) => fitFields(each, `${path}.all.${index}`));
  if ('any' in condition) return condition.any.flatMap((each, index) => fitFields(each, `${path}.any.${index}`));
  if ('not' in condition) return fitFields(condition.not, `${path}.not`);
  if (!isAtom(condition) || !/^(?:grade|score|hand_raise)$|^(?:engagement|handoffs)\./.test(condition.field)) return [];
  return [
    error(
      `${path}.field`,
      'fit-looks-at-behaviour',
      `fit says who they are; ${condition.field} is what they did or what was made of it`,
      'use profile fields, country, language, source, campaign, tag or insight',
    ),
  ];
}

function gradeProblems(model: ScoreModel): LintProblem[] {
  const { grades } = model.fit;
  const pairs: readonly [Grade, Grade][] = [
    ['A', 'B'],
    ['B', 'C'],
    ['C', 'D'],
  ];
  const problems = pairs
    .filter(([better, worse]) => grades[better] <= grades[worse])
    .map(([better, worse]) =>
      error(
        `fit.grades.${better}`,
        'grades-not-descending',
        `${better} needs ${grades[better]} points and ${worse} ${grades[worse]}, so ${worse} is never given`,
        `let ${better} need more than ${worse}`,
      ),
    );
  if (problems.length > 0) return problems;
  const { fitPoints, grade } = highestReachable(model);
  if (grade === 'A') return [];
  return [
    warning(
      'fit.grades',
      'grade-unreachable',
      `the fit rules give at most ${fitPoints} points, so no lead is better than ${grade}`,
      'raise points or lower the grades',
    ),
  ];
}

function ruleProblems(model: ScoreModel, rule: EngagementRule, index: number): LintProblem[] {
  const path = `engagement.rules.${index}`;
  const problems = capProblems(rule, path);
  const shadow = shadowingRule(model.engagement.rules, index);
  if (shadow) {
    problems.push(
      error(
        path,
        'unreachable-rule',
        `${shadow.id} above takes all that ${rule.id} matches`,
        `move it above ${shadow.id}`,
      ),
    );
  }
  if (rule.points !== 0 && model.handRaises.includes(rule.kind)) {
    problems.push(
      warning(
        `${path}.kind`,
        'points-for-hand-raise',
        `${rule.kind} is a hand-raise and qualifies without points`,
        'leave the rule out',
      ),
    );
  }
  if (rule.points > 0 && rule.kind === 'email_open') {
    problems.push(
      warning(`${path}.points`, 'points-for-opens', 'mail programs open mails by themselves', 'give opens 0 points'),
    );
  }
  return problems;
}

function capProblems(rule: EngagementRule, path: string): LintProblem[] {
  const problems: LintProblem[] = [];
  for (const name of ['perDay', 'total'] as const) {
    const cap = rule[name];
    if (cap === undefined || rule.points === 0) continue;
    if (Math.sign(cap) !== Math.sign(rule.points)) {
      problems.push(
        error(
          `${path}.${name}`,
          'cap-of-other-sign',
          `${rule.id} gives ${rule.points} points a time, but ${name} is ${cap}, so it gives nothing`,
          rule.points < 0 ? 'write the cap of negative points as a negative number' : 'write the cap above 0',
        ),
      );
    } else if (Math.abs(cap) < Math.abs(rule.points)) {
      problems.push(
        warning(
          `${path}.${name}`,
          'cap-below-points',
          `${name} ${cap} is less than the ${rule.points} points of one engagement`,
          `let ${name} be at least ${rule.points}`,
        ),
      );
    }
  }
  if (rule.perDay !== undefined && rule.total !== undefined && Math.abs(rule.total) < Math.abs(rule.perDay)) {
    problems.push(
      warning(
        `${path}.total`,
        'total-below-day',
        `total ${rule.total} is less than perDay ${rule.perDay}, so perDay has no effect`,
        'raise total or leave perDay out',
      ),
    );
  }
  return problems;
}
