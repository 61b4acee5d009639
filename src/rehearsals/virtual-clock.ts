import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Client, isGrpcServiceError, ServiceError } from '@temporalio/client';
import { isClosed } from '../../domain/lead/lead-state.js';
import { type LeadSnapshot, leadSnapshotQuery } from '../../workflows/contracts/lead-lifecycle.contract.js';

/** `temporal.api.enums.v1.FastForwardPollingResult`. */
const COMPLETED = 2;
const SETTLES_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 10;
/** Status codes of gRPC with which a server refuses what it does not know or has switched off. */
const REFUSALS = new Set([3, 12]);

/** The Temporal server cannot let time skip, so nothing can be rehearsed on it; everything else works. */
export class TimeSkippingUnsupported extends Error {
  override readonly name = 'TimeSkippingUnsupported';

  constructor(says: string) {
    super(
      'This Temporal server cannot let time skip, so it cannot rehearse: it needs version 1.32 or newer with ' +
        `frontend.WorkflowTimeSkippingEnabled=true. Everything else works. It says: ${says}`,
    );
  }
}

/** One lead in virtual time: its workflow, and what its clock adds to that of the engine. */
export interface ClockedLead {
  readonly workflowId: string;
  readonly offsetMs: number;
}

/** What happens to the lead while its clock runs. */
export interface Deeds {
  /** The earliest that is not done yet, on the lead's clock; asked again after everything that happens. */
  next(): Promise<{ readonly at: number; readonly do: () => Promise<unknown> } | undefined>;
  /**
   * Until the process has been told what the record has committed: else its clock would run past the fact. True when it
   * has been told something just now.
   */
  told(): Promise<boolean>;
  /** Called at every instant at which something is done. */
  passed?(at: number): Promise<unknown>;
}

/**
 * Lets one lead's clock run: real engine, real worker, no waiting. The engine overshoots an instant it does not know, so
 * the clock is driven from one instant to the next: wait until nothing is under way, read what the process waits for,
 * skip there, let it act.
 */
export class VirtualClock {
  constructor(
    private readonly client: Client,
    private readonly namespace: string,
    private readonly lead: ClockedLead,
    private readonly stopped?: AbortSignal,
  ) {}

  /** The process once nothing is under way and nothing is due. */
  async settled(): Promise<LeadSnapshot> {
    const handle = this.client.workflow.getHandle(this.lead.workflowId);
    return this.until('settles', async () => {
      const snapshot = await handle.query(leadSnapshotQuery).catch(() => undefined);
      return snapshot && (snapshot.idle || isClosed(snapshot.process.state)) ? snapshot : undefined;
    });
  }

  /** Lives the lead until `until`, or until it is closed; never past an instant the process waits for. */
  async live(until: number, deeds: Deeds): Promise<LeadSnapshot> {
    for (;;) {
      const snapshot = await this.settled();
      if (isClosed(snapshot.process.state)) return snapshot;
      if (await deeds.told()) continue;
      let clock = await this.now();
      const wake = snapshot.nextWakeAt ?? Number.POSITIVE_INFINITY;
      const deed = await deeds.next();
      const next = Math.min(wake, deed?.at ?? Number.POSITIVE_INFINITY, until);
      if (next > clock) {
        await this.forward(next - clock);
        clock = next;
      }
      await deeds.passed?.(clock);
      if (deed && deed.at <= clock) {
        await deed.do();
        await deeds.told();
      } else if (clock >= until && wake > until) return this.settled();
      // A timer that has just been reached fires a moment later: the next turn sees the process move on.
      else if (wake <= clock) await this.moved(snapshot);
    }
  }

  /** The lead's clock at this moment, as the engine keeps it. */
  private async now(): Promise<number> {
    const { workflowExtendedInfo } = await this.client.connection.workflowService.describeWorkflowExecution({
      namespace: this.namespace,
      execution: { workflowId: this.lead.workflowId },
    });
    const time = workflowExtendedInfo?.timeSkippingInfo?.currentTime;
    const engine = time ? Number(time.seconds ?? 0) * 1000 + (time.nanos ?? 0) / 1_000_000 : Date.now();
    return Math.floor(engine + this.lead.offsetMs);
  }

  private async moved(before: LeadSnapshot): Promise<void> {
    await this.until('acts on its deadline', async () => {
      const { process, nextWakeAt } = await this.settled();
      return process.rev !== before.process.rev || nextWakeAt !== before.nextWakeAt ? true : undefined;
    });
  }

  /** Moves the clock on, past the timers on the way, or to the end of the execution. */
  async forward(durationMs: number): Promise<void> {
    const id = randomUUID();
    const workflowExecution = { workflowId: this.lead.workflowId };
    const duration = { seconds: Math.floor(durationMs / 1000), nanos: (durationMs % 1000) * 1_000_000 };
    const { workflowService } = this.client.connection;
    try {
      await workflowService.updateWorkflowExecutionOptions({
        namespace: this.namespace,
        workflowExecution,
        workflowExecutionOptions: { timeSkippingConfig: { enabled: true, fastForwardConfig: { id, duration } } },
        updateMask: { paths: ['time_skipping_config'] },
      } as never);
      for (;;) {
        this.stopped?.throwIfAborted();
        const answer = await workflowService.pollWorkflowExecutionTimeSkipping({
          namespace: this.namespace,
          workflowExecution,
          fastForwardId: id,
        });
        const result = Number(answer.fastForwardPollingResult);
        if (result === COMPLETED || answer.failedReason?.includes('execution ended') === true) return;
        if (answer.failedReason) throw new Error(`the clock did not move: ${answer.failedReason}`);
      }
    } catch (error) {
      throw refusalOf(error);
    }
  }

  private async until<Result>(what: string, look: () => Promise<Result | undefined>): Promise<Result> {
    const deadline = Date.now() + SETTLES_WITHIN_MS;
    for (;;) {
      this.stopped?.throwIfAborted();
      const answer = await look();
      if (answer !== undefined) return answer;
      if (Date.now() > deadline)
        throw new Error(`${this.lead.workflowId} ${what}: did not happen within ${SETTLES_WITHIN_MS / 1000} s`);
      await pause(LOOK_EVERY_MS);
    }
  }
}

/** What a server that is too old, or has it switched off, answers; every other failure as it is. */
export function refusalOf(error: unknown): unknown {
  const cause = error instanceof ServiceError ? error.cause : error;
  if (!(cause instanceof Error) || !isGrpcServiceError(cause) || !REFUSALS.has(Number(cause.code))) return error;
  return new TimeSkippingUnsupported(cause.details);
}
