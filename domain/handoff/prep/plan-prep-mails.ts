import { calendarDays, type Duration, elapsedMs, requireDuration } from '../../time/duration.js';
import { DAY_MS } from '../../time/wall-time.js';
import { resolveWall, wallOfInstant } from '../../time/zone.js';

/** One mail about a checklist: 0 brings it, the reminders before the meeting follow. */
export interface PlannedPrepMail {
  readonly ordinal: number;
  /** Epoch milliseconds. */
  readonly dueAt: number;
}

/**
 * When the lead is written to about its checklist: as soon as the acceptance stands (`settledAt`: nobody can undo it any
 * more), then so long before the meeting as the checklist says, in the order of time. A reminder that would come no later
 * than the checklist itself is none. Days are calendar days in the lead's zone.
 */
export function planPrepMails(given: {
  readonly settledAt: number;
  /** Null where nobody knows when the two meet. */
  readonly meetingAt: number | null;
  readonly remind: readonly string[];
  readonly zone: string;
}): PlannedPrepMail[] {
  const { settledAt, meetingAt, remind, zone } = given;
  const instants =
    meetingAt === null ? [] : remind.map((text) => instantBefore(meetingAt, requireDuration(text), zone));
  const reminders = [...new Set(instants)].filter((at) => at > settledAt).sort((a, b) => a - b);
  return [settledAt, ...reminders].map((dueAt, ordinal) => ({ ordinal, dueAt }));
}

/** The inverse of `addDuration`: days and weeks keep the local clock time, the rest is elapsed. */
function instantBefore(at: number, duration: Duration, zone: string): number {
  const days = calendarDays(duration);
  const elapsed = at - elapsedMs(duration);
  return days === 0 ? elapsed : resolveWall(zone, wallOfInstant(zone, elapsed) - days * DAY_MS);
}
