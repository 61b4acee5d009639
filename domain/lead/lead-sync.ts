import type { CadencePlan } from '../cadence/cadence-plan.js';
import type { LeadTurn } from './lead-turn.js';
import type { EnrollmentProcess, Ladder, LeadProcess, LeadRecord, ProcessFact, RecyclePath } from './lead-process.js';
import type { CatchUp, ResumePolicy } from './resume-policy.js';

/** What the process needs to know next; computed from the process alone by `askOf`. */
export interface Ask {
  /** Intake checks of a raw lead. */
  readonly intake?: boolean;
  /** The definition: since when a counted fact is needed, and whether only a hand-raise may pass. */
  readonly qualify?: {
    readonly from: number;
    /** A return: only counted facts later than this count. */
    readonly after?: number;
    /** Rules other than a hand-raise count from here on; never when it is absent and `handRaiseOnly`. */
    readonly rulesFrom?: number;
    readonly handRaiseOnly?: boolean;
  };
  /** Which cadence takes the lead; `cadence` when a policy chose it. */
  readonly entry?: { readonly cadence?: string };
  /** Whether a cadence of higher priority takes the lead from the running one; `cadence` when a person chose it. */
  readonly supersede?: { readonly cadence?: string };
  /** Exit guards of the enrollments that wait below the running one. */
  readonly suspended?: readonly {
    readonly no: number;
    readonly versionId: string;
    readonly enteredAt: number;
    readonly judgedAt?: number;
  }[];
  /** Exit guards and the step of the running enrollment. */
  readonly step?: {
    readonly versionId: string;
    readonly enrollmentNo: number;
    readonly enteredAt: number;
    readonly step: string;
    readonly visit: number;
    readonly stepAt: number;
    readonly dueAt?: number;
    readonly resumedAt?: number;
    /** Conditions did not hold up to here. */
    readonly judgedAt?: number;
    /** It went over to this version then: guards of it act at that instant or later. */
    readonly movedAt?: number;
    readonly measured?: EnrollmentProcess['measured'];
    /** A webhook of the step is on its way: how did it end? */
    readonly posted?: boolean;
    /** The last pause of the cadence that is over for the enrollment; asked only where a pause can matter. */
    readonly afterPause?: number;
    /** The pause that has stopped its clock. */
    readonly pausedBy?: number;
    readonly catchUp?: CatchUp;
    /** Only guards are armed while suspended. */
    readonly suspended?: boolean;
  };
  /** Instants of a ladder that starts at `from`. */
  readonly ladder?: {
    readonly purpose: Ladder['purpose'];
    readonly from: number;
    readonly assigneeId?: string;
    readonly firstContactBy?: number;
  };
  /** The end of the shared zone after an acceptance at `from`. */
  readonly grace?: { readonly from: number; readonly assigneeId: string };
  /** Which air cover runs beside sales, from the instant at which the acceptance can no longer be undone. */
  readonly cover?: { readonly from: number };
  readonly recycle?: {
    readonly reason: string | null;
    readonly decidedAt: number;
    readonly wantedReturnAt?: number;
    /** How often the lead came back, this time included. */
    readonly loops: number;
  };
  /** A change of the profile can matter now (incomplete packet, held touch). */
  readonly profile?: boolean;
}

/** What holds, with the instant since when. Every verdict is computed from the whole record, so it may be asked again. */
export interface Answers {
  /** The process as it was stored by an earlier run of a lost workflow: go on from it. */
  readonly restored?: LeadProcess;
  /** The `now` of the sync. */
  readonly at?: number;
  readonly cursor: number;
  readonly facts: readonly ProcessFact[];
  readonly contactable: boolean;
  readonly intake?: { readonly ok: boolean; readonly why: string };
  readonly qualified?: {
    readonly at: number;
    readonly ruleId: string;
    readonly definitionVersionId: string;
    /** The rule asks for a hand-raise. */
    readonly handRaise?: boolean;
  };
  /** `step`: where an earlier enrollment left, by the re-entry policy `resume`. */
  readonly entry?: { readonly plan?: CadencePlan; readonly step?: string; readonly retryAt?: number };
  readonly supersede?: { readonly plan: CadencePlan; readonly step?: string };
  /** The air cover of an accepted lead: its plan when it is due, until then `at`; neither where there is none for it. */
  readonly cover?: { readonly plan?: CadencePlan; readonly step?: string; readonly at?: number };
  /** The first guard that holds of an enrollment below the running one. */
  readonly suspendedGuard?: { readonly no: number; readonly at: number; readonly reason: string };
  /** The cadence of the running enrollment is paused, or was while nobody looked; `until` and `policy` of one that is over. */
  readonly cadencePause?: {
    readonly no: number;
    readonly at: number;
    readonly until?: number;
    readonly policy?: ResumePolicy;
  };
  /** The plan of the enrollment in `ask.step`, sent when the workflow said that it has none. */
  readonly plan?: CadencePlan;
  readonly guard?: { readonly at: number; readonly index: number };
  readonly winner?: { readonly at: number; readonly option: number; readonly seq?: number };
  /** Index of the case that holds, -1 for `otherwise`. */
  readonly branch?: number;
  /** How the webhook of the step ended. */
  readonly posted?: 'delivered' | 'dead';
  readonly dueAt?: number;
  /** Of a wait: the slot of the touch that comes directly after it. */
  readonly nextDueAt?: number;
  readonly ladder?: Ladder;
  readonly graceEndsAt?: number;
  readonly recycle?: RecyclePath;
  readonly nextChangeAt?: number;
  /** A person's id, for a search attribute; given when it may have changed or is asked for. */
  readonly accountableId?: string;
}

/** Argument of the `syncLead` activity: everything it stores is computed from it. */
export interface SyncLeadInput {
  readonly leadId: string;
  /** First run of the chain of runs that calls: another one means that the workflow was lost and started anew. */
  readonly chain: string;
  readonly now: number;
  /** The workflow task that asks. */
  readonly turn?: LeadTurn;
  readonly process: LeadProcess;
  readonly records: readonly LeadRecord[];
  readonly ask: Ask;
  /** True when the workflow holds no plan for the running enrollment. */
  readonly needsPlan?: boolean;
  /** True when the workflow does not know who is accountable. */
  readonly needsAccountable?: boolean;
}
