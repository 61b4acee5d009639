/** Milliseconds in 24 elapsed hours; the length of a local day only where no clock changes. */
export const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Index = `Date.prototype.getUTCDay()`. */
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

export type Weekday = (typeof WEEKDAYS)[number];

/**
 * Wall time: what a local clock shows, as the epoch milliseconds at which a clock in UTC shows the same (`wallMs`).
 * Days are counted from 1970-01-01 (`day` = floor(wallMs / 86,400,000)).
 */
export const dayOfWall = (wallMs: number): number => Math.floor(wallMs / DAY_MS);

/** 1970-01-01 was a Thursday. */
export const weekdayOfDay = (day: number): Weekday => WEEKDAYS[(((day + 4) % 7) + 7) % 7] ?? 'sun';

/** `YYYY-MM-DD` of a day index. */
export const dateOfDay = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** Day index of a `YYYY-MM-DD`; throws a RangeError for anything else (documents are checked when read). */
export function dayOfDate(date: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00.000Z`) : Number.NaN;
  const day = ms / DAY_MS;
  // Some engines roll 02-30 over into March.
  if (Number.isNaN(ms) || dateOfDay(day) !== date) throw new RangeError(`not a date: ${date}`);
  return day;
}

/** Milliseconds after local midnight of `HH:MM`, up to and including `24:00`; undefined for anything else. */
function parseClock(time: string): number | undefined {
  const match = /^(\d{2}):(\d{2})$/.exec(time);
  if (!match) return undefined;
  const minutes = Number(match[1]) * 60 + Number(match[2]);
  return Number(match[2]) < 60 && minutes <= 24 * 60 ? minutes * MINUTE_MS : undefined;
}

/** As `parseClock`; throws a RangeError, because a schema has let the text through. */
export function clockMs(time: string): number {
  const ms = parseClock(time);
  if (ms === undefined) throw new RangeError(`not a time of day: ${time}`);
  return ms;
}
