import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import {
  type Client,
  isGrpcServiceError,
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { CommandAnswer, LeadCommand } from '../../domain/lead/lead-process.js';
import * as contract from '../../workflows/contracts/lead-lifecycle.contract.js';
import { notFound, unavailable } from '../common/problem.js';
import { TEMPORAL_CLIENT } from './temporal-client.token.js';

type Args<K extends LeadCommand['kind']> = Omit<Extract<LeadCommand, { kind: K }>, 'kind'>;

/** How long a person waits for an answer before they are told that it is safe to repeat. */
const ANSWER_WITHIN_MS = 10_000;
const RETRY_AFTER_MS = 100;
/** Status code of gRPC. */
const FAILED_PRECONDITION = 9;

/**
 * Typed façade over a lead's workflow: ids, update ids and error mapping stand here and nowhere else. Every command
 * answers what the process decided; throws 404 when the lead has no running process and 503 when Temporal is away.
 * `updateId` makes a repeated call the same call.
 */
@Injectable()
export class LeadHandleService {
  constructor(@Inject(TEMPORAL_CLIENT) private readonly client: Client) {}

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

  recordOutcome(leadId: string, args: Args<'outcome'>, updateId: string): Promise<CommandAnswer> {
    return this.command(leadId, contract.recordOutcomeUpdate.name, args, updateId);
  }

  completeTodo(leadId: string, args: Args<'complete_todo'>, updateId: string): Promise<CommandAnswer> {
    return this.command(leadId, contract.completeTodoUpdate.name, args, updateId);
  }

  disqualify(leadId: string, args: Args<'disqualify'>, updateId: string): Promise<CommandAnswer> {
    return this.command(leadId, contract.disqualifyUpdate.name, args, updateId);
  }

  private async command(leadId: string, update: string, args: object, updateId: string): Promise<CommandAnswer> {
    const handle = this.client.workflow.getHandle(contract.leadWorkflowId(leadId));
    const deadline = Date.now() + ANSWER_WITHIN_MS;
    for (;;) {
      try {
        return await this.client.connection.withDeadline(deadline, () =>
          handle.executeUpdate<CommandAnswer, [object]>(update, { args: [args], updateId }),
        );
      } catch (error) {
        if (!isBetweenTasks(error) || Date.now() + RETRY_AFTER_MS > deadline) return refusalOf(error);
        await pause(RETRY_AFTER_MS);
      }
    }
  }
}

/** The server gave the Update up with the task that carried it, as when a run ends while a poke arrives. Ask again. */
function isBetweenTasks(error: unknown): boolean {
  return (
    error instanceof ServiceError && isGrpcServiceError(error.cause) && Number(error.cause.code) === FAILED_PRECONDITION
  );
}

/** The answer inside a refused Update; throws what else became of it. */
function refusalOf(error: unknown): CommandAnswer {
  if (error instanceof WorkflowUpdateFailedError) {
    const { cause } = error;
    if (cause instanceof ApplicationFailure && cause.type === 'CommandRefused')
      return cause.details?.[0] as CommandAnswer;
    throw error;
  }
  if (error instanceof WorkflowNotFoundError) throw notFound('This lead has no running process.');
  throw unavailable(5, 'The decision could not be delivered yet. Repeat the same request: it cannot count twice.');
}
