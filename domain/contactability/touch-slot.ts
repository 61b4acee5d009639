import type { CadenceDocument } from '../cadence/cadence.schema.js';
import type { EmailStep } from '../cadence/steps/step-kinds.schema.js';
import { durationToMs, requireDuration } from '../time/duration.js';
import { type HolidayDates, isInsideWindow, type SendWindow, sendSlot } from '../time/send-window.js';
import { stableHash } from '../time/stable-hash.js';

export interface SlotQuery {
  readonly leadId: string;
  readonly zone: string;
  /** Those of the lead's country. */
  readonly holidays: HolidayDates;
  readonly at: number;
}

type Timing = Pick<CadenceDocument, 'window' | 'spread'>;

/** The step's own window, else the cadence's. */
const windowOfStep = (cadence: Timing, step: EmailStep): SendWindow => step.email.window ?? cadence.window;

export const mayGoNow = (cadence: Timing, step: EmailStep, query: SlotQuery): boolean =>
  isInsideWindow(windowOfStep(cadence, step), query.zone, query.at, query.holidays);

/**
 * When a touch that is due at `at` goes: the first allowed instant, spread by lead and step (semantics: Send window).
 * Undefined when the window does not open within 400 days. Planning and claiming use this one function, so that a
 * planned slot is never outside the window the claim checks.
 */
export function touchSlot(cadence: Timing, step: EmailStep, query: SlotQuery): number | undefined {
  return sendSlot({
    window: windowOfStep(cadence, step),
    zone: query.zone,
    dueAt: query.at,
    spreadMs: durationToMs(requireDuration(cadence.spread)),
    hash: stableHash(`${query.leadId}/${step.id}`),
    holidays: query.holidays,
  });
}
