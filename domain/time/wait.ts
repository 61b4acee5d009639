import { type BusinessCalendar, isBusinessDay } from './business-calendar.js';
import { calendarDays, type Duration, elapsedMs, requireDuration } from './duration.js';
import { clockMs, DAY_MS, dateOfDay, dayOfWall, type Weekday, weekdayOfDay } from './wall-time.js';
import { resolveWall, wallOfInstant } from './zone.js';

/** What a `wait` says (documents: Cadence): an ISO-8601 duration, business days, or until a local weekday and time. */
export type WaitSpec =
  | string
  | { readonly businessDays: number }
  | { readonly until: { readonly weekday: Weekday; readonly at: string } };

/** No row of holidays is longer. */
const SEARCH_DAYS = 3_660;

/**
 * The instant at which a wait that starts at `from` ends, in the lead's zone (semantics: Send window and waits). The
 * calendar in force gives weekdays and holidays of business days. Malformed documents throw a RangeError.
 */
export function waitEnd(spec: WaitSpec, from: number, zone: string, calendar: BusinessCalendar): number {
  if (typeof spec === 'string') return addDuration(from, requireDuration(spec), zone);
  return 'until' in spec
    ? nextLocalTime(from, spec.until.weekday, spec.until.at, zone)
    : addBusinessDays(from, spec.businessDays, zone, calendar);
}

/** Days and weeks keep the local clock time (a gap shifts it by the gap, a fold means the first), the rest is elapsed. */
export function addDuration(from: number, duration: Duration, zone: string): number {
  const days = calendarDays(duration);
  // Without days the instant stays itself, even as the second one of a fold.
  const shifted = days === 0 ? from : resolveWall(zone, wallOfInstant(zone, from) + days * DAY_MS);
  return shifted + elapsedMs(duration);
}

/** The same local time on the n-th following day that is a weekday of the calendar and no holiday. */
function addBusinessDays(from: number, businessDays: number, zone: string, calendar: BusinessCalendar): number {
  if (businessDays === 0) return from;
  const wall = wallOfInstant(zone, from);
  let left = businessDays;
  for (let days = 1; days <= SEARCH_DAYS; days += 1) {
    if (!isBusinessDay(calendar, dateOfDay(dayOfWall(wall) + days))) continue;
    left -= 1;
    if (left === 0) return resolveWall(zone, wall + days * DAY_MS);
  }
  throw new RangeError(`the calendar has no ${businessDays} business days within ten years`);
}

/**
 * The first such instant at or after `from`. A weekday and time name one instant per week: in a gap the shifted one, in
 * a fold the first, so that the second does not count as another.
 */
function nextLocalTime(from: number, weekday: Weekday, time: string, zone: string): number {
  const today = dayOfWall(wallOfInstant(zone, from));
  const timeMs = clockMs(time);
  // Yesterday's may have been shifted into today.
  for (let day = today - 1; day <= today + 14; day += 1) {
    if (weekdayOfDay(day) !== weekday) continue;
    const at = resolveWall(zone, day * DAY_MS + timeMs);
    if (at >= from) return at;
  }
  throw new RangeError(`no ${weekday} ${time} after ${from}`);
}
