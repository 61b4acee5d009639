import type { Condition } from '../condition/condition.js';
import type { ConditionFacts } from '../condition/condition-facts.js';
import { evaluateCondition } from '../condition/evaluate-condition.js';
import { durationToMs, requireDuration } from '../time/duration.js';
import type { Reentry } from './cadence.schema.js';

export interface CadenceCandidate {
  readonly key: string;
  readonly priority: number;
  readonly entry?: Condition | undefined;
  readonly reentry?: Reentry | undefined;
  readonly phase?: 'air_cover' | undefined;
}

/** An enrollment of the lead so far; `endedAt` null while it runs or is suspended. */
export interface PastEnrollment {
  readonly key: string;
  readonly enteredAt: number;
  readonly endedAt: number | null;
  readonly exitReason: string | null;
  /** Where it stands, or stood last. */
  readonly step?: string;
}

/** No cadence takes the same lead again at once: a guard that holds on entry would turn in circles. */
const SHORTEST_REST_MS = 3_600_000;
/** Rest of the catch-all cadence before it takes a lead again whose re-entry it does not allow otherwise. */
const CATCH_ALL_REST = 'P30D';

/**
 * The cadence that takes a lead in marketing custody (product: Cadences): the highest priority whose entry holds and
 * whose re-entry policy lets the lead in, then by key. When none does now, the next instant at which one will; when none
 * ever will, the catch-all cadence, whatever its entry says, so that no lead is left with nothing. Air cover never
 * takes a lead in marketing's hands. Undefined only without a catch-all, or while an enrollment in it is open.
 */
export function chooseCadence(
  candidates: readonly CadenceCandidate[],
  facts: ConditionFacts,
  history: readonly PastEnrollment[],
  at: number,
  catchAll: string | null,
): { readonly key: string } | { readonly retryAt: number } | undefined {
  const open = candidates
    .filter((one) => one.phase !== 'air_cover' && (!one.entry || evaluateCondition(one.entry, facts, at)))
    .sort(byPriority)
    .map((one) => ({ key: one.key, freeAt: freeAt(one.key, one.reentry ?? 'never', history) }));
  const now = open.find((one) => one.freeAt <= at);
  if (now) return { key: now.key };
  const retryAt = Math.min(...open.map((one) => one.freeAt));
  if (retryAt !== Infinity) return { retryAt };
  return takeCatchAll(candidates, history, at, catchAll);
}

/**
 * The air cover of an accepted lead: of those in their phase the one a cadence would be chosen by, without a catch-all.
 * Undefined when none takes it now.
 */
export function chooseAirCover(
  candidates: readonly CadenceCandidate[],
  facts: ConditionFacts,
  history: readonly PastEnrollment[],
  at: number,
): { readonly key: string } | undefined {
  return candidates
    .filter((one) => one.phase === 'air_cover' && (!one.entry || evaluateCondition(one.entry, facts, at)))
    .filter((one) => freeAt(one.key, one.reentry ?? 'never', history) <= at)
    .sort(byPriority)[0];
}

const byPriority = (a: CadenceCandidate, b: CadenceCandidate): number =>
  b.priority - a.priority || (a.key < b.key ? -1 : 1);

function takeCatchAll(
  candidates: readonly CadenceCandidate[],
  history: readonly PastEnrollment[],
  at: number,
  catchAll: string | null,
): { readonly key: string } | { readonly retryAt: number } | undefined {
  const last = candidates.find((one) => one.key === catchAll && one.phase !== 'air_cover');
  if (!last) return undefined;
  const { reentry = 'never' } = last;
  let free = freeAt(last.key, reentry, history);
  if (free === Infinity) free = freeAt(last.key, { after: CATCH_ALL_REST }, history);
  if (free <= at) return { key: last.key };
  return free === Infinity ? undefined : { retryAt: free };
}

/**
 * From when on the lead may (again) enter: -Infinity when it never was inside, Infinity never, also while an enrollment
 * is open. `restart` and `resume` need no rest of their own; `resume` takes up what was left, which a completed
 * enrollment does not have.
 */
export function freeAt(key: string, reentry: Reentry, history: readonly PastEnrollment[]): number {
  const earlier = history.filter((one) => one.key === key);
  const last = earlier.reduce<PastEnrollment | undefined>(
    (latest, one) => (latest && latest.enteredAt > one.enteredAt ? latest : one),
    undefined,
  );
  if (!last) return -Infinity;
  const endedAt = Math.max(...earlier.map((one) => one.endedAt ?? Infinity));
  // Whom a person took out, only a person puts in again.
  if (last.exitReason === 'removed') return Infinity;
  if (reentry === 'never' || (reentry === 'resume' && last.exitReason === 'completed')) return Infinity;
  const restMs = typeof reentry === 'string' ? 0 : durationToMs(requireDuration(reentry.after));
  return endedAt + Math.max(restMs, SHORTEST_REST_MS);
}
