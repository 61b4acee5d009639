import { isWallOpen, type OpeningHours, type OpeningRow, openSpans, readOpeningHours } from './opening-hours.js';
import { DAY_MS } from './wall-time.js';
import { wallOfInstant } from './zone.js';

/** `holidays: true`: the row does not open on holidays of the lead's country and of the organisation. */
export interface SendWindowRow extends OpeningRow {
  readonly holidays?: boolean | undefined;
}

/** When touches may go, in the lead's zone (documents: Cadence). Rows are a union; `any` is always. */
export type SendWindow = SendWindowRow | readonly SendWindowRow[] | 'any';

/** Local dates, `YYYY-MM-DD`. */
export type HolidayDates = ReadonlySet<string>;

/** A window that does not open for so long never does. */
const SEARCH_MS = 400 * DAY_MS;
const HASH_RANGE = 2 ** 32;

export function isInsideWindow(window: SendWindow, zone: string, at: number, holidays: HolidayDates): boolean {
  return window === 'any' || isWallOpen(windowHours(window, holidays), wallOfInstant(zone, at));
}

/**
 * `dueAt` itself when it is inside (seconds kept), else the first instant that is; undefined when the window does not
 * open within 400 days (semantics: Send window).
 */
export function firstAllowedInstant(
  window: SendWindow,
  zone: string,
  dueAt: number,
  holidays: HolidayDates,
): number | undefined {
  if (window === 'any') return dueAt;
  return openSpans(windowHours(window, holidays), zone, dueAt, dueAt + SEARCH_MS).next().value?.startAt;
}

export interface SendSlotQuery {
  readonly window: SendWindow;
  readonly zone: string;
  readonly dueAt: number;
  /** Jitter range; 0 = none. */
  readonly spreadMs: number;
  /** `stableHash` of lead and step: the same touch always gets the same slot. */
  readonly hash: number;
  readonly holidays: HolidayDates;
}

/**
 * The first allowed instant, moved later by the hash over `[0, spreadMs)` or over what is left of the open stretch if
 * that is shorter: never earlier, never outside. Undefined when the window never opens.
 */
export function sendSlot(query: SendSlotQuery): number | undefined {
  const { window, zone, dueAt, spreadMs, hash, holidays } = query;
  const firstAt = firstAllowedInstant(window, zone, dueAt, holidays);
  if (firstAt === undefined || spreadMs <= 0) return firstAt;
  let roomMs = spreadMs;
  if (window !== 'any') {
    const span = openSpans(windowHours(window, holidays), zone, firstAt, firstAt + spreadMs).next().value;
    roomMs = span ? span.endAt - firstAt : 0;
  }
  return firstAt + Math.floor(((hash >>> 0) / HASH_RANGE) * roomMs);
}

function windowHours(window: SendWindowRow | readonly SendWindowRow[], holidays: HolidayDates): OpeningHours {
  const none: HolidayDates = new Set();
  const rows = 'days' in window ? [window] : window;
  return readOpeningHours(rows, (row) => (row.holidays === true ? holidays : none));
}
