import type { Client } from '@temporalio/client';
import type { DataSource } from 'typeorm';
import { VirtualClock } from '../../src/rehearsals/virtual-clock.js';
import { type LeadSnapshot, leadWorkflowId } from '../../workflows/contracts/lead-lifecycle.contract.js';
import { waitFor } from './stack.js';

/** Something that happens to a lead at an instant of its own clock (epoch milliseconds). */
export interface ScriptEntry {
  readonly at: number;
  readonly do: () => Promise<unknown>;
}

/** Lets leads of the record live in virtual time, as rehearsals do; the relay of the worker tells their processes. */
export class VirtualTime {
  constructor(
    private readonly client: Client,
    private readonly namespace: string,
    private readonly dataSource: DataSource,
  ) {}

  /** The process once nothing is under way and nothing is due. */
  settled(leadId: string): Promise<LeadSnapshot> {
    return this.clockOf(leadId, 0).settled();
  }

  /** Lives the lead until `until`, with what the script says in between; never past an instant the process waits for. */
  async live(leadId: string, until: number, script: readonly ScriptEntry[] = []): Promise<LeadSnapshot> {
    const left = [...script].sort((a, b) => a.at - b.at);
    const [row] = await this.dataSource.query<{ offset: number }[]>(
      'select clock_offset_ms::float8 as offset from leads where id = $1',
      [leadId],
    );
    return this.clockOf(leadId, row?.offset ?? 0).live(until, {
      next: () => {
        const [entry] = left;
        const deed = entry && { at: entry.at, do: () => (left.shift(), entry.do()) };
        return Promise.resolve(deed);
      },
      told: () => this.told(leadId),
    });
  }

  /** Moves the clock of one workflow on, past the timers on the way, or to its end. */
  forward(workflowId: string, durationMs: number): Promise<void> {
    return new VirtualClock(this.client, this.namespace, { workflowId, offsetMs: 0 }).forward(durationMs);
  }

  private clockOf(leadId: string, offsetMs: number): VirtualClock {
    return new VirtualClock(this.client, this.namespace, { workflowId: leadWorkflowId(leadId), offsetMs });
  }

  /** Until the relay has told the process what the record has committed. */
  private async told(leadId: string): Promise<boolean> {
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
    return false;
  }
}
