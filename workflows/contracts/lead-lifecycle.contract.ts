import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { CadencePlan } from '../../domain/cadence/cadence-plan.js';
import type { CommandAnswer, LeadCommand } from '../../domain/lead/lead-command.js';
import type { LeadProcess } from '../../domain/lead/lead-process.js';
import type { LeadVersion } from '../../domain/lead/lead-version.js';

/** Type name, queues and ids: the names other Temporal clients rely on. */
export const LEAD_LIFECYCLE = 'leadLifecycle';
export const LEADS_QUEUE = 'baton-leads';
export const IO_QUEUE = 'baton-io';

const PREFIX = 'lead/';

/** Workflow id of a lead. */
export function leadWorkflowId(leadId: string): string {
  return `${PREFIX}${leadId}`;
}

/** The lead of a workflow id; undefined when the id is none of ours. */
export function leadIdOf(workflowId: string): string | undefined {
  return workflowId.startsWith(PREFIX) ? workflowId.slice(PREFIX.length) : undefined;
}

/** Input of a run. `process` and `plan` are carried over by continue-as-new. */
export interface LeadLifecycleInput {
  /** Which behaviour the lead lives by, kept over all its runs; the versions have one shape. */
  readonly v: LeadVersion;
  readonly leadId: string;
  /** Queue of the mail activities; the one of the deployment when absent. */
  readonly ioQueue?: string;
  /** Added to the clock of the engine, in milliseconds; 0 in production, set in rehearsals and tests. */
  readonly clockOffsetMs?: number;
  /** Forces continue-as-new after that many history events. */
  readonly testMaxHistory?: number;
  readonly process?: LeadProcess;
  readonly plan?: CadencePlan;
}

/** Something may have changed: look. `seq` is only a hint for people who read the history. */
export const pokeSignal = defineSignal<[{ seq: number }]>('poke');

/** Decisions of operators and other Temporal clients; ignored with a recorded reason where they don't apply. */
export const salesAcceptedSignal = defineSignal<[SalesAccepted]>('salesAccepted');
export const salesRejectedSignal = defineSignal<[SalesRejected]>('salesRejected');

/** `by` is a person's id. */
export interface SalesAccepted {
  readonly handoffNo: number;
  readonly by: string;
}

export interface SalesRejected extends SalesAccepted {
  readonly reason: string;
}

type Command<K extends LeadCommand['kind']> = Omit<Extract<LeadCommand, { kind: K }>, 'kind'>;

export const acceptHandoffUpdate = defineUpdate<CommandAnswer, [Command<'accept'>]>('acceptHandoff');
export const rejectHandoffUpdate = defineUpdate<CommandAnswer, [Command<'reject'>]>('rejectHandoff');
export const reassignHandoffUpdate = defineUpdate<CommandAnswer, [Command<'reassign'>]>('reassignHandoff');
export const acknowledgeReturnUpdate = defineUpdate<CommandAnswer, [Command<'acknowledge'>]>('acknowledgeReturn');
export const recordFirstTouchUpdate = defineUpdate<CommandAnswer, [Command<'first_touch'>]>('recordFirstTouch');
export const giveBackUpdate = defineUpdate<CommandAnswer, [Command<'give_back'>]>('giveBack');
export const stopCoverUpdate = defineUpdate<CommandAnswer, [Command<'stop_cover'>]>('stopCover');
export const recordOutcomeUpdate = defineUpdate<CommandAnswer, [Command<'outcome'>]>('recordOutcome');
export const completeTodoUpdate = defineUpdate<CommandAnswer, [Command<'complete_todo'>]>('completeTodo');
export const migrateEnrollmentUpdate = defineUpdate<CommandAnswer, [Command<'migrate_enrollment'>]>(
  'migrateEnrollment',
);
export const migrateSuspendedUpdate = defineUpdate<CommandAnswer, [Command<'migrate_suspended'>]>('migrateSuspended');
export const undoDecisionUpdate = defineUpdate<CommandAnswer, [Command<'undo'>]>('undoDecision');
export const withdrawUpdate = defineUpdate<CommandAnswer, [Command<'withdraw'>]>('withdraw');
export const pushToSalesUpdate = defineUpdate<CommandAnswer, [Command<'push'>]>('pushToSales');
export const reopenUpdate = defineUpdate<CommandAnswer, [Command<'reopen'>]>('reopen');
export const eraseUpdate = defineUpdate<CommandAnswer, [Command<'erase'>]>('erase');
export const disqualifyUpdate = defineUpdate<CommandAnswer, [Command<'disqualify'>]>('disqualify');

export const enrollUpdate = defineUpdate<CommandAnswer, [Command<'enroll'>]>('enroll');
export const pauseUpdate = defineUpdate<CommandAnswer, [Command<'pause'>]>('pause');
export const resumeUpdate = defineUpdate<CommandAnswer, [Command<'resume'>]>('resume');
export const removeFromCadenceUpdate = defineUpdate<CommandAnswer, [Command<'remove_from_cadence'>]>(
  'removeFromCadence',
);

/** The Update of each kind of command: a line here makes a command known to the workflow. */
export const COMMAND_UPDATES: {
  readonly [K in LeadCommand['kind']]: ReturnType<typeof defineUpdate<CommandAnswer, [Command<K>]>>;
} = {
  accept: acceptHandoffUpdate,
  reject: rejectHandoffUpdate,
  reassign: reassignHandoffUpdate,
  acknowledge: acknowledgeReturnUpdate,
  first_touch: recordFirstTouchUpdate,
  give_back: giveBackUpdate,
  stop_cover: stopCoverUpdate,
  outcome: recordOutcomeUpdate,
  complete_todo: completeTodoUpdate,
  migrate_enrollment: migrateEnrollmentUpdate,
  migrate_suspended: migrateSuspendedUpdate,
  disqualify: disqualifyUpdate,
  undo: undoDecisionUpdate,
  withdraw: withdrawUpdate,
  push: pushToSalesUpdate,
  enroll: enrollUpdate,
  pause: pauseUpdate,
  resume: resumeUpdate,
  remove_from_cadence: removeFromCadenceUpdate,
  reopen: reopenUpdate,
  erase: eraseUpdate,
};

/** Where the lead stands, for operators and tests. */
export interface LeadSnapshot {
  readonly process: LeadProcess;
  readonly now: number;
  readonly nextWakeAt: number | null;
  readonly idle: boolean;
}

export const leadSnapshotQuery = defineQuery<LeadSnapshot>('leadSnapshot');
