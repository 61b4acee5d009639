import { type CadenceCandidate, freeAt, type PastEnrollment } from '../cadence/choose-cadence.js';
import type { ConditionFacts } from '../condition/condition-facts.js';
import { evaluateCondition } from '../condition/evaluate-condition.js';
import type { LeadProcess } from './lead-process.js';
import { isIn } from './refuse-cadence-command.js';
import { hasRoomBelow } from './suspend-enrollment.js';

/** Why a published cadence does not take a lead now, in the order in which it is looked at. */
export const NO_ENTRY_REASONS = [
  'not_in_nurture',
  'inside',
  'not_contactable',
  'paused',
  'waits_for_person',
  'not_back_yet',
  'other_cadence',
  'touch_under_way',
  'too_deep',
  'earlier_release',
  'standing_still',
  'no_match',
  're_entry',
] as const;
export type NoEntryReason = (typeof NO_ENTRY_REASONS)[number];

/** What stands against an entry; `from` is when it ends by itself, in epoch milliseconds on the lead's clock. */
export interface NoEntry {
  readonly why: NoEntryReason;
  readonly from?: number;
}

/**
 * What the process itself has against a cadence of that priority, whatever the facts say; undefined when its next look asks
 * whether a cadence takes it (`askOf`), that one among them. `runningPriority` is of the cadence it is in.
 */
export function refusesEntry(
  process: LeadProcess,
  cadence: Pick<CadenceCandidate, 'key' | 'priority'>,
  runningPriority: number | undefined,
  now: number,
): NoEntry | undefined {
  const { v, state, contactable, paused, hold, earliestReturnAt = 0, nextCadence, enrollment } = process;
  if (state !== 'nurturing') return { why: 'not_in_nurture' };
  if (isIn(process, cadence.key)) return { why: 'inside' };
  if (!contactable) return { why: 'not_contactable' };
  if (paused) return { why: 'paused' };
  if (hold) return { why: 'waits_for_person' };
  if (earliestReturnAt > now) return { why: 'not_back_yet', from: earliestReturnAt };
  // A policy or a person has chosen already.
  if (nextCadence !== undefined && nextCadence !== cadence.key) return { why: 'other_cadence' };
  if (!enrollment) return undefined;
  if (nextCadence === undefined && cadence.priority <= (runningPriority ?? Infinity)) return { why: 'other_cadence' };
  if (enrollment.sending === true || enrollment.posted === true) return { why: 'touch_under_way' };
  if (!hasRoomBelow(process)) return { why: 'too_deep' };
  if (nextCadence !== undefined) return undefined;
  if (v < 2) return { why: 'earlier_release' };
  return enrollment.suspendedAt === undefined ? undefined : { why: 'standing_still' };
}

/** What the record has against a cadence that was not chosen: its entry, the rest after the last time, or another one. */
export function whyNotChosen(
  { key, entry, reentry = 'never' }: CadenceCandidate,
  facts: ConditionFacts,
  past: readonly PastEnrollment[],
  now: number,
): NoEntry {
  if (entry && !evaluateCondition(entry, facts, now)) return { why: 'no_match' };
  const from = freeAt(key, reentry, past);
  if (from > now) return { why: 're_entry', ...(from === Infinity ? {} : { from }) };
  return { why: 'other_cadence' };
}
