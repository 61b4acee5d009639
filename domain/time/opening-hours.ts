import { clockMs, DAY_MS, dateOfDay, dayOfWall, weekdayOfDay, type Weekday } from './wall-time.js';
import { zoneSpanAt } from './zone.js';

/**
 * Local wall times `[from, to)` on weekdays. `24:00` is midnight at the end; with `from >= to` the row crosses midnight
 * and belongs to the day on which it opens.
 */
export interface OpeningRow {
  readonly days: readonly Weekday[];
  /** `HH:MM` */
  readonly from: string;
  /** `HH:MM` */
  readonly to: string;
}

/** Rows made ready for looking up; a union. */
export interface OpeningHours {
  readonly rows: readonly {
    readonly days: readonly Weekday[];
    readonly fromMs: number;
    /** At most 24 hours, so that only a day and the one before it can cover a wall time. */
    readonly lengthMs: number;
    readonly closedDates: ReadonlySet<string>;
  }[];
}

/** Instants `[startAt, endAt)` without a break. */
export interface OpenSpan {
  readonly startAt: number;
  readonly endAt: number;
}

const NO_DATES: ReadonlySet<string> = new Set();

/** `closedDates` gives the local dates (`YYYY-MM-DD`) on which the row does not open. Malformed times throw a RangeError. */
export function readOpeningHours<Row extends OpeningRow>(
  rows: readonly Row[],
  closedDates: (row: Row) => ReadonlySet<string> = () => NO_DATES,
): OpeningHours {
  return {
    rows: rows.map((row) => {
      const [fromMs, toMs] = [clockMs(row.from), clockMs(row.to)];
      const lengthMs = fromMs < toMs ? toMs - fromMs : toMs + DAY_MS - fromMs;
      return { days: row.days, fromMs, lengthMs, closedDates: closedDates(row) };
    }),
  };
}

/** Whether the wall time lies in a row. Both instants of a wall time that exists twice are inside. */
export const isWallOpen = (hours: OpeningHours, wallMs: number): boolean => closingWall(hours, wallMs) !== undefined;

/**
 * The open stretches of `[fromAt, untilAt)` in order. Walks the zone's stretches of constant offset, in which wall time
 * runs evenly: a gap is passed over because no instant shows it, a fold is seen twice.
 */
export function* openSpans(
  hours: OpeningHours,
  zone: string,
  fromAt: number,
  untilAt: number,
): Generator<OpenSpan, undefined> {
  let pending: OpenSpan | undefined;
  for (let at = fromAt; at < untilAt; ) {
    const { endAt: zoneEndAt, offsetMs } = zoneSpanAt(zone, at);
    const endAt = Math.min(zoneEndAt, untilAt);
    for (const wall of openWalls(hours, at + offsetMs, endAt + offsetMs)) {
      const span: OpenSpan = { startAt: wall.startAt - offsetMs, endAt: wall.endAt - offsetMs };
      if (pending && pending.endAt !== span.startAt) {
        yield pending;
        pending = undefined;
      }
      pending = { startAt: pending?.startAt ?? span.startAt, endAt: span.endAt };
      // Only a stretch that reaches the change of offset can go on behind it.
      if (pending.endAt < endAt) {
        yield pending;
        pending = undefined;
      }
    }
    at = endAt;
  }
  if (pending) yield pending;
}

/** As `openSpans`, in wall time without changes of offset. */
function* openWalls(hours: OpeningHours, startWall: number, endWall: number): Generator<OpenSpan, undefined> {
  for (let wall = startWall; wall < endWall; ) {
    let closing = closingWall(hours, wall);
    if (closing === undefined) {
      const opening = openingWall(hours, wall, endWall);
      if (opening === undefined) return;
      wall = opening;
      continue;
    }
    for (let next: number | undefined = closing; next !== undefined && closing < endWall; ) {
      closing = next;
      next = closingWall(hours, closing);
    }
    yield { startAt: wall, endAt: Math.min(closing, endWall) };
    wall = closing;
  }
}

/** The latest end of the rows that cover the wall time. */
function closingWall(hours: OpeningHours, wall: number): number | undefined {
  let latest: number | undefined;
  const today = dayOfWall(wall);
  for (const day of [today - 1, today]) {
    for (const row of hours.rows) {
      const opening = day * DAY_MS + row.fromMs;
      const closing = opening + row.lengthMs;
      if (opening > wall || closing <= wall || closing <= (latest ?? wall)) continue;
      if (opensOn(row, day)) latest = closing;
    }
  }
  return latest;
}

/** The first opening after the wall time and before the limit. */
function openingWall(hours: OpeningHours, wall: number, limit: number): number | undefined {
  for (let day = dayOfWall(wall); day * DAY_MS < limit; day += 1) {
    let earliest = limit;
    for (const row of hours.rows) {
      const opening = day * DAY_MS + row.fromMs;
      if (opening > wall && opening < earliest && opensOn(row, day)) earliest = opening;
    }
    if (earliest < limit) return earliest;
  }
  return undefined;
}

function opensOn(row: OpeningHours['rows'][number], day: number): boolean {
  return row.days.includes(weekdayOfDay(day)) && !(row.closedDates.size > 0 && row.closedDates.has(dateOfDay(day)));
}
