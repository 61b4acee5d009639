import { calendarDays, type Duration, elapsedMs } from './duration.js';
import { isWallOpen, type OpeningHours, type OpeningRow, openSpans, readOpeningHours } from './opening-hours.js';
import { DAY_MS, dayOfDate, weekdayOfDay } from './wall-time.js';
import { wallOfInstant } from './zone.js';

export interface Holiday {
  /** Local date, `YYYY-MM-DD` */
  readonly date: string;
  readonly name: string;
}

export interface BusinessCalendarRow extends OpeningRow {
  readonly holidays?: readonly Holiday[] | undefined;
}

/** Working hours of a person or organisation (documents: calendars). Rows are a union; a holiday of one closes all. */
export type BusinessCalendar = BusinessCalendarRow | readonly BusinessCalendarRow[];

const MINUTE_MS = 60_000;
/** A calendar that has not been open for long enough after so many days is a mistake, not a wait. */
const SEARCH_MS = 3_660 * DAY_MS;

/** The same hours with more days off. */
export const closedOn = (calendar: BusinessCalendar, holidays: readonly Holiday[]): BusinessCalendar =>
  calendarRows(calendar).map((row) => ({ ...row, holidays: [...(row.holidays ?? []), ...holidays] }));

/** Local dates of all its holidays. */
export const holidaysOf = (calendar: BusinessCalendar): ReadonlySet<string> => holidayDates(calendarRows(calendar));

export const isOpen = (calendar: BusinessCalendar, zone: string, at: number): boolean =>
  isWallOpen(calendarHours(calendar), wallOfInstant(zone, at));

/** `at` itself when open, else the next opening; undefined when there is none within ten years. */
export const nextOpening = (calendar: BusinessCalendar, zone: string, at: number): number | undefined =>
  // The first span of hours around the clock is ten years long, and is put together day by day.
  isOpen(calendar, zone, at) ? at : openSpans(calendarHours(calendar), zone, at, at + SEARCH_MS).next().value?.startAt;

/** Whether the local date is a weekday of the calendar and no holiday. */
export function isBusinessDay(calendar: BusinessCalendar, date: string): boolean {
  const rows = calendarRows(calendar);
  const weekday = weekdayOfDay(dayOfDate(date));
  return rows.some((row) => row.days.includes(weekday)) && !holidayDates(rows).has(date);
}

/**
 * The instant at which so many business minutes have passed since `startAt` (semantics: Ladder and calendars). Outside
 * hours the count starts at the next opening; elapsed exactly at closing time is closing time; seconds are kept. Hours
 * that do not exist are not counted, hours that exist twice count twice. Throws a RangeError for a calendar that never
 * opens.
 */
export function addBusinessMinutes(calendar: BusinessCalendar, zone: string, startAt: number, minutes: number): number {
  let leftMs = Math.round(minutes * MINUTE_MS);
  for (const span of openSpans(calendarHours(calendar), zone, startAt, startAt + SEARCH_MS)) {
    const lengthMs = span.endAt - span.startAt;
    if (leftMs <= lengthMs) return span.startAt + leftMs;
    leftMs -= lengthMs;
  }
  throw new RangeError(`the calendar is not open for ${minutes} minutes within ten years`);
}

/** Business minutes in `[fromAt, toAt)`, with fractions; 0 when `toAt` is not later. */
export function businessMinutesBetween(calendar: BusinessCalendar, zone: string, fromAt: number, toAt: number): number {
  let totalMs = 0;
  for (const span of openSpans(calendarHours(calendar), zone, fromAt, toAt)) totalMs += span.endAt - span.startAt;
  return totalMs / MINUTE_MS;
}

/**
 * An SLA duration in business minutes: `PT4H` is 240. A day (`P1D`) is a business day of that calendar: the opening
 * hours of its longest weekday, breaks left out, so 570 for 08:00 to 17:30. A week is seven such days, as everywhere.
 */
export function businessDurationToMinutes(duration: Duration, calendar: BusinessCalendar): number {
  const days = calendarDays(duration);
  return elapsedMs(duration) / MINUTE_MS + (days === 0 ? 0 : days * minutesOfBusinessDay(calendar));
}

function minutesOfBusinessDay(calendar: BusinessCalendar): number {
  const { rows } = calendarHours(calendar);
  const weekdays = [...new Set(rows.flatMap((row) => row.days))];
  return (
    Math.max(0, ...weekdays.map((weekday) => openMs(rows.filter((row) => row.days.includes(weekday))))) / MINUTE_MS
  );
}

/** Length of the union of rows that open on one day. */
function openMs(rows: OpeningHours['rows']): number {
  let [totalMs, reachedMs] = [0, 0];
  for (const { fromMs, lengthMs } of rows.toSorted((one, other) => one.fromMs - other.fromMs)) {
    totalMs += Math.max(0, fromMs + lengthMs - Math.max(fromMs, reachedMs));
    reachedMs = Math.max(reachedMs, fromMs + lengthMs);
  }
  return totalMs;
}

function calendarHours(calendar: BusinessCalendar): OpeningHours {
  const rows = calendarRows(calendar);
  const dates = holidayDates(rows);
  return readOpeningHours(rows, () => dates);
}

const calendarRows = (calendar: BusinessCalendar): readonly BusinessCalendarRow[] =>
  'days' in calendar ? [calendar] : calendar;

const holidayDates = (rows: readonly BusinessCalendarRow[]): ReadonlySet<string> =>
  new Set(rows.flatMap((row) => (row.holidays ?? []).map((holiday) => holiday.date)));
