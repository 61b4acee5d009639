import { atomsOf, type Condition } from '../condition/condition.js';
import type { ConditionFacts } from '../condition/condition-facts.js';
import { evaluateCondition } from '../condition/evaluate-condition.js';
import { firstInstantHolds } from '../condition/first-instant-holds.js';
import { chooseDefinition, type EffectiveDefinition } from './choose-definition.js';

export interface QualificationQuery {
  /** Judged on what is known at this instant. */
  readonly at: number;
  /** Nothing qualifies before this instant. */
  readonly from: number;
  /** Before the earliest-return date only a hand-raise passes. */
  readonly onlyHandRaise?: boolean | undefined;
  /** The last return: a counted fact later than it is needed, and earlier hand-raises no longer count. */
  readonly sinceAt?: number | undefined;
}

export interface Qualification {
  readonly ruleId: string;
  readonly definitionVersionId: string;
  readonly at: number;
  /** Set when it would not hold without a hand-raise. */
  readonly handRaise?: true;
}

/**
 * Whether the lead meets the definition (product: Score and definition): the earliest instant in `[from, at]` at which a
 * rule of its segment's definition holds; of several at that instant the first written is the reason.
 */
export function judgeDefinition(
  definitions: readonly EffectiveDefinition[],
  facts: ConditionFacts,
  query: QualificationQuery,
): Qualification | undefined {
  const { at, from, onlyHandRaise = false, sinceAt = -Infinity } = query;
  const chosen = chooseDefinition(definitions, facts, at);
  const later = onlyLaterHandRaises(facts, sinceAt);
  const armedAt = onlyHandRaise ? firstAfter(later.handRaises, sinceAt) : firstFactAfter(later, query.sinceAt);
  if (!chosen || armedAt === undefined) return undefined;
  let first: Qualification | undefined;
  for (const { id: ruleId, when } of chosen.document.rules) {
    if (onlyHandRaise && !namesHandRaise(when)) continue;
    const holdsAt = firstInstantHolds(when, later, Math.max(from, armedAt), at);
    if (holdsAt === undefined || (first && first.at <= holdsAt)) continue;
    const raised = namesHandRaise(when) && !evaluateCondition(when, withHandRaises(later, []), holdsAt);
    first = { ruleId, definitionVersionId: chosen.id, at: holdsAt, ...(raised ? { handRaise: true } : {}) };
  }
  return first;
}

export function namesHandRaise(condition: Condition): boolean {
  return atomsOf(condition).some((atom) => atom.field === 'hand_raise');
}

function onlyLaterHandRaises(facts: ConditionFacts, sinceAt: number): ConditionFacts {
  if (sinceAt === -Infinity) return facts;
  return withHandRaises(
    facts,
    facts.handRaises.filter((one) => one.at > sinceAt),
  );
}

/** Facts may be an object with a prototype, so the view names every part. */
function withHandRaises(facts: ConditionFacts, handRaises: ConditionFacts['handRaises']): ConditionFacts {
  const { grade, profile, tags, source, campaign, country, language, engagements, insights, handoffs } = facts;
  return {
    ...{ grade, profile, tags, source, campaign, country, language, engagements, insights, handoffs },
    scoreAt: (at) => facts.scoreAt(at),
    nextScoreCrossing: (after, thresholds) => facts.nextScoreCrossing(after, thresholds),
    handRaises,
  };
}

/** Without a return nothing needs to have happened: a start score may do. */
function firstFactAfter(facts: ConditionFacts, sinceAt: number | undefined): number | undefined {
  if (sinceAt === undefined) return -Infinity;
  return firstAfter([...facts.engagements, ...facts.handRaises], sinceAt);
}

function firstAfter(facts: readonly { readonly at: number }[], sinceAt: number): number | undefined {
  let first: number | undefined;
  for (const { at } of facts) if (at > sinceAt && (first === undefined || at < first)) first = at;
  return first;
}
