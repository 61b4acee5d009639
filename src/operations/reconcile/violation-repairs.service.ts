import { Inject, Injectable } from '@nestjs/common';
import type { Client } from '@temporalio/client';
import { DataSource, type EntityManager } from 'typeorm';
import { leadWorkflowId, pokeSignal } from '../../../workflows/contracts/lead-lifecycle.contract.js';
import { inTransaction } from '../../database/transaction.js';
import { OutboxService } from '../../temporal/outbox.service.js';
import { TEMPORAL_CLIENT } from '../../temporal/temporal-client.token.js';
import type { Violation } from './reconcile.schema.js';

/** What helps against each kind of violation without a person's judgement. */
@Injectable()
export class ViolationRepairsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: OutboxService,
    @Inject(TEMPORAL_CLIENT) private readonly client: Client,
  ) {}

  /** Whether something was done; what is left to people is false. */
  async repair({ leadId, kind }: Violation, now: Date): Promise<boolean> {
    switch (kind) {
      // The relay signals with start: a lost workflow starts anew and goes on where the record says the lead stands.
      case 'workflow_missing':
      case 'nothing_to_wake':
      case 'wake_overdue':
      case 'next_step_missing':
        return this.poke(leadId, now);
      case 'workflow_stray':
        return this.pokeRunning(leadId);
      case 'offer_stray':
        return this.withdraw(leadId, now);
      default:
        return false;
    }
  }

  private async poke(leadId: string, now: Date): Promise<boolean> {
    return inTransaction(this.dataSource, async (manager) => {
      const lead = await this.locked(manager, leadId);
      if (lead) await this.outbox.add(manager, 'poke', leadId, lead.last_seq, now);
      return lead !== undefined;
    });
  }

  /** The relay leaves closed leads alone; the workflow learns from its sync that nothing is left to do. */
  private async pokeRunning(leadId: string): Promise<boolean> {
    const lead = await this.locked(this.dataSource.manager, leadId);
    if (!lead) return false;
    await this.client.workflow.getHandle(leadWorkflowId(leadId)).signal(pokeSignal, { seq: lead.last_seq });
    return true;
  }

  /** The same condition as the finding, under the lead's lock: what was adopted meanwhile stays. */
  private async withdraw(leadId: string, now: Date): Promise<boolean> {
    return inTransaction(this.dataSource, async (manager) => {
      if (!(await this.locked(manager, leadId))) return false;
      const [, changed] = await manager.query<[unknown[], number]>(
        `update handoffs h set state = 'withdrawn', decided_at = $2, decided_via = 'repair' from leads l
          where l.id = h.lead_id and h.lead_id = $1 and h.state = 'offered'
            and (l.state not in ('offered', 'qualified')
                 or h.no is distinct from (l.process->'process'->'handoff'->>'no')::int)`,
        [leadId, now],
      );
      return changed > 0;
    });
  }

  private async locked(manager: EntityManager, leadId: string): Promise<{ last_seq: number } | undefined> {
    const [lead] = await manager.query<{ last_seq: number }[]>('select last_seq from leads where id = $1 for update', [
      leadId,
    ]);
    return lead;
  }
}
