import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { DataSource } from 'typeorm';
import { isClosed } from '../../domain/lead/lead-state.js';
import {
  type LeadSnapshot,
  leadSnapshotQuery,
  leadWorkflowId,
} from '../../workflows/contracts/lead-lifecycle.contract.js';
import { waitFor } from './stack.js';

/** Something that happens to a lead at an instant of its own clock (epoch milliseconds). */
export interface ScriptEntry {
  readonly at: number;
  readonly do: () => Promise<unknown>;
}

const COMPLETED = 2;

/** Lets one lead's clock run: real engine, real worker, no waiting. Each lead has a clock of its own. */
export class VirtualTime {
  constructor(
    private readonly client: Client,
    private readonly namespace: string,
    private readonly dataSource: DataSource,
  ) {}

  /** The process once nothing is under way and nothing is due. */
  async settled(leadId: string): Promise<LeadSnapshot> {
    const handle = this.client.workflow.getHandle(leadWorkflowId(leadId));
    return waitFor(
      async () => {
        const snapshot = await handle.query(leadSnapshotQuery).catch(() => undefined);
        return snapshot && (snapshot.idle || isClosed(snapshot.process.state)) ? snapshot : undefined;
      },
      { what: `lead ${leadId} settles`, timeoutMs: 60_000 },
    );
  }

  /** Lives the lead until `until`, with what the script says in between; never past an instant the process waits for. */
  async live(leadId: string, until: number, script: readonly ScriptEntry[] = []): Promise<LeadSnapshot> {
    const left = [...script].sort((a, b) => a.at - b.at);
    for (;;) {
      const snapshot = await this.settled(leadId);
      if (isClosed(snapshot.process.state)) return snapshot;
      let clock = await this.now(leadId);
      const wake = snapshot.nextWakeAt ?? Number.POSITIVE_INFINITY;
      const entry = left[0];
      const next = Math.min(wake, entry?.at ?? Number.POSITIVE_INFINITY, until);
      if (next > clock) {
        await this.forward(leadWorkflowId(leadId), next - clock);
        clock = next;
      }
      if (entry && entry.at <= clock) {
        left.shift();
        await entry.do();
        await this.told(leadId);
      } else if (clock >= until && wake > until) return this.settled(leadId);
      // A timer that has just been reached fires a moment later: the next turn sees the process move on.
      else if (wake <= clock) await this.moved(leadId, snapshot);
    }
  }

  /** The lead's clock at this moment, as the engine keeps it. */
  private async now(leadId: string): Promise<number> {
    const { workflowExtendedInfo } = await this.client.connection.workflowService.describeWorkflowExecution({
      namespace: this.namespace,
      execution: { workflowId: leadWorkflowId(leadId) },
    });
    const time = workflowExtendedInfo?.timeSkippingInfo?.currentTime;
    const engine = time ? Number(time.seconds ?? 0) * 1000 + (time.nanos ?? 0) / 1_000_000 : Date.now();
    const [row] = await this.dataSource.query<{ offset: number }[]>(
      'select clock_offset_ms::float8 as offset from leads where id = $1',
      [leadId],
    );
    return Math.floor(engine + (row?.offset ?? 0));
  }

  /** Until the relay has told the process what the record has committed: else its clock would run past the fact. */
  private async told(leadId: string): Promise<void> {
    await waitFor(
      async () => {
        const waiting = await this.dataSource.query<unknown[]>(
          'select 1 from outbox where lead_id = $1 and delivered_at is null',
          [leadId],
        );
        return waiting.length === 0;
      },
      { what: `the pokes of lead ${leadId} are delivered` },
    );
  }

  private async moved(leadId: string, before: LeadSnapshot): Promise<void> {
    await waitFor(
      async () => {
        const { process, nextWakeAt } = await this.settled(leadId);
        return process.rev !== before.process.rev || nextWakeAt !== before.nextWakeAt;
      },
      { what: `lead ${leadId} acts on its deadline`, timeoutMs: 30_000 },
    );
  }

  /** Moves the clock of one workflow on, past the timers on the way, or to its end. */
  async forward(workflowId: string, durationMs: number): Promise<void> {
    const id = randomUUID();
    const workflowExecution = { workflowId };
    const duration = { seconds: Math.floor(durationMs / 1000), nanos: (durationMs % 1000) * 1_000_000 };
    const { workflowService } = this.client.connection;
    await workflowService.updateWorkflowExecutionOptions({
      namespace: this.namespace,
      workflowExecution,
      workflowExecutionOptions: { timeSkippingConfig: { enabled: true, fastForwardConfig: { id, duration } } },
      updateMask: { paths: ['time_skipping_config'] },
    } as never);
    for (;;) {
      const answer = await workflowService.pollWorkflowExecutionTimeSkipping({
        namespace: this.namespace,
        workflowExecution,
        fastForwardId: id,
      });
      const result = Number(answer.fastForwardPollingResult);
      if (result === COMPLETED || answer.failedReason?.includes('execution ended') === true) return;
      if (answer.failedReason) throw new Error(`virtual time of ${workflowId}: ${answer.failedReason}`);
    }
  }
}
