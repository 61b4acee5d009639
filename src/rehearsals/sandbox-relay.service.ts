import { Inject, Injectable } from '@nestjs/common';
import type { Client } from '@temporalio/client';
import { DataSource } from 'typeorm';
import { isClosed, type LeadState } from '../../domain/lead/lead-state.js';
import * as contract from '../../workflows/contracts/lead-lifecycle.contract.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { inTransaction } from '../database/transaction.js';
import { leadStart } from '../temporal/lead-start.js';
import { OutboxService } from '../temporal/outbox.service.js';
import { TEMPORAL_CLIENT } from '../temporal/temporal-client.token.js';

interface Waiting {
  readonly seq: number;
  readonly id: string;
  readonly source: string;
  readonly state: LeadState;
  readonly clockOffsetMs: number;
}

/**
 * What the relays of outbox and webhooks do in production, in step with the clock of the one lead of a sandbox. A webhook
 * is recorded, counts as delivered at once, and goes nowhere.
 */
@Injectable()
export class SandboxRelayService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: OutboxService,
    @Inject(TEMPORAL_CLIENT) private readonly client: Client,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Tells the lead's workflow what the record has committed; starts it when it is not there yet. False: nothing new. */
  async deliver(): Promise<boolean> {
    await this.answerWebhooks();
    const rows = await this.dataSource.query<Waiting[]>(
      `with told as (update outbox set delivered_at = created_at where delivered_at is null returning lead_id, seq)
       select told.seq, l.id, l.source, l.state, l.clock_offset_ms::float8 as "clockOffsetMs"
         from told join leads l on l.id = told.lead_id order by told.seq desc limit 1`,
    );
    const [lead] = rows;
    // A closed process has nothing left to look at.
    if (!lead || isClosed(lead.state)) return false;
    await this.client.workflow.signalWithStart(contract.LEAD_LIFECYCLE, {
      ...leadStart(lead, this.config.temporal),
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      signal: contract.pokeSignal,
      signalArgs: [{ seq: lead.seq }],
    });
    return true;
  }

  private answerWebhooks(): Promise<void> {
    return inTransaction(this.dataSource, async (manager) => {
      const answered = await manager.query<{ id: string; cursor: number }[]>(
        `with done as (
           update webhook_deliveries set state = 'delivered', finished_at = created_at where state = 'pending'
           returning lead_id, enrollment_no)
         select distinct l.id, l.cursor from done join leads l on l.id = done.lead_id where done.enrollment_no is not null`,
      );
      for (const { id, cursor } of answered) await this.outbox.add(manager, 'poke', id, cursor, new Date());
    });
  }
}
