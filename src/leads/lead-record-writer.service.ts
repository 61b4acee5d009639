import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { LeadRecord } from '../../domain/lead/lead-process.js';
import type { Custody } from '../../domain/lead/lead-state.js';
import { insertRows } from '../database/insert-rows.js';
import { nameUuid } from '../database/name-uuid.js';
import { HandoffLedgerService } from '../handoffs/handoff-ledger.service.js';
import { ScoringService } from '../scoring/scoring.service.js';
import { TodoLedgerService } from '../todos/todo-ledger.service.js';
import { WebhookLedgerService } from '../webhooks/webhook-ledger.service.js';
import { CustodyRecordEntity } from './custody-record.entity.js';
import { DecisionEntity } from './decision.entity.js';
import { writeEnrollment } from './enrollment-ledger.js';
import type { LeadEntity } from './lead.entity.js';
import { NoteMentionsService } from './note-mentions.service.js';
import { LeadStepsService } from './lead-steps.service.js';
import { LeadRecordEntity } from './lead-record.entity.js';
import { SupersededRecordsService } from './superseded-records.service.js';

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const count = (value: unknown): number | null => (typeof value === 'number' ? value : null);

const DECISIONS: Partial<Record<LeadRecord['kind'], (data: LeadRecord['data']) => string>> = {
  qualified: () => 'qualified',
  decided: (data) => text(data['kind']) ?? 'decided',
  acknowledged: () => 'acknowledged',
  outcome: (data) => text(data['outcome']) ?? 'outcome',
  first_touch: () => 'first_touch',
};

/** Writes what the process says happened to the tables people and reports read. Joins the sync's transaction. */
@Injectable()
export class LeadRecordWriterService {
  constructor(
    private readonly handoffs: HandoffLedgerService,
    private readonly scoring: ScoringService,
    private readonly superseded: SupersededRecordsService,
    private readonly steps: LeadStepsService,
    private readonly todos: TodoLedgerService,
    private readonly webhooks: WebhookLedgerService,
    private readonly mentions: NoteMentionsService,
  ) {}

  /** `rev` numbers the sync that brings the records. What an earlier try wrote gives way. */
  async write(manager: EntityManager, lead: LeadEntity, rev: number, records: readonly LeadRecord[]): Promise<void> {
    await this.superseded.takeBack(manager, lead, rev);
    const rows = records.map(({ kind, at, data }, n) => ({
      leadId: lead.id,
      rev,
      n,
      kind,
      at: new Date(at),
      data: { ...data },
    }));
    await insertRows(manager, LeadRecordEntity, rows);
    for (const [n, record] of records.entries()) {
      const name = `${lead.id}/${rev}/${n}`;
      await this.decision(manager, lead, name, record);
      await this.handoffs.take(manager, lead.id, record);
      if (record.kind === 'custody') await this.custody(manager, lead, name, record);
      else if (record.kind === 'set') await this.steps.set(manager, lead, record);
      else if (record.kind === 'score_factor') await this.multiply(manager, lead, record);
      else await writeEnrollment(manager, lead.id, record);
      await this.todos.take(manager, lead, record);
      const noteId = text(record.data['noteId']);
      if (noteId !== null) await this.mentions.planStored(manager, noteId);
      await this.webhooks.take(manager, { leadId: lead.id, rev, n }, record);
    }
  }

  private async decision(manager: EntityManager, lead: LeadEntity, name: string, record: LeadRecord): Promise<void> {
    const kind = DECISIONS[record.kind]?.(record.data);
    if (kind === undefined) return;
    const { data } = record;
    await manager
      .createQueryBuilder()
      .insert()
      .into(DecisionEntity)
      .values({
        id: nameUuid(`decision/${name}`),
        leadId: lead.id,
        handoffNo: count(data['handoffNo']),
        kind,
        // Of a qualification `by` says what qualified, not who.
        byPersonId: record.kind === 'qualified' ? null : text(data['by']),
        at: new Date(record.at),
        reason: text(data['reason']),
        noteId: text(data['noteId']),
        data: { ...data } as never,
      })
      .orIgnore()
      .updateEntity(false)
      .execute();
  }

  /** Appends who answers from now on, unless that is what the last record says already. */
  private async custody(manager: EntityManager, lead: LeadEntity, name: string, record: LeadRecord): Promise<void> {
    const { data, at } = record;
    const custody = data['custody'] as Custody;
    const salesPersonId = text(data['salesPersonId']);
    const marketingPersonId = custody === 'sales' ? null : lead.marketingPersonId;
    const accountablePersonId =
      data['accountable'] === 'sales' && salesPersonId
        ? salesPersonId
        : (lead.marketingPersonId ?? lead.accountablePersonId);
    Object.assign(lead, { custody, salesPersonId, accountablePersonId });
    const last = await manager.findOne(CustodyRecordEntity, {
      where: { leadId: lead.id },
      order: { sinceAt: 'DESC', id: 'DESC' },
    });
    const same =
      last?.custody === custody &&
      last.salesPersonId === salesPersonId &&
      last.marketingPersonId === marketingPersonId &&
      last.accountablePersonId === accountablePersonId;
    // Custody ends with an erasure, whoever had it.
    if (same && data['cause'] !== 'erased') return;
    await insertRows(manager, CustodyRecordEntity, [
      {
        id: nameUuid(`custody/${name}`),
        leadId: lead.id,
        custody,
        marketingPersonId,
        salesPersonId,
        accountablePersonId,
        // Intervals follow each other: what is learned late starts after the record before it, not earlier.
        sinceAt: new Date(Math.max(at, last === null ? at : last.sinceAt.getTime() + 1)),
        cause: text(data['cause']) ?? 'unknown',
        ruleId: text(data['ruleId']),
        handoffNo: count(data['handoffNo']),
      },
    ]);
  }

  private async multiply(manager: EntityManager, lead: LeadEntity, record: LeadRecord): Promise<void> {
    const at = new Date(record.at);
    await this.scoring.multiply(manager, lead.id, { at, factor: count(record.data['factor']) ?? 1 }, at);
  }
}
