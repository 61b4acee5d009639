import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { BreakerCounts } from '../../domain/contactability/judge-breaker.js';
import type { BreakerScope } from './breaker.entity.js';

/** What a touch could be held for. */
export interface BreakerKeys {
  readonly cadence: string;
  readonly provider: string;
}

/** Of one scope and key. */
export interface BreakerStanding {
  readonly open: boolean;
  readonly lastRelease: { readonly at: number; readonly held: number } | undefined;
}

/** SQL: the mail provider of the lead `l`. */
export const PROVIDER = `lower(split_part(l.email, '@', 2))`;

/** Refused for good; what a person found out about a doubt is no failure of today. */
const REFUSED = `(t.state = 'failed' AND t.reason IS DISTINCT FROM 'resolved_not_sent' OR t.reason = 'refused_recipient')`;

/** Breakers as claims of touches ask about them. Leads in virtual time are left out: their clocks say nothing about today. */
@Injectable()
export class BreakersReadModel {
  async standing(manager: EntityManager, keys: BreakerKeys): Promise<Record<BreakerScope, BreakerStanding>> {
    const rows: { scope: BreakerScope; open: boolean; at: Date | null; held: number | null }[] = await manager.query(
      `SELECT s.scope,
              EXISTS (SELECT 1 FROM breakers b
                       WHERE b.scope = s.scope AND b.key = s.key AND b.released_at IS NULL) AS open,
              r.released_at AS at, r.held_count AS held
         FROM (VALUES ('cadence', $1::text), ('provider', $2::text)) s(scope, key)
         LEFT JOIN LATERAL (SELECT b.released_at, b.held_count FROM breakers b
                             WHERE b.scope = s.scope AND b.key = s.key AND b.released_at IS NOT NULL
                             ORDER BY b.released_at DESC LIMIT 1) r ON true`,
      [keys.cadence, keys.provider],
    );
    const of = (scope: BreakerScope): BreakerStanding => {
      const row = rows.find((one) => one.scope === scope);
      const lastRelease = row?.at ? { at: row.at.getTime(), held: row.held ?? 0 } : undefined;
      return { open: row?.open ?? false, lastRelease };
    };
    return { cadence: of('cadence'), provider: of('provider') };
  }

  /** Failures among the touches claimed after each of the instants. Costs nothing where nothing failed. */
  async failures(
    manager: EntityManager,
    keys: BreakerKeys,
    since: Readonly<Record<BreakerScope, number>>,
  ): Promise<Record<BreakerScope, number>> {
    const rows: Record<BreakerScope, number>[] = await manager.query(
      `WITH bad AS (
         SELECT t.id FROM touches t
          WHERE t.finished_at > $5 AND (t.state = 'failed' OR t.reason = 'refused_recipient') AND ${REFUSED}
          UNION
         SELECT last.id FROM engagements g
          CROSS JOIN LATERAL (SELECT t.id, t.claimed_at FROM touches t
                               WHERE t.lead_id = g.lead_id AND t.state = 'sent' AND t.claimed_at <= g.at
                               ORDER BY t.claimed_at DESC LIMIT 1) last
          WHERE g.kind IN ('bounced', 'complained') AND g.at > $5
            -- A mail about a checklist went after it: that one came back.
            AND NOT EXISTS (SELECT 1 FROM prep_mails m
                             WHERE m.lead_id = g.lead_id AND m.state = 'sent'
                               AND m.claimed_at > last.claimed_at AND m.claimed_at <= g.at))
       SELECT count(*) FILTER (WHERE e.cadence_key = $1 AND t.claimed_at > $3)::int AS cadence,
              count(*) FILTER (WHERE ${PROVIDER} = $2 AND t.claimed_at > $4)::int AS provider
         FROM bad JOIN touches t ON t.id = bad.id JOIN enrollments e ON e.id = t.enrollment_id
         JOIN leads l ON l.id = t.lead_id
        WHERE l.clock_offset_ms = 0`,
      [
        ...[keys.cadence, keys.provider, new Date(since.cadence), new Date(since.provider)],
        new Date(Math.min(since.cadence, since.provider)),
      ],
    );
    return rows[0] ?? { cadence: 0, provider: 0 };
  }

  /** Touches handed to the mail server since then, counted up to `most`. */
  async touches(
    manager: EntityManager,
    scope: BreakerScope,
    { key, since, most }: { readonly key: string; readonly since: number; readonly most: number },
  ): Promise<number> {
    const its = scope === 'cadence' ? 'e.cadence_key' : PROVIDER;
    const rows: { n: number }[] = await manager.query(
      `SELECT count(*)::int AS n FROM (SELECT 1
         FROM touches t JOIN enrollments e ON e.id = t.enrollment_id JOIN leads l ON l.id = t.lead_id
        WHERE t.claimed_at > $2 AND (t.state IN ('sent', 'in_doubt') OR ${REFUSED})
          AND ${its} = $1 AND l.clock_offset_ms = 0 LIMIT $3) counted`,
      [key, new Date(since), most],
    );
    return rows[0]?.n ?? 0;
  }

  /** Opens it unless it is open. Whether this call did. */
  async open(
    manager: EntityManager,
    breaker: { readonly id: string; readonly scope: BreakerScope; readonly key: string; readonly at: number } & {
      readonly counts: BreakerCounts;
      readonly touchId: string;
    },
  ): Promise<boolean> {
    const { id, scope, key, at, counts, touchId } = breaker;
    const rows: unknown[] = await manager.query(
      `INSERT INTO breakers (id, scope, key, opened_at, touches, failures, touch_id) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (scope, key) WHERE released_at IS NULL DO NOTHING RETURNING id`,
      [id, scope, key, new Date(at), counts.touches, counts.failures, touchId],
    );
    return rows.length > 0;
  }
}
