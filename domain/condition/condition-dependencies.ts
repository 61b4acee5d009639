import { atomsOf, type Condition } from './condition.js';

/** What can change a condition's value: registered as interest, so that only such facts wake the lead. */
export interface ConditionDependencies {
  /** Engagement kinds it counts, sorted. */
  readonly kinds: readonly string[];
  readonly handRaises: boolean;
  /**
   * Scores at which it changes, ascending: one side is `score >= threshold`, the other is not. `> 60` changes at the
   * next number above 60, so that a score of exactly 60 is on the right side.
   */
  readonly thresholds: readonly number[];
  /** It looks at what is known of the person: profile, grade, tags, origin, insights, earlier handoffs. */
  readonly profile: boolean;
}

export function conditionDependencies(condition: Condition): ConditionDependencies {
  const kinds = new Set<string>();
  const thresholds = new Set<number>();
  let [handRaises, profile] = [false, false];
  for (const { field, op, value } of atomsOf(condition)) {
    if (field === 'hand_raise') handRaises = true;
    else if (field.startsWith('engagement.')) kinds.add(field.slice('engagement.'.length));
    else if (field === 'score') {
      for (const one of [value].flat().map(Number).filter(Number.isFinite)) {
        if (op !== '>' && op !== '<=') thresholds.add(one);
        if (op !== '>=' && op !== '<') thresholds.add(nextAbove(one));
      }
    } else profile = true;
  }
  return { kinds: [...kinds].sort(), handRaises, thresholds: [...thresholds].sort((a, b) => a - b), profile };
}

/** The smallest number above: 0.6 of the relative step is at least half and less than one and a half of the gap. */
function nextAbove(value: number): number {
  return value === 0 ? Number.MIN_VALUE : value + Math.abs(value) * Number.EPSILON * 0.6;
}
