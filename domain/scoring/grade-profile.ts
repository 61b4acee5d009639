import type { Condition } from '../condition/condition.js';
import type { Grade } from '../condition/condition-facts.js';
import type { FitRule, ScoreModel } from './score-model.js';

export interface FitItem {
  readonly ruleId: string;
  readonly points: number;
  readonly group?: string;
}

export interface FitResult {
  readonly grade: Grade;
  readonly points: number;
  /** The rules that count, in the order of the model. */
  readonly items: readonly FitItem[];
}

const GRADES: readonly Grade[] = ['A', 'B', 'C', 'D'];

/**
 * Fit of a lead: the points of every rule that holds, of a group only the best (of equal ones the first). `matches`
 * judges a rule's condition on the lead's facts.
 */
export function gradeProfile(model: Pick<ScoreModel, 'fit'>, matches: (when: Condition) => boolean): FitResult {
  const holding = model.fit.rules.filter((rule) => matches(rule.when));
  const counted = holding.filter((rule) => rule.group === undefined || rule === bestOf(holding, rule.group));
  const points = counted.reduce((sum, rule) => sum + rule.points, 0);
  const items = counted.map(
    (rule): FitItem => ({
      ruleId: rule.id,
      points: rule.points,
      ...(rule.group === undefined ? {} : { group: rule.group }),
    }),
  );
  return { grade: gradeOf(model, points), points, items };
}

/** The best grade whose points are reached; D is the floor. */
export const gradeOf = (model: Pick<ScoreModel, 'fit'>, points: number): Grade =>
  GRADES.find((grade) => points >= model.fit.grades[grade]) ?? 'D';

function bestOf(rules: readonly FitRule[], group: string): FitRule | undefined {
  return rules
    .filter((rule) => rule.group === group)
    .reduce<FitRule | undefined>((best, rule) => (best && best.points >= rule.points ? best : rule), undefined);
}
