import type { LeadProcess } from './lead-process.js';
import { isClosed } from './lead-state.js';

/**
 * What is wrong with a lead that nothing would move any more: `nothing_to_wake` has neither an instant nor a fact or
 * person it waits for, `next_step_missing` lies in nurture without a cadence, a re-entry date or a person to act.
 */
export type Stranded = 'nothing_to_wake' | 'next_step_missing';

/**
 * Judges a stored process with its stored next instant (`undefined`: none) at `now`, epoch milliseconds. Only a lead
 * whose last sync is some time ago may be asked about: in between nothing is settled.
 * Source: product, two phases; never ownerless.
 */
export function findStranded(process: LeadProcess, nextWakeAt: number | undefined, now: number): Stranded | undefined {
  const { state, contactable, enrollment, hold, paused, handoff, earliestReturnAt } = process;
  if (isClosed(state)) return undefined;
  // A lead nobody may contact waits for a hand-raise, one on hold or paused for a person.
  const inNurture = state === 'nurturing' && contactable && hold === undefined && paused === undefined;
  if (inNurture && !enrollment && (earliestReturnAt ?? 0) <= now) return 'next_step_missing';
  if (nextWakeAt !== undefined) return undefined;
  if (state === 'raw') return 'nothing_to_wake';
  // Suspended with its remaining time, an enrollment needs somebody who resumes it.
  if (inNurture) {
    const { sending, held, posted, pausedBy } = enrollment ?? {};
    const underWay = sending === true || held !== undefined || posted === true || pausedBy !== undefined;
    return underWay ? undefined : 'nothing_to_wake';
  }
  if (state === 'qualified') return handoff?.waiting ? undefined : 'nothing_to_wake';
  // Offered, accepted, working and returning wait for a person, lost for a hand-raise.
  return undefined;
}
