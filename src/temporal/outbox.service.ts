import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { OutboxLane } from '../common/outbox-lanes.js';
import { insertRows } from '../database/insert-rows.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { OutboxEntity } from './outbox.entity.js';

/** Channel on which the relay is woken. */
export const OUTBOX_CHANNEL = 'baton_outbox';

/** Tells the relay, with the caller's commit, that a lead is new or worth a look. */
@Injectable()
export class OutboxService {
  async add(manager: EntityManager, lane: OutboxLane, leadId: string, seq: number, now: Date): Promise<void> {
    await this.addMany(manager, lane, [leadId], seq, now);
  }

  /** The same for leads with the same `seq`, with one notification. */
  async addMany(
    manager: EntityManager,
    lane: OutboxLane,
    leadIds: readonly string[],
    seq: number,
    now: Date,
  ): Promise<void> {
    const rows = leadIds.map((leadId) => ({
      ...{ id: uuidV7(), lane, leadId, seq, createdAt: now, deliveredAt: null, attempts: 0 },
    }));
    await insertRows(manager, OutboxEntity, rows);
    await manager.query('select pg_notify($1, $2)', [OUTBOX_CHANNEL, lane]);
  }
}
