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
  /** Spread at least over this much: many are late at once. */
  readonly leastSpreadMs?: number;
}

/** What is overdue goes within this much, or within the cadence's own spread where that is wider. */
const OVERDUE_SPREAD_MS = 15 * 60_000;

type Timing = Pick<CadenceDocument, 'window' | 'spread'>;

/** The step's own window, else the cadence's. */
const windowOfStep = (cadence: Timing, step: EmailStep): SendWindow => step.email.window ?? cadence.window;

export const mayGoNow = (cadence: Timing, step: EmailStep, query: SlotQuery): boolean =>
  isInsideWindow(windowOfStep(cadence, step), query.zone, query.at, query.holidays);

/**
 * When a touch goes whose enrollment resumed at `catchUp.at` and left the waits before it running: one that is late then
 * goes from that instant on, spread, or keeps its slot to be skipped there.
 */
export function lateTouchSlot(
  cadence: Timing,
  step: EmailStep,
  query: SlotQuery,
  catchUp: { readonly at: number; readonly skip?: true } | undefined,
): number | undefined {
  const slot = touchSlot(cadence, step, query);
  if (slot === undefined || catchUp === undefined || catchUp.skip === true || slot >= catchUp.at) return slot;
  return touchSlot(cadence, step, { ...query, at: catchUp.at, leastSpreadMs: OVERDUE_SPREAD_MS });
}

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
    spreadMs: Math.max(durationToMs(requireDuration(cadence.spread)), query.leastSpreadMs ?? 0),
    hash: stableHash(`${query.leadId}/${step.id}`),
    holidays: query.holidays,
  });
}
