import type { Condition } from '../condition/condition.js';
import type { CadenceDocument, CadenceStep } from './cadence.schema.js';

/** What an awaited step or the guards look at, for the registered interest. */
export interface CadenceInterest {
  /** Engagement kinds named directly. */
  readonly kinds: readonly string[];
  /** Conditions, a score option as `score >= n`. */
  readonly conditions: readonly Condition[];
}

/** The options of a `wait_for`; nothing for other steps, which look at facts only when they are entered. */
export function waitInterest(step: CadenceStep): CadenceInterest {
  if (!('wait_for' in step)) return { kinds: [], conditions: [] };
  const kinds: string[] = [];
  const conditions: Condition[] = [];
  for (const { engagement, score, when } of step.wait_for.any) {
    if (engagement !== undefined) kinds.push(engagement);
    if (score !== undefined) conditions.push({ field: 'score', op: '>=', value: score });
    if (when !== undefined) conditions.push(when);
  }
  return { kinds: [...new Set(kinds)], conditions };
}

/** The exit guards, which are armed at every step. */
export function guardInterest(document: CadenceDocument): CadenceInterest {
  const kinds = document.exits.flatMap((guard) =>
    guard === 'unsubscribed' ? ['unsubscribed'] : guard === 'replied' ? ['email_reply'] : [],
  );
  const conditions = document.exits.flatMap((guard) => (typeof guard === 'string' ? [] : [guard.when]));
  return { kinds, conditions };
}
