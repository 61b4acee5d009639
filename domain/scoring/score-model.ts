import type { Condition, EngagementFilter } from '../condition/condition.js';
import type { Grade } from '../condition/condition-facts.js';

/** Versioned rules that give grade and score (documents: Score model). */
export interface ScoreModel {
  readonly key: string;
  readonly fit: {
    readonly rules: readonly FitRule[];
    /** Points from which a grade is given; below all of them it is D. */
    readonly grades: Readonly<Record<Grade, number>>;
  };
  readonly engagement: { readonly rules: readonly EngagementRule[] };
  /** Engagement kinds that ask for sales and bypass the score. */
  readonly handRaises: readonly string[];
}

export interface FitRule {
  readonly id: string;
  readonly when: Condition;
  /** Whole points. */
  readonly points: number;
  /** Of the rules of one group that hold only the best counts. */
  readonly group?: string | undefined;
}

/** The first rule that matches an engagement awards. Points and caps are whole numbers, so that sums are exact. */
export interface EngagementRule {
  readonly id: string;
  readonly kind: string;
  readonly where?: EngagementFilter | undefined;
  readonly points: number;
  /** Raw points this rule can give in one UTC day / for ever; negative for negative points. */
  readonly perDay?: number | undefined;
  readonly total?: number | undefined;
  /** Days (of 86,400 seconds) in which the points fall to a half; none = they stay. */
  readonly halfLifeDays?: number | undefined;
}
