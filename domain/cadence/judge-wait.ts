import type { ConditionFacts } from '../condition/condition-facts.js';
import { firstInstantHolds } from '../condition/first-instant-holds.js';
import { matchesFilter } from '../scoring/match-filter.js';
import type { WaitForStep } from './steps/step-kinds.schema.js';
import type { WaitOption } from './steps/wait-for-step.schema.js';

export interface WaitRange {
  /** Lower bound of `since_entry`: the claim of the touch directly before, else the instant the step was entered. */
  readonly sinceAt: number;
  /** The instant the step was entered. */
  readonly from: number;
  /** An option at exactly this instant has lost to the time-out. */
  readonly deadlineAt: number;
  readonly now: number;
}

export interface WaitWinner {
  /** Index in `any`. */
  readonly option: number;
  /** When it was decided, never before the step was entered. */
  readonly at: number;
  /** The engagement that decided it. */
  readonly seq?: number;
}

/**
 * Which option of a `wait_for` has won by `now`: the earliest by instant, then by order in the definition (semantics:
 * Send window and waits). Undefined while none has; the time-out is the caller's.
 */
export function judgeWait(step: WaitForStep, facts: ConditionFacts, range: WaitRange): WaitWinner | undefined {
  const { look, any } = step.wait_for;
  // Instants are whole milliseconds: the last one that still beats the time-out.
  const lastAt = Math.min(range.now, range.deadlineAt - 1);
  let best: { option: number; at: number; seq?: number } | undefined;
  for (const [option, wanted] of any.entries()) {
    const found = judgeOption(wanted, look === 'ever', facts, range, lastAt);
    if (found && (best === undefined || found.at < best.at)) best = { option, ...found };
  }
  return best && { ...best, at: Math.max(best.at, range.from) };
}

function judgeOption(
  option: WaitOption,
  ever: boolean,
  facts: ConditionFacts,
  { sinceAt, from }: WaitRange,
  lastAt: number,
): { at: number; seq?: number } | undefined {
  const { engagement, where, count = 1, score, when } = option;
  if (engagement === undefined) {
    const condition = when ?? { field: 'score', op: '>=' as const, value: score ?? Infinity };
    const at = firstInstantHolds(condition, facts, from, lastAt);
    return at === undefined ? undefined : { at };
  }
  if (lastAt < from) return undefined;
  let left = count;
  for (const one of facts.engagements) {
    if (one.at > lastAt) return undefined;
    if (one.kind !== engagement || (!ever && one.at < sinceAt) || !matchesFilter(where, one.properties)) continue;
    left -= 1;
    if (left === 0) return { at: ever ? Math.max(one.at, from) : one.at, seq: one.seq };
  }
  return undefined;
}
