import type { SyncLeadInput } from '../../domain/lead/lead-sync.js';
import type { LeanAnswers } from '../../domain/lead/lean-answers.js';

/** Local activities of a lead: short, idempotent database work. */
export interface LeadActivities {
  /**
   * Stores the projection, the records and the interest of the argument in one transaction under the lead's row lock and
   * answers what the argument asks. May run again after its commit: an older revision stores nothing.
   */
  syncLead(input: SyncLeadInput): Promise<LeanAnswers>;
  /** Opens the handoff `no` of the lead; the same call again finds it open. */
  openHandoff(input: OpenHandoffInput): Promise<OpenHandoffResult>;
  /** Whether the person may decide about the handoff. */
  mayDecide(input: {
    leadId: string;
    handoffNo: number;
    by: string;
    reason?: string;
  }): Promise<{ ok: boolean; why?: string }>;
}

/** Instants are epoch milliseconds on the lead's clock. */
export interface OpenHandoffInput {
  readonly leadId: string;
  readonly no: number;
  readonly qualifiedBy: 'definition' | 'person' | 'step';
  readonly ruleId: string | null;
  readonly definitionVersionId: string | null;
  readonly qualifiedAt: number;
  readonly now: number;
  /** Set when a person chose the rep: routing is skipped. */
  readonly assigneeId?: string;
  /** Of a push by a person: the note that says why. */
  readonly noteId?: string;
  /** Of an `offer` step: where its reason stands. */
  readonly offerStep?: { readonly versionId: string; readonly step: string };
}

export type OpenHandoffResult =
  | {
      readonly result: 'offered';
      readonly handoffId: string;
      readonly assigneeId: string;
      /** As it stands in the record; results of release 0.1.0 do not say it. */
      readonly offeredAt?: number;
    }
  | {
      readonly result: 'waiting';
      readonly why: 'packet_incomplete' | 'nobody_available';
      readonly missing?: readonly string[];
      readonly retryAt?: number;
    };
