import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import {
  type Client,
  isGrpcServiceError,
  ServiceError,
  WithStartWorkflowOperation,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { ApplicationFailure, type UpdateDefinition } from '@temporalio/common';
import type { Logger } from 'pino';
import type { CommandAnswer, LeadCommand } from '../../domain/lead/lead-command.js';
import * as contract from '../../workflows/contracts/lead-lifecycle.contract.js';
import { describeError } from '../common/logger.js';
import { LOGGER } from '../common/logger.token.js';
import { notFound, unavailable } from '../common/problem.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { leadStart, type StartableLead, workflowIdOf } from './lead-start.js';
import { TEMPORAL_CLIENT } from './temporal-client.token.js';

type Args<K extends LeadCommand['kind']> = Omit<Extract<LeadCommand, { kind: K }>, 'kind'>;

/** How long a person waits for an answer before they are told that it is safe to repeat. */
const ANSWER_WITHIN_MS = 10_000;
const RETRY_AFTER_MS = 100;
/** Status code of gRPC. */
const FAILED_PRECONDITION = 9;

/**
 * Typed façade over a lead's workflow: ids, update ids and error mapping stand here and nowhere else. Every command
 * answers what the process decided; throws 404 when the lead has no running process and 503, with a log line that says
 * why, when the answer did not come.
 * `updateId` makes a repeated call the same call.
 */
@Injectable()
export class LeadHandleService {
  constructor(
    @Inject(TEMPORAL_CLIENT) private readonly client: Client,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  acceptHandoff(leadId: string, args: Args<'accept'>, updateId: string): Promise<CommandAnswer> {
    return this.command(leadId, contract.acceptHandoffUpdate.name, args, updateId);
  }

  rejectHandoff(leadId: string, args: Args<'reject'>, updateId: string): Promise<CommandAnswer> {
    return this.command(leadId, contract.rejectHandoffUpdate.name, args, updateId);
  }

  reassignHandoff(leadId: string, args: Args<'reassign'>, updateId: string): Promise<CommandAnswer> {
    return this.command(leadId, contract.reassignHandoffUpdate.name, args, updateId);
  }

  acknowledgeReturn(leadId: string, args: Args<'acknowledge'>, updateId: string): Promise<CommandAnswer> {
    return this.command(leadId, contract.acknowledgeReturnUpdate.name, args, updateId);
  }

  recordFirstTouch(leadId: string, args: Args<'first_touch'>, updateId: string): Promise<CommandAnswer> {
    return this.command(leadId, contract.recordFirstTouchUpdate.name, args, updateId);
  }

  giveBack(leadId: string, args: Args<'give_back'>, updateId: string): Promise<CommandAnswer> {
    return this.command(leadId, contract.giveBackUpdate.name, args, updateId);
  }

  stopCover(leadId: string, args: Args<'stop_cover'>, updateId: string): Promise<CommandAnswer> {
    return this.command(leadId, contract.stopCoverUpdate.name, args, updateId);
  }

  recordOutcome(leadId: string, args: Args<'outcome'>, updateId: string): Promise<CommandAnswer> {
    return this.command(leadId, contract.recordOutcomeUpdate.name, args, updateId);
  }

  completeTodo(leadId: string, args: Args<'complete_todo'>, updateId: string): Promise<CommandAnswer> {
    return this.command(leadId, contract.completeTodoUpdate.name, args, updateId);
  }

  migrateEnrollment(leadId: string, args: Args<'migrate_enrollment'>, updateId: string): Promise<CommandAnswer> {
    return this.command(leadId, contract.migrateEnrollmentUpdate.name, args, updateId);
  }

  migrateSuspended(leadId: string, args: Args<'migrate_suspended'>, updateId: string): Promise<CommandAnswer> {
    return this.command(leadId, contract.migrateSuspendedUpdate.name, args, updateId);
  }

  undoDecision(leadId: string, args: Args<'undo'>, updateId: string): Promise<CommandAnswer> {
    return this.command(leadId, contract.undoDecisionUpdate.name, args, updateId);
  }

  withdraw(leadId: string, args: Args<'withdraw'>, updateId: string): Promise<CommandAnswer> {
    return this.command(leadId, contract.withdrawUpdate.name, args, updateId);
  }

  enroll(leadId: string, args: Args<'enroll'>, updateId: string): Promise<CommandAnswer> {
    return this.command(leadId, contract.enrollUpdate.name, args, updateId);
  }

  pause(leadId: string, args: Args<'pause'>, updateId: string): Promise<CommandAnswer> {
    return this.command(leadId, contract.pauseUpdate.name, args, updateId);
  }

  resume(leadId: string, args: Args<'resume'>, updateId: string): Promise<CommandAnswer> {
    return this.command(leadId, contract.resumeUpdate.name, args, updateId);
  }

  removeFromCadence(leadId: string, args: Args<'remove_from_cadence'>, updateId: string): Promise<CommandAnswer> {
    return this.command(leadId, contract.removeFromCadenceUpdate.name, args, updateId);
  }

  pushToSales(leadId: string, args: Args<'push'>, updateId: string): Promise<CommandAnswer> {
    return this.command(leadId, contract.pushToSalesUpdate.name, args, updateId);
  }

  disqualify(leadId: string, args: Args<'disqualify'>, updateId: string): Promise<CommandAnswer> {
    return this.command(leadId, contract.disqualifyUpdate.name, args, updateId);
  }

  /** The same for a lead that has just come in: its workflow is started with it. */
  disqualifyNew(lead: StartableLead, args: Args<'disqualify'>, updateId: string): Promise<CommandAnswer> {
    return this.startWith(lead, contract.disqualifyUpdate, args, updateId);
  }

  /** A closed lead's workflow is started again where the record says it stood; one that runs gets the command. */
  reopen(lead: StartableLead, args: Args<'reopen'>, updateId: string): Promise<CommandAnswer> {
    return this.startWith(lead, contract.reopenUpdate, args, updateId);
  }

  /** From every state: a workflow that is over, lost or not there yet is started with it. */
  erase(lead: StartableLead, args: Args<'erase'>, updateId: string): Promise<CommandAnswer> {
    return this.startWith(lead, contract.eraseUpdate, args, updateId);
  }

  private command(leadId: string, update: string, args: object, updateId: string): Promise<CommandAnswer> {
    const handle = this.client.workflow.getHandle(workflowIdOf(this.config.temporal, leadId));
    return this.ask(leadId, isBetweenTasks, () =>
      handle.executeUpdate<CommandAnswer, [object]>(update, { args: [args], updateId }),
    );
  }

  private startWith<A extends object>(
    lead: StartableLead,
    update: UpdateDefinition<CommandAnswer, [A]>,
    args: A,
    updateId: string,
  ): Promise<CommandAnswer> {
    const options = leadStart(lead, this.config.temporal);
    return this.ask(lead.id, isBetweenRuns, () =>
      this.client.workflow.executeUpdateWithStart(update, {
        args: [args],
        updateId,
        startWorkflowOperation: new WithStartWorkflowOperation(contract.LEAD_LIFECYCLE, {
          ...options,
          // Two of them at once meet in one run.
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        }),
      }),
    );
  }

  /** Sends until there is an answer; `mayRepeat` says which failures the same call may get over. */
  private async ask(
    leadId: string,
    mayRepeat: (failure: unknown) => boolean,
    send: () => Promise<CommandAnswer>,
  ): Promise<CommandAnswer> {
    const deadline = Date.now() + ANSWER_WITHIN_MS;
    for (;;) {
      const isLast = Date.now() + RETRY_AFTER_MS > deadline;
      try {
        const answer = await this.client.connection.withDeadline(deadline, send);
        if (isLast || !mayRepeat(answer)) return answer;
      } catch (error) {
        if (isLast || !mayRepeat(error)) return this.refusalOf(leadId, error);
      }
      await pause(RETRY_AFTER_MS);
    }
  }

  /**
   * The answer inside a refused Update; throws what else became of it. One that failed otherwise, as when its run ended
   * under it or the engine was killed, decided nothing the caller could be told: its `cause` says so.
   */
  private refusalOf(leadId: string, error: unknown): CommandAnswer {
    if (error instanceof WorkflowUpdateFailedError) {
      const { cause } = error;
      if (cause instanceof ApplicationFailure && cause.type === 'CommandRefused')
        return cause.details?.[0] as CommandAnswer;
    }
    if (error instanceof WorkflowNotFoundError) throw notFound('This lead has no running process.');
    this.logger.warn({ leadId, err: describeError(error) }, 'command not delivered');
    const problem = unavailable(
      5,
      'The decision could not be delivered yet. Repeat the same request: it cannot count twice.',
    );
    problem.cause = error;
    throw problem;
  }
}

/** The server gave the Update up with the task that carried it, as when a run ends while a poke arrives. Ask again. */
function isBetweenTasks(error: unknown): boolean {
  // An Update that may start the workflow fails with the bare error.
  const failure = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(failure) && Number(failure.code) === FAILED_PRECONDITION;
}

/** The run that was met is over: the next call starts another one. */
function isBetweenRuns(failure: unknown): boolean {
  if (isBetweenTasks(failure) || failure instanceof WorkflowNotFoundError) return true;
  if (failure instanceof Error) return false;
  return (failure as CommandAnswer).ok === false && (failure as { readonly why: string }).why === 'closed';
}
