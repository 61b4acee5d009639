import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { LeadProcess } from '../../domain/lead/lead-process.js';
import { rehearsalProcess } from '../../domain/rehearsal/rehearsal-process.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { nameUuid } from '../database/name-uuid.js';
import { inTransaction } from '../database/transaction.js';
import { LeadsService } from '../leads/leads.service.js';
import { OutboxService } from '../temporal/outbox.service.js';
import { cadenceOf } from './rehearsals.presenter.js';
import type { RehearsalOrder } from './rehearsals.schema.js';

/** The consent of a made-up lead. */
const AGREED = { basis: 'consent' } as const;

interface RealLead {
  readonly process: { readonly process: LeadProcess } | null;
  readonly last_seq: number;
  readonly marketing_person_id: string | null;
  readonly accountable_person_id: string;
}

/** Puts the lead of a rehearsal into its sandbox, with its clock at the start. */
@Injectable()
export class SandboxLeadService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly leads: LeadsService,
    private readonly outbox: OutboxService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * The id stays what it is outside: jitter and split arms follow from it. Answers what the clock adds to the engine's,
   * in milliseconds. Throws what an intake would refuse.
   */
  async place(order: RehearsalOrder, leadId: string): Promise<number> {
    const clockOffsetMs = Date.parse(order.startAt) - Date.now();
    if ('profile' in order.lead) {
      const consent = { ...AGREED, at: order.startAt };
      const { handRaise, ...profile } = order.lead.profile;
      const lead = { ...profile, ...(handRaise && { handRaise }), consent };
      await this.leads.create(lead, { personId: null }, { clockOffsetMs, id: leadId });
    }
    await inTransaction(this.dataSource, (manager) => this.bind(manager, order, leadId, clockOffsetMs));
    return clockOffsetMs;
  }

  /** The stored process is what a workflow goes on from that was started anew. */
  private async bind(
    manager: EntityManager,
    order: RehearsalOrder,
    leadId: string,
    clockOffsetMs: number,
  ): Promise<void> {
    const [lead] = await manager.query<RealLead[]>(
      'select process, last_seq, marketing_person_id, accountable_person_id from leads where id = $1 for update',
      [leadId],
    );
    if (!lead) throw new Error(`the sandbox has no lead ${leadId}`);
    const startAt = new Date(order.startAt);
    const process = rehearsalProcess({
      startAt: startAt.getTime(),
      version: this.config.temporal.leadVersion,
      cadence: cadenceOf(order).key,
      stored: lead.process?.process,
      cursor: lead.last_seq,
    });
    const accountable = lead.marketing_person_id ?? lead.accountable_person_id;
    await manager.query(
      `update leads set state = $2, custody = 'marketing', state_since_at = $3, sales_person_id = null,
              accountable_person_id = $4, rev = $5, cursor = $6, process = $7, interest = null, next_wake_at = null,
              clock_offset_ms = $8, virtual_now_at = null
        where id = $1`,
      [
        ...[leadId, process.state, startAt, accountable, process.rev, process.cursor],
        ...[{ process, chain: 'rehearsal', syncedAt: startAt.getTime() }, clockOffsetMs],
      ],
    );
    if (!('id' in order.lead)) return;
    await manager.query(
      `insert into custody_records (id, lead_id, custody, marketing_person_id, accountable_person_id, since_at, cause)
       select $1, $2, 'marketing', $3, $4, $5, 'rehearsed'
        where 'marketing' is distinct from
              (select custody from custody_records where lead_id = $2 order by since_at desc, id desc limit 1)`,
      [nameUuid(`custody/${leadId}/rehearsed`), leadId, lead.marketing_person_id, accountable, startAt],
    );
    await this.outbox.add(manager, 'new', leadId, 0, new Date());
  }
}
