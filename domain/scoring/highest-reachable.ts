import type { Grade } from '../condition/condition-facts.js';
import { gradeOf } from './grade-profile.js';
import { filterCovers } from './match-filter.js';
import type { EngagementRule, ScoreModel } from './score-model.js';

export interface HighestReachable {
  /** An upper bound of every score the engagement rules can give, a campaign's start score left out; may be Infinity. */
  readonly score: number;
  readonly fitPoints: number;
  readonly grade: Grade;
}

/** What no lead can exceed under the model: thresholds above it can never be met. */
export function highestReachable(model: Pick<ScoreModel, 'fit' | 'engagement'>): HighestReachable {
  const rules = model.engagement.rules;
  const score = rules
    .filter((rule, index) => rule.points > 0 && !shadowingRule(rules, index))
    .reduce((sum, rule) => sum + mostOf(rule), 0);
  const fitPoints = mostFitPoints(model);
  return { score, fitPoints, grade: gradeOf(model, fitPoints) };
}

/** An earlier rule that takes every engagement the rule at the index would match. */
export function shadowingRule(rules: readonly EngagementRule[], index: number): EngagementRule | undefined {
  const rule = rules[index];
  if (!rule) return undefined;
  return rules.slice(0, index).find((earlier) => earlier.kind === rule.kind && filterCovers(earlier.where, rule.where));
}

/** Groups at their best, other rules where they add. Whether conditions exclude one another is not looked at. */
function mostFitPoints(model: Pick<ScoreModel, 'fit'>): number {
  const best = new Map<string, number>();
  for (const rule of model.fit.rules) {
    const key = rule.group === undefined ? `rule ${rule.id}` : `group ${rule.group}`;
    best.set(key, Math.max(best.get(key) ?? 0, rule.points));
  }
  return [...best.values()].reduce((sum, points) => sum + points, 0);
}

/**
 * With a daily cap c and half-life h the fullest instant is midnight: today's award and yesterday's last one count
 * whole, older days halve: c × (1 + 1 / (1 − 0.5^(1/h))).
 */
function mostOf(rule: EngagementRule): number {
  const total = Math.max(0, rule.total ?? Infinity);
  if (rule.perDay === undefined) return total;
  if (rule.perDay <= 0) return 0;
  if (rule.halfLifeDays === undefined) return total;
  const sum = rule.perDay * (1 + 1 / (1 - 0.5 ** (1 / rule.halfLifeDays)));
  return Math.min(total, sum);
}
