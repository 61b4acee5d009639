import { retryPauseMs } from '../../domain/contactability/mail-retry.js';

/** Argument of the `sendTouch` activity (it stands in histories: ids and instants on the lead's clock only). */
export interface SendTouchInput {
  readonly leadId: string;
  readonly enrollmentNo: number;
  readonly step: string;
  readonly visit: number;
  /** Every relevant fact up to this `seq` is known to the caller. */
  readonly cursor: number;
  /** Revision of the projection in which the enrollment stands on this step. */
  readonly rev: number;
  /** Revision of the last sync the process has heard of: a later one may have judged what stops the touch. */
  readonly synced?: number;
  readonly dueAt: number;
  /** A touch that was due before this instant is skipped: `overdue`, at the instant it was due. */
  readonly skipBefore?: number;
  readonly now: number;
}

/**
 * What became of a touch. `at` is the claim instant of one that was claimed, else the instant of the answer; `until` is
 * when to ask again (`deferred`, `failed`). `stale`: the process does not know all that is stored; pull, then ask again.
 */
export interface SendTouchResult {
  readonly result: 'sent' | 'in_doubt' | 'skipped' | 'held' | 'deferred' | 'stale' | 'failed';
  readonly at: number;
  readonly until?: number;
  readonly reason?: string;
}

/** When a touch is tried again after so many certain failures. */
export const retryInstant = (attempts: number, at: number): number => at + retryPauseMs(attempts);
