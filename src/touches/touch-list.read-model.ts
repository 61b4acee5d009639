import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { TouchState } from './touch.entity.js';

/** A touch as operators and marketers look at it. */
export interface TouchView {
  readonly id: string;
  readonly leadId: string;
  readonly leadName: string | null;
  readonly leadCompany: string | null;
  readonly cadence: string;
  readonly enrollmentNo: number;
  readonly step: string;
  readonly visit: number;
  readonly template: string;
  readonly templateVersion: number;
  readonly state: TouchState;
  readonly reason: string | null;
  readonly error: string | null;
  readonly attempts: number;
  readonly dueAt: Date;
  readonly claimedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly messageId: string | null;
}

export interface TouchFilter {
  readonly state?: TouchState | undefined;
  readonly leadId?: string | undefined;
  /** Position of the page before: the id of its last touch. */
  readonly before?: string | undefined;
  readonly limit: number;
}

const VIEW = `
  SELECT t.id, t.lead_id AS "leadId", l.name AS "leadName", l.company AS "leadCompany", e.cadence_key AS cadence,
         e.no AS "enrollmentNo", t.step, t.visit, v.key AS template, v.version AS "templateVersion", t.state, t.reason,
         t.error, t.attempts, t.due_at AS "dueAt", t.claimed_at AS "claimedAt", t.finished_at AS "finishedAt",
         t.message_id AS "messageId"
    FROM touches t JOIN leads l ON l.id = t.lead_id JOIN enrollments e ON e.id = t.enrollment_id
    JOIN document_versions v ON v.id = t.template_version_id`;

@Injectable()
export class TouchListReadModel {
  /** Newest first: ids follow the order in which touches were first looked at. One more than a page tells of the next. */
  list(manager: EntityManager, { state, leadId, before, limit }: TouchFilter): Promise<TouchView[]> {
    return manager.query(
      `${VIEW} WHERE ($1::text IS NULL OR t.state = $1) AND ($2::uuid IS NULL OR t.lead_id = $2)
          AND ($3::uuid IS NULL OR t.id < $3) ORDER BY t.id DESC LIMIT $4`,
      [state ?? null, leadId ?? null, before ?? null, limit + 1],
    );
  }

  async byId(manager: EntityManager, id: string): Promise<TouchView | undefined> {
    const rows: TouchView[] = await manager.query(`${VIEW} WHERE t.id = $1`, [id]);
    return rows[0];
  }
}
