import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { wakeLeads } from '../temporal/wake-leads.js';

/** Touches that wait for something somebody has to mend. */
@Injectable()
export class HeldTouchesService {
  /** Locks the leads with a held touch of one of these templates until the transaction ends; their ids. */
  async holdLeads(manager: EntityManager, templateKeys: readonly string[]): Promise<string[]> {
    if (templateKeys.length === 0) return [];
    const held: { lead_id: string }[] = await manager.query(
      `SELECT DISTINCT t.lead_id FROM touches t JOIN document_versions v ON v.id = t.template_version_id
        WHERE t.state = 'held' AND v.kind = 'template' AND v.key = ANY($1)`,
      [templateKeys],
    );
    const ids = held.map((row) => row.lead_id);
    if (ids.length > 0) await manager.query('SELECT 1 FROM leads WHERE id = ANY($1) ORDER BY id FOR UPDATE', [ids]);
    return ids;
  }

  /**
   * A version of the template was published, in the caller's transaction: every process that holds a touch of it looks
   * again. For these leads the publication counts as a fact, which takes a `seq` under their locks.
   */
  async templatePublished(manager: EntityManager, templateKey: string, now: Date): Promise<void> {
    const ids = await this.holdLeads(manager, [templateKey]);
    await wakeLeads(manager, ids, now);
  }
}
