import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Ladder, LeadRecord } from '../../domain/lead/lead-process.js';
import { HandoffEntity } from './handoff.entity.js';
import { PlaybookLedgerService } from './playbook/playbook-ledger.service.js';
import { PrepLedgerService } from './prep/prep-ledger.service.js';

const instant = (value: unknown): Date | null => (typeof value === 'number' ? new Date(value) : null);
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** A handoff as it was offered. */
const OPEN = {
  state: 'offered',
  breachedAt: null,
  decidedAt: null,
  decidedBy: null,
  decidedVia: null,
  reason: null,
  noteId: null,
  quality: null,
  firstContactBy: null,
  meetingAt: null,
  returnedAt: null,
  firstTouchAt: null,
  acknowledgedAt: null,
  acknowledgedBy: null,
} as const;

/** Keeps the rows of handoffs in step with the lead's process; every write joins the sync's transaction. */
@Injectable()
export class HandoffLedgerService {
  constructor(
    private readonly prep: PrepLedgerService,
    private readonly playbook: PlaybookLedgerService,
  ) {}

  /** Writes what a record of the process says about a handoff, once its decision is stored; the same record again changes nothing. */
  async take(manager: EntityManager, leadId: string, record: LeadRecord): Promise<void> {
    const { data } = record;
    const no = data['handoffNo'];
    if (typeof no !== 'number') return;
    const at = new Date(record.at);
    const handoffs = manager.getRepository(HandoffEntity);
    await this.noteBreach(manager, leadId, no, record);
    switch (record.kind) {
      case 'decided': {
        const kind = text(data['kind']);
        if (kind === 'given_back') {
          await handoffs.update({ leadId, no }, { returnedAt: at, reason: text(data['reason']) });
          await this.prep.forget(manager, leadId, no);
        } else if (kind === 'undone') {
          await handoffs.update({ leadId, no }, { ...OPEN, firstTouchDueAt: null });
          await this.prep.forget(manager, leadId, no);
        } else if (kind === 'accepted' || kind === 'rejected' || kind === 'expired' || kind === 'withdrawn') {
          await handoffs.update(
            { leadId, no, state: 'offered' },
            {
              state: kind,
              decidedAt: at,
              decidedBy: text(data['by']),
              decidedVia: text(data['via']),
              reason: text(data['reason']),
              noteId: text(data['noteId']),
              quality: typeof data['quality'] === 'number' ? data['quality'] : null,
              firstContactBy: instant(data['firstContactBy']),
              meetingAt: instant(data['meetingAt']),
              returnedAt: kind === 'rejected' || kind === 'expired' ? at : null,
            },
          );
          if (kind === 'accepted') {
            const [meetingAt, firstContactBy] = [instant(data['meetingAt']), instant(data['firstContactBy'])];
            await this.prep.plan(manager, { leadId, no, at, meetingAt, firstContactBy });
          }
        }
        return;
      }
      case 'first_touch':
        await manager.query(
          'update handoffs set first_touch_at = coalesce(first_touch_at, $3) where lead_id = $1 and no = $2',
          [leadId, no, instant(data['occurredAt']) ?? at],
        );
        await this.playbook.take(manager, leadId, no);
        return;
      case 'acknowledged':
        await handoffs.update({ leadId, no }, { acknowledgedAt: at, acknowledgedBy: text(data['by']) });
        return;
      default:
    }
  }

  /**
   * The answer is late from the instant on that was agreed: the ladder passes it, or somebody decides after it. A decision
   * at that very instant is still in time.
   */
  private async noteBreach(manager: EntityManager, leadId: string, no: number, record: LeadRecord): Promise<void> {
    const { kind, data, at } = record;
    const passed = kind === 'rung' && data['purpose'] === 'accept';
    if (!passed && kind !== 'decided') return;
    await manager.query(
      `update handoffs set breached_at = accept_due_at
        where lead_id = $1 and no = $2 and state = 'offered' and breached_at is null and accept_due_at < $3`,
      [leadId, no, new Date(passed ? at + 1 : at)],
    );
  }

  /** Lets the row say what `records` say, which are all there are about this handoff, and nothing else. */
  async restate(manager: EntityManager, leadId: string, no: number, records: readonly LeadRecord[]): Promise<void> {
    await manager.update(HandoffEntity, { leadId, no }, OPEN);
    await this.prep.forget(manager, leadId, no);
    await this.playbook.forget(manager, leadId, no);
    for (const record of records) await this.take(manager, leadId, record);
  }

  /**
   * Takes back offers the process knows nothing of: `openHandoff` had committed for a workflow task that was lost, and the
   * task that was run in its place went another way. `openNo` is the handoff that may stand open, if any.
   */
  async withdrawOrphans(manager: EntityManager, leadId: string, openNo: number | null, at: Date): Promise<void> {
    await manager.query(
      `update handoffs set state = 'withdrawn', decided_at = $3
        where lead_id = $1 and state = 'offered' and no is distinct from $2`,
      [leadId, openNo, at],
    );
  }

  /** The instant of the SLA that runs now, as planned with the ladder. */
  async plan(manager: EntityManager, leadId: string, no: number, ladder: Ladder): Promise<void> {
    const due = new Date(ladder.breachAt);
    if (ladder.purpose === 'accept') await manager.update(HandoffEntity, { leadId, no }, { acceptDueAt: due });
    if (ladder.purpose === 'first_touch') await manager.update(HandoffEntity, { leadId, no }, { firstTouchDueAt: due });
  }
}
