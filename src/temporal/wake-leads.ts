import type { EntityManager } from 'typeorm';
import { insertRows } from '../database/insert-rows.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { OutboxEntity } from './outbox.entity.js';
import { OUTBOX_CHANNEL } from './outbox.service.js';

/**
 * Something changed that no fact of a lead tells: these leads, whose rows the caller has locked, look again. It counts as a
 * fact of each of them and takes a `seq`, so that whoever acts by an older look is told to look again.
 */
export async function wakeLeads(manager: EntityManager, leadIds: readonly string[], now: Date): Promise<void> {
  if (leadIds.length === 0) return;
  const [leads]: [{ id: string; last_seq: number }[], number] = await manager.query(
    'UPDATE leads SET last_seq = last_seq + 1, updated_at = $2 WHERE id = ANY($1) RETURNING id, last_seq',
    [leadIds, now],
  );
  const rows = leads.map(({ id, last_seq: seq }) => ({ id: uuidV7(), lane: 'poke' as const, leadId: id, seq }));
  await insertRows(
    manager,
    OutboxEntity,
    rows.map((row) => ({ ...row, createdAt: now, deliveredAt: null, attempts: 0 })),
  );
  await manager.query('SELECT pg_notify($1, $2)', [OUTBOX_CHANNEL, 'poke']);
}
