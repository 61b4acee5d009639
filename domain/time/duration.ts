import { DAY_MS } from './wall-time.js';

/**
 * An ISO-8601 duration as it was written. Weeks and days are the calendar part (they keep the local clock time), the
 * rest is elapsed time (semantics: Send window and waits).
 */
export interface Duration {
  readonly weeks: number;
  readonly days: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
}

const SHAPE = /^P(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,10})S)?)?$/;
const LONGEST_MS = 1_000_000 * DAY_MS;

/**
 * `P2D`, `P1W`, `PT36H`, `P1DT2H30M`; whole numbers only. Undefined for anything else: months and years (their length
 * is not fixed), signs, fractions, a bare `P` or `T`, and more than a million days.
 */
export function parseDuration(text: string): Duration | undefined {
  const match = SHAPE.exec(text);
  if (!match || text.endsWith('P') || text.endsWith('T')) return undefined;
  const part = (index: number): number => Number(match[index] ?? 0);
  const duration = { weeks: part(1), days: part(2), hours: part(3), minutes: part(4), seconds: part(5) };
  return durationToMs(duration) <= LONGEST_MS ? duration : undefined;
}

/** As `parseDuration`, for text that a schema has let through; throws a RangeError. */
export function requireDuration(text: string): Duration {
  const duration = parseDuration(text);
  if (!duration) throw new RangeError(`not a duration: ${text}`);
  return duration;
}

export const calendarDays = (duration: Duration): number => duration.weeks * 7 + duration.days;

/** The part that is elapsed time, in milliseconds. */
export const elapsedMs = (duration: Duration): number =>
  ((duration.hours * 60 + duration.minutes) * 60 + duration.seconds) * 1000;

/** All of it as elapsed milliseconds, a day at 24 hours: for look-back ranges (`within: P30D`) and spreads, not waits. */
export const durationToMs = (duration: Duration): number => calendarDays(duration) * DAY_MS + elapsedMs(duration);

/** In words, in the units it was written in: `2 days`, `36 hours`, `1 day 2 hours`; nothing at all is `0 minutes`. */
export function describeDuration(duration: Duration): string {
  const parts = [
    count(duration.weeks, 'week'),
    count(duration.days, 'day'),
    count(duration.hours, 'hour'),
    count(duration.minutes, 'minute'),
    count(duration.seconds, 'second'),
  ].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(' ') : '0 minutes';
}

function count(amount: number, unit: string): string | undefined {
  if (amount === 0) return undefined;
  return amount === 1 ? `1 ${unit}` : `${amount} ${unit}s`;
}
