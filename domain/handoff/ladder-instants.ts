import { addBusinessMinutes, type BusinessCalendar, businessDurationToMinutes } from '../time/business-calendar.js';
import { requireDuration } from '../time/duration.js';
import type { Rung } from './sla-policy.schema.js';

/**
 * The instant at which an SLA duration has passed since `from`, in business time of the calendar and zone of whoever
 * has to act (semantics: Ladder and calendars). Throws a RangeError for a calendar that never opens.
 */
export function slaInstant(duration: string, calendar: BusinessCalendar, zone: string, from: number): number {
  const minutes = businessDurationToMinutes(requireDuration(duration), calendar);
  return addBusinessMinutes(calendar, zone, from, minutes);
}

/** When each rung of a ladder that starts at `from` is due, in order; rungs at one instant as they are written. */
export function ladderInstants<Action extends Rung['do']>(
  rungs: readonly { readonly after: string; readonly do: Action }[],
  calendar: BusinessCalendar,
  zone: string,
  from: number,
): { readonly at: number; readonly do: Action }[] {
  return rungs
    .map((rung) => ({ at: slaInstant(rung.after, calendar, zone, from), do: rung.do }))
    .sort((a, b) => a.at - b.at);
}
