import type { LeadState } from './lead-state.js';
import type { LeadVersion } from './lead-version.js';
import type { CatchUp } from './resume-policy.js';
import type { NoticeKind } from './notice-kind.js';

/** Instants are epoch milliseconds on the lead's clock, persons are ids: the process stands in histories. */

/** What a rung of a ladder does. */
export type RungAction = 'remind' | 'tell_team_owner' | 'escalate' | 'reassign' | 'return';

/** One ordered set of rungs in business time, already resolved to instants. `next` is the index of the rung to come. */
export interface Ladder {
  readonly purpose: 'accept' | 'first_touch' | 'acknowledge';
  readonly rungs: readonly { readonly at: number; readonly do: RungAction }[];
  readonly next: number;
  /** From this instant on the SLA is breached; the handoff may still be answered. */
  readonly breachAt: number;
  /** Of an accept ladder that reassigns: how often, and what a rung does when none is left. */
  readonly reassign?: { readonly times: number; readonly then: 'return' | 'escalate' };
}

/** One run through one cadence version, as far as the process needs it. */
export interface EnrollmentProcess {
  readonly no: number;
  readonly cadence: string;
  readonly versionId: string;
  readonly version: number;
  /** An air cover runs beside sales; without a phase the cadence is marketing's own. */
  readonly phase?: 'air_cover';
  readonly enteredAt: number;
  readonly step: string;
  readonly visit: number;
  /** Visits so far per step id; a step not named was visited once. */
  readonly visits: Readonly<Record<string, number>>;
  /** The instant at which the step before was done (of a touch: its claim); the lower bound of `since_entry`. */
  readonly stepAt: number;
  /** When the wait ends or the touch is due; unknown until the next sync has computed it. */
  readonly dueAt?: number;
  /** The slot of the touch that comes directly after this wait, when it is known already. */
  readonly nextDueAt?: number;
  /** A touch of this step is under way. */
  readonly sending?: boolean;
  /** The webhook of this step is on its way; its answer picks the branch. */
  readonly posted?: boolean;
  /** Why the touch of this step is held; it is tried again when a fact after `heldCursor` arrives. */
  readonly held?: string;
  readonly heldCursor?: number;
  /** Set while suspended: since when. The remaining time is `dueAt - suspendedAt`. */
  readonly suspendedAt?: number;
  /** When a suspended enrollment resumes by itself. */
  readonly resumeAt?: number;
  /** When it last resumed or went over to another version: what came before counts from here. */
  readonly resumedAt?: number;
  /** Set once it went over to another version of its cadence. */
  readonly moved?: MovedEnrollment;
  /** What the step was measured by before it went over, until a sync has measured it by the version in force. */
  readonly measured?: {
    readonly versionId: string;
    readonly step: string;
    readonly dueAt?: number;
    readonly notBefore: number;
  };
  /** The pause of its cadence that stopped its clock, until that pause ends. */
  readonly pausedBy?: number;
  /** Number of the last pause of its cadence that is over for it. */
  readonly pauseNo?: number;
  /** It goes on since `at`, and what was due before then is late: spread from there on, or skipped. */
  readonly catchUp?: CatchUp;
}

/** The last change of an enrollment's version. */
export interface MovedEnrollment {
  readonly at: number;
  /** The version it came from. */
  readonly from: number;
  /** Touches done before the move: each is passed over once when the new version leads to it again, unless by a goto. */
  readonly done: readonly string[];
  /** Steps that were left for another one before they were done, though an earlier visit was. */
  readonly undone?: readonly string[];
}

/** The open handoff, from qualification to its end. */
export interface HandoffProcess {
  readonly no: number;
  readonly qualifiedBy: 'definition' | 'person' | 'step';
  readonly ruleId: string | null;
  readonly definitionVersionId: string | null;
  readonly qualifiedAt: number;
  /** Of a push: the note that says why. */
  readonly noteId?: string;
  /** Of an `offer` step: where its reason stands. */
  readonly offerStep?: { readonly versionId: string; readonly step: string };
  /** How often the ladder has passed the lead on since it qualified, from whom last, and what follows when nobody else can take it. */
  readonly passedOn?: {
    readonly times: number;
    readonly fromId?: string | undefined;
    readonly then: 'return' | 'escalate';
  };
  /** Set when a person chose the assignee. */
  readonly wantedAssigneeId?: string;
  /** Why it is not offered yet, and when to look again: at `retryAt`, or when a fact after `cursor` arrives; `tries` failed. */
  readonly waiting?: {
    readonly why: string;
    readonly retryAt?: number;
    readonly cursor?: number;
    readonly tries?: number;
  };
  readonly offeredAt?: number;
  readonly assigneeId?: string;
  readonly acceptedAt?: number;
  readonly graceEndsAt?: number;
  readonly firstTouchAt?: number;
  readonly firstContactBy?: number;
  /** When an air cover begins; 0: none will, or it has begun. Unknown until the first sync after the acceptance. */
  readonly coverAt?: number;
  /** When sales stopped the air cover. */
  readonly coverStoppedAt?: number;
  /** The last reply of the lead of which somebody was told. */
  readonly repliedAt?: number;
}

/** The way back from sales, until marketing acknowledges. */
export interface ReturnProcess {
  readonly handoffNo: number;
  readonly cause: 'rejected' | 'expired' | 'given_back' | 'lost';
  readonly reason: string | null;
  readonly decidedAt: number;
  readonly wantedReturnAt?: number;
  /** The definition was met by a hand-raise meanwhile: acknowledging qualifies by this rule. */
  readonly raised?: { readonly ruleId: string; readonly definitionVersionId: string };
  /** What the recycle policy says, resolved by the sync after the return. */
  readonly path?: RecyclePath;
}

/** Where a returned lead goes once acknowledged. */
export interface RecyclePath {
  readonly to: 'resume' | 'cadence' | 'disqualify' | 'review';
  readonly cadence?: string;
  readonly earliestReturnAt?: number;
  readonly scoreFactor?: number;
}

/** A decision on a handoff: a repeated call gets it again, another one is told who decided and when. */
export interface LastDecision {
  readonly handoffNo: number;
  readonly kind: DecisionKind;
  readonly by: string | null;
  readonly at: number;
  /** Of a withdrawn one: the person the lead went to instead. */
  readonly toPersonId?: string;
  /** Of a withdrawn one: routing was asked for somebody else. */
  readonly rerouted?: true;
}

export type DecisionKind =
  | 'accepted'
  | 'rejected'
  | 'expired'
  | 'withdrawn'
  | 'given_back'
  | 'acknowledged'
  | 'won'
  | 'lost'
  | 'undone'
  | 'pushed'
  | 'reopened';

/** What undoing the last decision brings back: the ladder runs on as if nobody had decided. */
export interface UndoProcess {
  readonly handoffNo: number;
  /** Who decided: nobody else can undo. */
  readonly by: string;
  /** Until here, exclusive. */
  readonly until: number;
  readonly ladder?: Ladder;
  /** Of a rejection: what it overwrote. */
  readonly qualifyAfter?: number;
}

/** The state of one lead's process: small, ids only, versioned. The plan of the cadence stands beside it. */
export interface LeadProcess {
  /** The behaviour it lives by: what one version does differently asks for it here. */
  readonly v: LeadVersion;
  readonly state: LeadState;
  readonly since: number;
  readonly rev: number;
  /** Every relevant fact up to this `seq` has been reduced, in order. */
  readonly cursor: number;
  /** Facts after the cursor that are already reduced: facts are taken by instant, the cursor moves when none is left. */
  readonly ahead?: readonly number[];
  readonly contactable: boolean;
  readonly enrollments: number;
  readonly enrollment?: EnrollmentProcess;
  /** Enrollments superseded by one of higher priority, clocks stopped, newest last: it resumes when `enrollment` ends. */
  readonly suspended?: readonly EnrollmentProcess[];
  /** A person stopped its cadences: since when and who. */
  readonly paused?: { readonly at: number; readonly by: string };
  /** The cadence a policy or a person chose for the next enrollment. */
  readonly nextCadence?: string;
  /** Before this instant only a hand-raise qualifies and no cadence starts; kept once it has passed. */
  readonly earliestReturnAt?: number;
  /** A person has to act before a cadence takes the lead again. */
  readonly hold?: 'replied' | 'review';
  /** No cadence takes the lead now: when to ask again. */
  readonly noCadenceUntil?: number;
  readonly handoffs: number;
  /** How often the lead came back from sales, the present time included. */
  readonly returns?: number;
  readonly handoff?: HandoffProcess;
  readonly ladder?: Ladder;
  readonly returning?: ReturnProcess;
  /** Kept while the last decision can be undone; over it says nothing any more. */
  readonly undo?: UndoProcess;
  readonly lastDecision?: LastDecision;
  /** The decisions before it, newest first, a few. */
  readonly earlierDecisions?: readonly LastDecision[];
  /** Qualification needs a counted fact later than this: the last return, withdrawal or closing. */
  readonly qualifyAfter?: number;
  /** In this state no rule, guard or option held up to here: what is learned now counts from here on. */
  readonly judgedAt?: number;
  /** The next instant at which a registered condition changes by time alone. */
  readonly nextChangeAt?: number;
  readonly notices: number;
}

/** A fact as the process sees it: who and what stay in the record. */
export interface ProcessFact {
  readonly seq: number;
  readonly at: number;
  readonly kind: string;
  readonly handRaise?: boolean;
}

/** What the reducer says happened; the sync writes it to the record, `kind` by kind. */
export interface LeadRecord {
  readonly kind: LeadRecordKind;
  readonly at: number;
  readonly data: Readonly<Record<string, string | number | boolean | null | undefined>>;
}

export type LeadRecordKind =
  | 'state'
  | 'custody'
  | 'qualified'
  | 'offer_waiting'
  | 'offered'
  | 'decided'
  | 'first_touch'
  | 'acknowledged'
  | 'outcome'
  | 'rung'
  | 'enrolled'
  | 'step'
  | 'waited'
  | 'branched'
  | 'set'
  | 'todo'
  | 'todo_done'
  | 'webhook'
  | 'webhook_done'
  | 'held'
  | 'suspended'
  | 'resumed'
  | 'enrollment_ended'
  | 'migrated'
  | 'passed'
  | 'recycle_path'
  | 'score_factor'
  | 'notice_failed'
  | 'ignored';

/** Work the shell does for the process; results come back as inputs of `advanceLead`. */
export type LeadEffect =
  | {
      readonly kind: 'send_touch';
      readonly enrollmentNo: number;
      readonly step: string;
      readonly visit: number;
      readonly dueAt: number;
      /** A touch that was due before this instant is skipped. */
      readonly skipBefore?: number;
    }
  | { readonly kind: 'open_handoff' }
  | { readonly kind: 'notify'; readonly notice: NoticeKind; readonly handoffNo: number; readonly ordinal: number };

/** One outcome of the reducer. */
export interface Advance {
  readonly process: LeadProcess;
  readonly records: readonly LeadRecord[];
  readonly effects: readonly LeadEffect[];
}
