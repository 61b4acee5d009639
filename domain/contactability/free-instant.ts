import { requireDuration } from '../time/duration.js';
import { addDuration } from '../time/wait.js';
import { type FrequencyClass, frequencySlot } from './frequency-cap.js';

/** What limits how soon a touch may follow others. Instants in epoch milliseconds, days in the lead's zone. */
export interface TouchLimits {
  readonly zone: string;
  /** Claims of the class over all cadences, and its cap; none: no cap. */
  readonly cap?: { readonly allowed: FrequencyClass; readonly claims: readonly number[] } | undefined;
  /** `minGap` of the cadence. */
  readonly minGap: string;
  /** The last claim of a touch of this cadence, in whatever enrollment. */
  readonly lastAt: number | undefined;
}

/**
 * The first instant at or after `at` at which one more touch keeps the cadence's minimum gap to the claim before it and
 * stays within the frequency cap, with the reason when that is later than `at`. Days of the gap keep the local time.
 * Source: product, Cadences; promise P11: what is due after downtime goes spaced.
 */
export function freeInstant(
  { zone, cap, minGap, lastAt }: TouchLimits,
  at: number,
): { readonly at: number; readonly reason?: 'min_gap' | 'frequency' } {
  const gapEnd = lastAt === undefined ? at : Math.max(at, addDuration(lastAt, requireDuration(minGap), zone));
  const free = cap ? frequencySlot(cap.allowed, cap.claims, zone, gapEnd) : gapEnd;
  if (free === at) return { at };
  return { at: free, reason: free > gapEnd ? 'frequency' : 'min_gap' };
}
