import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { LeadRecord } from '../../domain/lead/lead-process.js';
import { nameUuid } from '../database/name-uuid.js';
import { HandoffLedgerService } from '../handoffs/handoff-ledger.service.js';
import { TodoLedgerService } from '../todos/todo-ledger.service.js';
import { WebhookLedgerService } from '../webhooks/webhook-ledger.service.js';
import { CustodyRecordEntity } from './custody-record.entity.js';
import { writeEnrollment } from './enrollment-ledger.js';
import type { LeadEntity } from './lead.entity.js';

interface RecordRow {
  readonly rev: number;
  readonly n: number;
  readonly kind: LeadRecord['kind'];
  readonly at: Date;
  readonly data: LeadRecord['data'];
}

/**
 * A workflow task that died after its syncs had committed is run again, and may decide otherwise: the command that came
 * first then may be another one. Nobody was told of the lost try, so the record forgets it.
 */
@Injectable()
export class SupersededRecordsService {
  constructor(
    private readonly handoffs: HandoffLedgerService,
    private readonly todos: TodoLedgerService,
    private readonly webhooks: WebhookLedgerService,
  ) {}

  /** Takes back what was recorded from revision `rev` on; `lead` gets its custody back. Joins the sync's transaction. */
  async takeBack(manager: EntityManager, lead: LeadEntity, rev: number): Promise<void> {
    const [gone]: [RecordRow[], number] = await manager.query(
      'delete from lead_records where lead_id = $1 and rev >= $2 returning rev, n, kind, at, data',
      [lead.id, rev],
    );
    if (gone.length === 0) return;
    const idsOf = (table: string) => gone.map((row) => nameUuid(`${table}/${lead.id}/${row.rev}/${row.n}`));
    await manager.query('delete from decisions where id = any($1::uuid[])', [idsOf('decision')]);
    await manager.query('delete from custody_records where id = any($1::uuid[])', [idsOf('custody')]);
    await manager.query(
      `delete from score_items where lead_id = $1 and kind = 'multiplier' and at = any($2::timestamptz[])`,
      [lead.id, gone.filter(({ kind }) => kind === 'score_factor').map(({ at }) => at)],
    );
    await this.webhooks.forget(manager, lead.id, rev);
    await this.restoreCustody(manager, lead);
    await this.restate(manager, lead, gone);
  }

  private async restoreCustody(manager: EntityManager, lead: LeadEntity): Promise<void> {
    const last = await manager.findOne(CustodyRecordEntity, {
      where: { leadId: lead.id },
      order: { sinceAt: 'DESC', id: 'DESC' },
    });
    if (!last) return;
    const { custody, salesPersonId, accountablePersonId } = last;
    Object.assign(lead, { custody, salesPersonId, accountablePersonId });
  }

  /** Handoffs and enrollments stand as the records that are left say. */
  private async restate(manager: EntityManager, lead: LeadEntity, gone: readonly RecordRow[]): Promise<void> {
    const leadId = lead.id;
    const kept = await manager.query<RecordRow[]>(
      'select rev, n, kind, at, data from lead_records where lead_id = $1 order by rev, n',
      [leadId],
    );
    const left = kept.map((row): LeadRecord => ({ kind: row.kind, at: row.at.getTime(), data: row.data }));
    for (const no of numbersOf(gone, 'handoffNo')) {
      await this.handoffs.restate(
        manager,
        leadId,
        no,
        left.filter(({ data }) => data['handoffNo'] === no),
      );
    }
    for (const no of numbersOf(gone, 'no')) {
      const own = left.filter(({ data }) => data['no'] === no);
      await this.todos.restate(manager, lead, no, own);
      for (const record of own) await writeEnrollment(manager, leadId, record);
      if (own.length > 0) continue;
      await manager.query(
        `delete from enrollments where lead_id = $1 and no = $2
           and not exists (select 1 from touches where touches.enrollment_id = enrollments.id)`,
        [leadId, no],
      );
    }
  }
}

function numbersOf(rows: readonly RecordRow[], field: 'handoffNo' | 'no'): Set<number> {
  return new Set(rows.map(({ data }) => data[field]).filter((no) => typeof no === 'number'));
}
