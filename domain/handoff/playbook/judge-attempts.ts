import { type BusinessCalendar, nextOpening } from '../../time/business-calendar.js';
import { requireDuration } from '../../time/duration.js';
import { addDuration } from '../../time/wait.js';
import type { Playbook } from './playbook.schema.js';

/** One try to reach the lead, and what came of it. */
export interface Attempt {
  readonly disposition: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** How far a rep is with the tries of a playbook. */
export interface AttemptsJudged {
  readonly made: number;
  readonly reached: boolean;
  /** As often as agreed, and the lead was not reached: it may be given back with `no_response`. */
  readonly exhausted: boolean;
  /** When the next try is due, epoch milliseconds; null when none is, or before the first, which has an SLA of its own. */
  readonly nextDueAt: number | null;
}

/**
 * Judges the tries so far. A disposition that is none of `again` means that the lead was reached. The next try is due when
 * the gap since the last one is over, at the first instant from then on at which the rep works; days are those of their zone.
 */
export function judgeAttempts(
  { attempts, gap, again }: Playbook,
  made: readonly Attempt[],
  hours: { readonly calendar: BusinessCalendar; readonly zone: string },
): AttemptsJudged {
  const reached = made.some(({ disposition }) => !again.includes(disposition));
  const exhausted = !reached && made.length >= attempts;
  const judged = { made: made.length, reached, exhausted };
  if (reached || exhausted || made.length === 0) return { ...judged, nextDueAt: null };
  const over = addDuration(Math.max(...made.map(({ at }) => at)), requireDuration(gap), hours.zone);
  return { ...judged, nextDueAt: nextOpening(hours.calendar, hours.zone, over) ?? over };
}
