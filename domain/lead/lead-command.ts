import type { CadencePlan } from '../cadence/cadence-plan.js';
import type { StepMoves } from '../cadence/map-steps.js';
import type { LastDecision } from './lead-process.js';
import type { ResumePolicy } from './resume-policy.js';
import type { LeadState } from './lead-state.js';

/** What a job says of an enrollment that goes over to another version of its cadence. */
interface MigrationOrder {
  readonly enrollmentNo: number;
  readonly fromVersionId: string;
  /** The version to go over to: ids and targets only. */
  readonly plan: CadencePlan;
  readonly moves: StepMoves['moves'];
  readonly fresh: StepMoves['fresh'];
  readonly jobId: string;
  readonly by: string;
}

/** A decision or order of a person or CRM. `by` is a person's id. */
export type LeadCommand =
  | {
      readonly kind: 'accept';
      readonly handoffNo: number;
      readonly by: string;
      readonly via: DecisionChannel;
      readonly firstContactBy?: number;
      readonly meetingAt?: number;
      readonly noteId?: string;
    }
  | {
      readonly kind: 'reject';
      readonly handoffNo: number;
      readonly by: string;
      readonly via: DecisionChannel;
      readonly reason: string;
      readonly earliestReturnAt?: number;
      readonly quality?: number;
      readonly noteId?: string;
    }
  | {
      readonly kind: 'reassign';
      readonly handoffNo: number;
      readonly by: string;
      /** Absent: routing chooses, as for a new offer, among those who did not have this one. */
      readonly toPersonId?: string;
      readonly noteId?: string;
    }
  | { readonly kind: 'acknowledge'; readonly handoffNo: number; readonly by: string; readonly noteId?: string }
  | {
      readonly kind: 'first_touch';
      readonly handoffNo: number;
      readonly by: string;
      readonly disposition: string;
      readonly occurredAt: number;
      readonly noteId?: string;
    }
  | {
      readonly kind: 'give_back';
      readonly handoffNo: number;
      readonly by: string;
      readonly reason: string;
      readonly earliestReturnAt?: number;
      readonly noteId?: string;
    }
  | {
      readonly kind: 'stop_cover';
      readonly handoffNo: number;
      readonly by: string;
      readonly via: DecisionChannel;
      readonly noteId?: string;
    }
  | {
      readonly kind: 'outcome';
      readonly by: string;
      readonly outcome: 'won' | 'lost';
      readonly reason?: string;
      readonly amount?: string;
      readonly currency?: string;
      readonly externalId?: string;
      readonly noteId?: string;
    }
  | {
      readonly kind: 'complete_todo';
      readonly enrollmentNo: number;
      readonly step: string;
      readonly visit: number;
      readonly disposition: string;
      readonly by: string;
      readonly noteId?: string;
    }
  | ({ readonly kind: 'migrate_enrollment' } & MigrationOrder)
  /** The same for an enrollment that waits below the running one. */
  | ({ readonly kind: 'migrate_suspended' } & MigrationOrder)
  | { readonly kind: 'disqualify'; readonly by: string; readonly noteId?: string }
  | {
      readonly kind: 'undo';
      readonly handoffNo: number;
      readonly by: string;
      readonly via: DecisionChannel;
      readonly noteId?: string;
    }
  | { readonly kind: 'push'; readonly by: string; readonly noteId: string }
  /** Without a number whatever is on its way to sales is taken back. */
  | { readonly kind: 'withdraw'; readonly by: string; readonly handoffNo?: number; readonly noteId?: string }
  /** What it is in meanwhile waits below, and goes on after. */
  | { readonly kind: 'enroll'; readonly by: string; readonly cadence: string; readonly noteId?: string }
  | { readonly kind: 'pause'; readonly by: string; readonly noteId?: string }
  | { readonly kind: 'resume'; readonly by: string; readonly policy: ResumePolicy; readonly noteId?: string }
  /** Without a cadence the one it runs through. */
  | { readonly kind: 'remove_from_cadence'; readonly by: string; readonly cadence?: string; readonly noteId?: string }
  | { readonly kind: 'reopen'; readonly by: string; readonly noteId: string }
  | { readonly kind: 'erase'; readonly by: string };

export type DecisionChannel = 'api' | 'mail' | 'signal';

/** The answer to a command: done, or what stands against it. */
export type CommandAnswer =
  | { readonly ok: true; readonly state: LeadState; readonly at: number; readonly repeated?: boolean }
  | { readonly ok: false; readonly state: LeadState; readonly why: string; readonly decision?: LastDecision };
