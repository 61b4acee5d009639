import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { HandoffView } from '../handoffs.read-model.js';

/** The cadence that marketing goes on with beside sales: one to come, one that runs, or the last one. */
export interface AirCover {
  readonly state: 'planned' | 'running' | 'ended';
  /** Which it is stands from its beginning on. */
  readonly cadence: { readonly key: string; readonly name: string; readonly version: number } | null;
  readonly startsAt: Date;
  /** Of one that has not ended: until when it runs at most, where that is known. */
  readonly until: Date | null;
  readonly endedAt: Date | null;
  readonly exitReason: string | null;
}

interface CoverRow {
  readonly key: string | null;
  readonly name: string;
  readonly version: number;
  readonly state: 'running' | 'suspended' | 'ended' | null;
  readonly enteredAt: Date;
  readonly endedAt: Date | null;
  readonly exitReason: string | null;
  /** Epoch milliseconds, of the lead's present handoff alone. */
  readonly coverAt: number | null;
  readonly graceEndsAt: number | null;
}

@Injectable()
export class AirCoverReadModel {
  /** Undefined for a handoff without one. */
  async of(manager: EntityManager, { id, state }: Pick<HandoffView, 'id' | 'state'>): Promise<AirCover | undefined> {
    if (state !== 'accepted') return undefined;
    const [row]: CoverRow[] = await manager.query(
      `SELECT c.*, (p.handoff->>'coverAt')::float8 AS "coverAt", (p.handoff->>'graceEndsAt')::float8 AS "graceEndsAt"
         FROM handoffs h
         LEFT JOIN LATERAL (
           SELECT l.process->'process'->'handoff' AS handoff FROM leads l
            WHERE l.id = h.lead_id AND (l.process->'process'->'handoff'->>'no')::int = h.no) p ON true
         LEFT JOIN LATERAL (
           SELECT e.cadence_key AS key, v.body->>'name' AS name, v.version, e.state, e.entered_at AS "enteredAt",
                  e.ended_at AS "endedAt", e.exit_reason AS "exitReason"
             FROM enrollments e JOIN document_versions v ON v.id = e.version_id
            WHERE e.lead_id = h.lead_id AND v.body->>'phase' = 'air_cover' AND e.entered_at >= h.decided_at
              AND NOT EXISTS (SELECT 1 FROM handoffs n
                               WHERE n.lead_id = h.lead_id AND n.no > h.no AND n.offered_at <= e.entered_at)
            ORDER BY e.no DESC LIMIT 1) c ON true
        WHERE h.id = $1`,
      [id],
    );
    return row && coverOf(row);
  }
}

function coverOf(row: CoverRow): AirCover | undefined {
  const { key, name, version, coverAt, graceEndsAt, exitReason } = row;
  // The grace is 0 once it is over.
  const until = graceEndsAt === null || graceEndsAt === 0 ? null : new Date(graceEndsAt);
  if (key === null) {
    if (coverAt === null || coverAt === 0) return undefined;
    return { state: 'planned', cadence: null, startsAt: new Date(coverAt), until, endedAt: null, exitReason: null };
  }
  const cover = { cadence: { key, name, version }, startsAt: row.enteredAt, endedAt: row.endedAt, exitReason };
  return row.state === 'ended' ? { ...cover, state: 'ended', until: null } : { ...cover, state: 'running', until };
}
