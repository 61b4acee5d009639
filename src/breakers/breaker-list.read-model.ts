import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { BreakerScope } from './breaker.entity.js';
import { PROVIDER } from './breakers.read-model.js';
import { BREAKER_REASONS } from './touch-breakers.service.js';

/** A breaker as operators look at it. */
export interface BreakerView {
  readonly id: string;
  readonly scope: BreakerScope;
  readonly key: string;
  readonly openedAt: Date;
  readonly touches: number;
  readonly failures: number;
  readonly held: number;
  readonly releasedAt: Date | null;
  readonly releasedById: string | null;
  readonly releasedByName: string | null;
}

export interface BreakerFilter {
  readonly state?: 'open' | 'released' | undefined;
  /** Position of the page before: the id of its last breaker. */
  readonly before?: string | undefined;
  readonly limit: number;
}

const VIEW = `
  SELECT b.id, b.scope, b.key, b.opened_at AS "openedAt", b.touches, b.failures,
         b.released_at AS "releasedAt", b.released_by_id AS "releasedById", p.name AS "releasedByName",
         coalesce(b.held_count, (
           SELECT count(*)::int FROM touches t
             JOIN enrollments e ON e.id = t.enrollment_id JOIN leads l ON l.id = t.lead_id
            WHERE t.state = 'held' AND e.state <> 'ended'
              AND (b.scope = 'cadence' AND t.reason = '${BREAKER_REASONS.cadence}' AND e.cadence_key = b.key
                OR b.scope = 'provider' AND t.reason = '${BREAKER_REASONS.provider}' AND ${PROVIDER} = b.key))) AS held
    FROM breakers b LEFT JOIN people p ON p.id = b.released_by_id`;

@Injectable()
export class BreakerListReadModel {
  /** Newest first. One more than a page tells of the next. */
  list(manager: EntityManager, { state, before, limit }: BreakerFilter): Promise<BreakerView[]> {
    return manager.query(
      `${VIEW} WHERE ($1::text IS NULL OR (b.released_at IS NULL) = ($1 = 'open')) AND ($2::uuid IS NULL OR b.id < $2)
        ORDER BY b.id DESC LIMIT $3`,
      [state ?? null, before ?? null, limit + 1],
    );
  }

  async byId(manager: EntityManager, id: string): Promise<BreakerView | undefined> {
    const rows: BreakerView[] = await manager.query(`${VIEW} WHERE b.id = $1`, [id]);
    return rows[0];
  }
}
