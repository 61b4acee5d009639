import { atomsOf, type Condition } from './condition.js';

/** What can change a condition's value: registered as interest, so that only such facts wake the lead. */
export interface ConditionDependencies {
  /** Engagement kinds it counts, sorted. */
  readonly kinds: readonly string[];
  readonly handRaises: boolean;
  /** Scores it compares with, ascending. */
  readonly thresholds: readonly number[];
  /** It looks at what is known of the person: profile, grade, tags, origin, insights, earlier handoffs. */
  readonly profile: boolean;
}

export function conditionDependencies(condition: Condition): ConditionDependencies {
  const kinds = new Set<string>();
  const thresholds = new Set<number>();
  let [handRaises, profile] = [false, false];
  for (const { field, value } of atomsOf(condition)) {
    if (field === 'hand_raise') handRaises = true;
    else if (field.startsWith('engagement.')) kinds.add(field.slice('engagement.'.length));
    else if (field === 'score') {
      for (const one of [value].flat()) if (typeof one === 'number') thresholds.add(one);
    } else profile = true;
  }
  return { kinds: [...kinds].sort(), handRaises, thresholds: [...thresholds].sort((a, b) => a - b), profile };
}
