import { clockMs, DAY_MS, dateOfDay, dayOfDate, dayOfWall, weekdayOfDay, type Weekday } from './wall-time.js';

/** A stretch of instants `[startAt, endAt)` in which a zone keeps one offset; cut at the ends of UTC years. */
export interface ZoneSpan {
  readonly startAt: number;
  readonly endAt: number;
  /** Wall time minus UTC. */
  readonly offsetMs: number;
}

/** What a local clock and calendar show at an instant. */
export interface LocalParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly ms: number;
  readonly weekday: Weekday;
  /** `YYYY-MM-DD` */
  readonly date: string;
}

interface Zone {
  readonly clock: Intl.DateTimeFormat;
  readonly years: Map<number, readonly ZoneSpan[]>;
  readonly abbreviations: Map<number, string>;
}

/** No zone changes its offset twice in so short a time (the closest pair since 1990: a week, Recife in 2000). */
const SAMPLE_MS = 4 * DAY_MS;
/** No zone is or was further from UTC than this. */
const WIDEST_OFFSET_MS = 16 * 3_600_000;
/** A bound on memory only: instants of so many different years of one zone are not asked for. */
const YEARS_KEPT = 200;

const zones = new Map<string, Zone>();

/** Whether the name is a zone of the IANA database; offsets such as `+05:00` are no zones. */
export function isKnownZone(zone: string): boolean {
  return findZone(zone) !== undefined;
}

/** The stretch of constant offset around an instant. An unknown zone throws a RangeError: ask `isKnownZone` first. */
export function zoneSpanAt(zone: string, at: number): ZoneSpan {
  const found = requireZone(zone);
  const year = new Date(at).getUTCFullYear();
  const span = spansOfYear(found, year).find((candidate) => at < candidate.endAt);
  if (!span) throw new RangeError(`not an instant: ${at}`);
  return span;
}

/** Wall time minus UTC in milliseconds (`Europe/Berlin` in summer: 7,200,000). */
export const offsetAtMs = (zone: string, at: number): number => zoneSpanAt(zone, at).offsetMs;

/** Wall time of an instant (see `wall-time.ts`). */
export const wallOfInstant = (zone: string, at: number): number => at + offsetAtMs(zone, at);

/** `YYYY-MM-DD` on the local calendar. */
export const localDate = (zone: string, at: number): string => dateOfDay(dayOfWall(wallOfInstant(zone, at)));

export function localParts(zone: string, at: number): LocalParts {
  const wallMs = wallOfInstant(zone, at);
  const wall = new Date(wallMs);
  return {
    year: wall.getUTCFullYear(),
    month: wall.getUTCMonth() + 1,
    day: wall.getUTCDate(),
    hour: wall.getUTCHours(),
    minute: wall.getUTCMinutes(),
    second: wall.getUTCSeconds(),
    ms: wall.getUTCMilliseconds(),
    weekday: weekdayOfDay(dayOfWall(wallMs)),
    date: dateOfDay(dayOfWall(wallMs)),
  };
}

/** Every instant at which the local clock shows the wall time: none in a gap, two in a fold, in order. */
function instantsOfWall(zone: string, wallMs: number): readonly number[] {
  return spansAround(zone, wallMs)
    .filter((span) => wallMs >= span.startAt + span.offsetMs && wallMs < span.endAt + span.offsetMs)
    .map((span) => wallMs - span.offsetMs);
}

/** The one instant meant by a wall time: in a gap shifted by the gap, in a fold the first. */
export function resolveWall(zone: string, wallMs: number): number {
  const [first] = instantsOfWall(zone, wallMs);
  if (first !== undefined) return first;
  // In a gap the clock jumped over the wall time: read on by the offset before the jump.
  const before = spansAround(zone, wallMs).findLast((span) => wallMs >= span.endAt + span.offsetMs);
  if (!before) throw new RangeError(`not a wall time: ${wallMs}`);
  return wallMs - before.offsetMs;
}

/** As `instantsOfWall` for a date (`YYYY-MM-DD`) and a time of day (`HH:MM`, up to `24:00`). */
export const instantsOfLocal = (zone: string, date: string, time: string): readonly number[] =>
  instantsOfWall(zone, dayOfDate(date) * DAY_MS + clockMs(time));

/** As `resolveWall` for a date and a time of day. */
export const resolveLocal = (zone: string, date: string, time: string): number =>
  resolveWall(zone, dayOfDate(date) * DAY_MS + clockMs(time));

/** ISO-8601 with the offset of that instant: `2026-04-21T10:42:00.000+02:00`. */
export function localInstant(at: number, zone: string): string {
  const offsetMinutes = Math.round(offsetAtMs(zone, at) / 60_000);
  const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60];
  const pad = (part: number): string => String(part).padStart(2, '0');
  const wall = new Date(at + offsetMinutes * 60_000).toISOString().slice(0, -1);
  return `${wall}${offsetMinutes < 0 ? '-' : '+'}${pad(hours)}:${pad(minutes)}`;
}

/** `Tue 21 Apr 2026, 10:42 CEST`; zones without a common abbreviation show `UTC+05:45`. */
export function formatInstant(at: number, zone: string): string {
  const [weekday, day, month, year, time] = new Date(wallOfInstant(zone, at)).toUTCString().split(' ');
  return `${weekday?.slice(0, 3)} ${Number(day)} ${month} ${year}, ${time?.slice(0, 5)} ${abbreviationAt(zone, at)}`;
}

function findZone(name: string): Zone | undefined {
  // Names are case-insensitive; one key per zone bounds the cache whatever people type.
  const key = name.toLowerCase();
  const cached = zones.get(key);
  if (cached) return cached;
  if (!/^[a-z]/.test(key)) return undefined;
  try {
    const clock = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
    const zone: Zone = { clock, years: new Map(), abbreviations: new Map() };
    zones.set(key, zone);
    return zone;
  } catch {
    return undefined;
  }
}

function requireZone(name: string): Zone {
  const zone = findZone(name);
  if (!zone) throw new RangeError(`unknown time zone: ${name}`);
  return zone;
}

function spansOfYear(zone: Zone, year: number): readonly ZoneSpan[] {
  const cached = zone.years.get(year);
  if (cached) return cached;
  if (zone.years.size >= YEARS_KEPT) zone.years.clear();
  const spans = findSpans(zone.clock, Date.UTC(year, 0), Date.UTC(year + 1, 0));
  zone.years.set(year, spans);
  return spans;
}

/** Samples the year and halves every stretch whose ends differ until the change is known to the millisecond. */
function findSpans(clock: Intl.DateTimeFormat, yearStartAt: number, yearEndAt: number): readonly ZoneSpan[] {
  const spans: ZoneSpan[] = [];
  let startAt = yearStartAt;
  let offsetMs = readOffset(clock, yearStartAt);
  for (let at = yearStartAt; at < yearEndAt - 1; ) {
    const nextAt = Math.min(at + SAMPLE_MS, yearEndAt - 1);
    const nextOffsetMs = readOffset(clock, nextAt);
    if (nextOffsetMs !== offsetMs) {
      let [low, high] = [at, nextAt];
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        if (readOffset(clock, middle) === offsetMs) low = middle;
        else high = middle;
      }
      spans.push({ startAt, endAt: high, offsetMs });
      [startAt, offsetMs] = [high, nextOffsetMs];
    }
    at = nextAt;
  }
  spans.push({ startAt, endAt: yearEndAt, offsetMs });
  return spans;
}

function readOffset(clock: Intl.DateTimeFormat, at: number): number {
  const match = /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(clock.format(at));
  if (!match) throw new RangeError(`no offset at ${at}`);
  const seconds = (Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0)) * 60 + Number(match[4] ?? 0);
  return (match[1] === '-' ? -1000 : 1000) * seconds;
}

function spansAround(zone: string, wallMs: number): readonly ZoneSpan[] {
  const spans: ZoneSpan[] = [];
  // A whole day is missing where a zone crossed the date line, so look a day further than any offset reaches.
  const endAt = wallMs + WIDEST_OFFSET_MS + DAY_MS;
  for (let at = wallMs - WIDEST_OFFSET_MS - DAY_MS; at < endAt; ) {
    const span = zoneSpanAt(zone, at);
    spans.push(span);
    at = span.endAt;
  }
  return spans;
}

/** No one locale of English knows all abbreviations in use; the first that has one names it. */
const LOCALES = ['en-GB', 'en-US', 'en-AU', 'en-IN', 'en-ZA'];

function abbreviationAt(zone: string, at: number): string {
  const { abbreviations } = requireZone(zone);
  const { startAt, offsetMs } = zoneSpanAt(zone, at);
  const cached = abbreviations.get(startAt);
  if (cached !== undefined) return cached;
  const names = LOCALES.map((locale) => shortName(locale, zone, at));
  const name = names.find((candidate) => !/^(?:GMT|UTC)[+-]/.test(candidate)) ?? describeOffset(offsetMs);
  if (abbreviations.size >= YEARS_KEPT) abbreviations.clear();
  abbreviations.set(startAt, name);
  return name;
}

function shortName(locale: string, timeZone: string, at: number): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' }).formatToParts(at);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? 'UTC+0';
}

function describeOffset(offsetMs: number): string {
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `UTC${offsetMs < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
