import type { ConditionFacts } from '../condition/condition-facts.js';
import { firstInstantHolds } from '../condition/first-instant-holds.js';
import type { CadenceDocument, ExitGuard } from './cadence.schema.js';

/** The engagement kinds behind the guards that have a name. */
const NAMED_GUARDS = { unsubscribed: 'unsubscribed', replied: 'email_reply' } as const;

/**
 * The exit guard that acts first in `[since, now]`, of several at one instant the one written first. `since` is the
 * instant of enrollment: guards look at nothing before it, but a condition that already holds then acts at once.
 */
export function judgeGuards(
  document: CadenceDocument,
  facts: ConditionFacts,
  range: { readonly since: number; readonly now: number },
): { readonly index: number; readonly at: number } | undefined {
  let first: { index: number; at: number } | undefined;
  for (const [index, guard] of document.exits.entries()) {
    const at = guardInstant(guard, facts, range);
    if (at !== undefined && (first === undefined || at < first.at)) first = { index, at };
  }
  return first;
}

function guardInstant(
  guard: ExitGuard,
  facts: ConditionFacts,
  { since, now }: { readonly since: number; readonly now: number },
): number | undefined {
  if (typeof guard !== 'string') return firstInstantHolds(guard.when, facts, since, now);
  const kind = NAMED_GUARDS[guard];
  return facts.engagements.find((one) => one.kind === kind && one.at >= since && one.at <= now)?.at;
}
