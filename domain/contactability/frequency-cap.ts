import { calendarDays, elapsedMs, requireDuration } from '../time/duration.js';
import { DAY_MS, dayOfWall } from '../time/wall-time.js';
import { resolveWall, wallOfInstant } from '../time/zone.js';

/** One class of the frequency policy (documents: Policies). */
export interface FrequencyClass {
  readonly max: number;
  /** `day`, or a duration: `P7D` is seven local days including today, `PT12H` is elapsed time. */
  readonly per: string;
}

/**
 * The first instant at or after `at` at which one more touch stays within the cap. `claimedAt`: the claim instants of
 * every touch of that class to this person that was not skipped, in any order. Days are those of the lead's zone.
 */
export function frequencySlot(cap: FrequencyClass, claimedAt: readonly number[], zone: string, at: number): number {
  const duration = cap.per === 'day' ? requireDuration('P1D') : requireDuration(cap.per);
  const days = calendarDays(duration);
  return days > 0
    ? slotByDays(cap.max, days, claimedAt, zone, at)
    : slotByTime(cap.max, elapsedMs(duration), claimedAt, at);
}

function slotByDays(max: number, days: number, claimedAt: readonly number[], zone: string, at: number): number {
  const claimDays = claimedAt.map((instant) => dayOfWall(wallOfInstant(zone, instant)));
  const free = (day: number): boolean => claimDays.filter((other) => other > day - days && other <= day).length < max;
  const today = dayOfWall(wallOfInstant(zone, at));
  if (free(today)) return at;
  let day = today + 1;
  while (!free(day)) day += 1;
  return resolveWall(zone, day * DAY_MS);
}

function slotByTime(max: number, perMs: number, claimedAt: readonly number[], at: number): number {
  const free = (instant: number): boolean =>
    claimedAt.filter((other) => other > instant - perMs && other <= instant).length < max;
  if (free(at)) return at;
  const ends = claimedAt.map((other) => other + perMs).filter((end) => end > at);
  return ends.toSorted((one, other) => one - other).find(free) ?? at;
}
