import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { PacketEarlierHandoff } from '../../domain/handoff/packet.js';

export type EarlierHandoff = Omit<PacketEarlierHandoff, 'decidedAt'> & {
  readonly decidedAt: number | null;
  readonly assigneeId: string;
  readonly offeredAt: number;
};

export interface ToldInsight {
  readonly kind: string;
  readonly text: string;
  readonly at: number;
  readonly by: string;
}

/** What the packet takes from other tables, one query each. Instants in epoch milliseconds. */
@Injectable()
export class PacketSourcesReadModel {
  /** Handoffs of the lead before `no`, oldest first. One that looks open is not any more: that it has ended is still to be stored. */
  async earlier(manager: EntityManager, leadId: string, no: number): Promise<EarlierHandoff[]> {
    const rows: (Omit<EarlierHandoff, 'decidedAt' | 'offeredAt'> & { decidedAt: Date | null; offeredAt: Date })[] =
      await manager.query(
        `SELECT h.no, CASE h.state WHEN 'offered' THEN 'passed_on' ELSE h.state END AS state, h.assignee_id AS "assigneeId", p.name AS assignee, h.offered_at AS "offeredAt",
                coalesce(h.returned_at, h.decided_at) AS "decidedAt", coalesce(r.label, h.reason) AS reason, n.text AS note
           FROM handoffs h
           JOIN people p ON p.id = h.assignee_id
           LEFT JOIN reasons r ON r.code = h.reason
           LEFT JOIN notes n ON n.id = h.note_id
          WHERE h.lead_id = $1 AND h.no < $2 ORDER BY h.no`,
        [leadId, no],
      );
    return rows.map(({ decidedAt, offeredAt, ...row }) => ({
      ...row,
      decidedAt: decidedAt?.getTime() ?? null,
      offeredAt: offeredAt.getTime(),
    }));
  }

  async insights(manager: EntityManager, leadId: string): Promise<ToldInsight[]> {
    const rows: (Omit<ToldInsight, 'at'> & { at: Date })[] = await manager.query(
      `SELECT i.kind, i.text, i.at, coalesce(p.name, '') AS by
         FROM insights i LEFT JOIN people p ON p.id = i.by_person_id WHERE i.lead_id = $1 ORDER BY i.at, i.id`,
      [leadId],
    );
    return rows.map(({ at, ...row }) => ({ ...row, at: at.getTime() }));
  }

  /** Subject of what was sent last, by step id. */
  async touchTitles(manager: EntityManager, leadId: string): Promise<Record<string, string>> {
    const rows: { step: string; subject: string }[] = await manager.query(
      `SELECT step, subject FROM touches
        WHERE lead_id = $1 AND subject IS NOT NULL AND state IN ('sent', 'in_doubt') ORDER BY claimed_at`,
      [leadId],
    );
    return Object.fromEntries(rows.map((row) => [row.step, row.subject]));
  }

  async note(manager: EntityManager, id: string): Promise<string | null> {
    const rows: { text: string }[] = await manager.query('SELECT text FROM notes WHERE id = $1', [id]);
    return rows[0]?.text ?? null;
  }

  async campaignName(manager: EntityManager, key: string): Promise<string | null> {
    const rows: { name: string | null }[] = await manager.query('SELECT name FROM campaigns WHERE key = $1', [key]);
    return rows[0]?.name ?? null;
  }
}
