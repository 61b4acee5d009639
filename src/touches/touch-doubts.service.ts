import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditService } from '../common/audit/audit.service.js';
import type { Change } from '../common/audit/change.js';
import { conflict, notFound } from '../common/problem.js';
import { inTransaction } from '../database/transaction.js';
import { RESOLVED_NOT_SENT, RESOLVED_SENT } from './touch-ledger.js';
import { TouchListReadModel, type TouchView } from './touch-list.read-model.js';

/** How a person resolves a doubt → what the ledger says then. */
const RESOLUTIONS = {
  sent: { state: 'sent', reason: RESOLVED_SENT },
  not_sent: { state: 'failed', reason: RESOLVED_NOT_SENT },
} as const;

export type Resolution = keyof typeof RESOLUTIONS;

/** Touches of which nobody knows whether the mail server took them: a person finds out and says so. */
@Injectable()
export class TouchDoubtsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly reads: TouchListReadModel,
    private readonly audit: AuditService,
  ) {}

  /**
   * Writes down what the person found out; nothing is sent, now or later. The same again changes nothing; 409 for a touch
   * that is not in doubt or was resolved the other way.
   */
  resolve(touchId: string, as: Resolution, change: Change): Promise<TouchView> {
    return inTransaction(this.dataSource, async (manager) => {
      const touch = await this.locked(manager, touchId);
      const { state, reason } = RESOLUTIONS[as];
      if (touch.state === state && touch.reason === reason) return touch;
      if (touch.state !== 'in_doubt') {
        throw conflict(`This touch is not in doubt: it is ${touch.state}. Nothing was changed.`, {
          state: touch.state,
          reason: touch.reason,
          finishedAt: touch.finishedAt?.toISOString() ?? null,
        });
      }
      await manager.query('UPDATE touches SET state = $2, reason = $3, finished_at = $4 WHERE id = $1', [
        ...[touchId, state, reason, change.now],
      ]);
      await this.audit.record(
        manager,
        {
          ...{ actorId: change.actorId, action: 'touch.resolve', subjectKind: 'touch', subjectId: touchId },
          ...{ data: { as, leadId: touch.leadId, step: touch.step }, note: change.note ?? null },
        },
        change.now,
      );
      return { ...touch, state, reason, finishedAt: change.now };
    });
  }

  /** Under the lead's lock, as every claim and every outcome of a claim that counts in its caps. */
  private async locked(manager: EntityManager, touchId: string): Promise<TouchView> {
    await manager.query('SELECT 1 FROM leads WHERE id = (SELECT lead_id FROM touches WHERE id = $1) FOR UPDATE', [
      touchId,
    ]);
    await manager.query('SELECT 1 FROM touches WHERE id = $1 FOR UPDATE', [touchId]);
    const touch = await this.reads.byId(manager, touchId);
    if (touch === undefined) throw notFound();
    return touch;
  }
}
