import type { NoticeKind } from '../../domain/lead/notice-kind.js';

/** Mail activities: each is bounded and safe to repeat, since the ledger is claimed before anything is sent. */
export interface TouchActivities {
  sendTouch(input: SendTouchInput): Promise<SendTouchResult>;
  sendNotice(input: SendNoticeInput): Promise<SendNoticeResult>;
}

/** Instants are epoch milliseconds on the lead's clock. */
export interface SendTouchInput {
  readonly leadId: string;
  readonly enrollmentNo: number;
  readonly step: string;
  readonly visit: number;
  /** Relevant facts after this `seq` make the touch stale. */
  readonly cursor: number;
  /** Revision of the projection in which the enrollment stands on this step. */
  readonly rev: number;
  /** Revision of the last sync the process has heard of: a later one may have judged what stops the touch. */
  readonly synced?: number;
  readonly dueAt: number;
  /** A touch that was due before this instant is skipped. */
  readonly skipBefore?: number;
  readonly now: number;
}

export interface SendTouchResult {
  readonly result: 'sent' | 'in_doubt' | 'skipped' | 'held' | 'deferred' | 'stale' | 'failed';
  /** The claim instant of a touch that was claimed, else the instant of the answer. */
  readonly at: number;
  /** When to try again: deferred, failed, held. */
  readonly until?: number;
  /** A code; for a held touch with the field that is missing. */
  readonly reason?: string;
}

export interface SendNoticeInput {
  readonly leadId: string;
  readonly handoffNo: number;
  readonly kind: NoticeKind;
  readonly ordinal: number;
  readonly now: number;
}

export interface SendNoticeResult {
  readonly result: 'sent' | 'in_doubt' | 'skipped' | 'failed';
  readonly at: number;
}
