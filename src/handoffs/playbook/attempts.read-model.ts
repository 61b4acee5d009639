import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** A sales touch that was recorded about a handoff. */
export interface AttemptRow {
  readonly at: Date;
  readonly disposition: string;
  readonly byId: string | null;
  readonly byName: string | null;
  readonly note: string | null;
}

@Injectable()
export class AttemptsReadModel {
  /** Every sales touch of the handoff, the first one first. */
  async list(manager: EntityManager, leadId: string, handoffNo: number): Promise<AttemptRow[]> {
    return manager.query(
      `SELECT coalesce(to_timestamp((d.data->>'occurredAt')::float8 / 1000), d.at) AS at,
              d.data->>'disposition' AS disposition, d.by_person_id AS "byId", p.name AS "byName",
              nullif(n.text, '') AS note
         FROM decisions d LEFT JOIN people p ON p.id = d.by_person_id LEFT JOIN notes n ON n.id = d.note_id
        WHERE d.lead_id = $1 AND d.handoff_no = $2 AND d.kind = 'first_touch'
        ORDER BY 1, d.id`,
      [leadId, handoffNo],
    );
  }
}
