import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { LeadState } from '../../domain/lead/lead-state.js';
import { PAUSE_LOCK } from '../cadences/cadence-pauses.read-model.js';
import type { TouchState } from './touch.entity.js';

/** One email step of one visit of one enrollment. */
export interface TouchKey {
  readonly leadId: string;
  readonly enrollmentNo: number;
  readonly step: string;
  readonly visit: number;
}

/** The lead as it stands under the lock. */
export interface ClaimLead {
  readonly id: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly company: string | null;
  readonly title: string | null;
  readonly country: string | null;
  readonly timeZone: string | null;
  readonly language: string | null;
  readonly profile: Record<string, unknown>;
  readonly campaignKey: string | null;
  readonly state: LeadState;
  readonly contactable: boolean;
  /** Revision of the stored projection. */
  readonly rev: number;
  readonly clockOffsetMs: number;
  readonly marketingPersonId: string | null;
  readonly salesPersonId: string | null;
}

/** What is known about the touch and about what could stop it. */
export interface ClaimContext {
  readonly enrollmentId: string | null;
  readonly enrollmentState: 'running' | 'suspended' | 'ended' | null;
  readonly enrollmentStep: string | null;
  readonly enrollmentVisit: number | null;
  readonly cadenceVersionId: string | null;
  readonly cadenceKey: string | null;
  readonly touchId: string | null;
  readonly touchState: TouchState | null;
  readonly touchReason: string | null;
  readonly touchAttempts: number | null;
  readonly claimedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly staleFacts: boolean;
  /** By now a condition changes, or the grace ends, that had not when the process looked: its clock stands still while it decides. */
  readonly staleLook: boolean;
  readonly suppressed: boolean;
  /** The cadence stands still. */
  readonly cadencePaused: boolean;
  /** The last claim of this cadence, in whatever enrollment of the lead. */
  readonly lastClaimAt: Date | null;
  readonly campaignName: string | null;
  readonly campaignCountry: string | null;
  readonly campaignZone: string | null;
  readonly campaignLanguage: string | null;
  /** Holidays of the lead's country: the calendar with the country's code as its key. The organisation's come beside them. */
  readonly holidays: readonly { readonly date: string }[] | null;
}

@Injectable()
export class TouchClaimReadModel {
  /**
   * Locks the lead's row: every stop and every fact of this lead takes the same lock (promise P5). The shared lock beside it
   * lets the pause of a cadence wait for the claims under way.
   */
  async lockLead(manager: EntityManager, leadId: string): Promise<ClaimLead | undefined> {
    const rows: ClaimLead[] = await manager.query(
      `SELECT id, email, name, company, title, country, time_zone AS "timeZone", language, profile,
              campaign_key AS "campaignKey", state, contactable, rev, clock_offset_ms AS "clockOffsetMs",
              marketing_person_id AS "marketingPersonId", sales_person_id AS "salesPersonId",
              pg_advisory_xact_lock_shared($2)
         FROM leads WHERE id = $1 FOR UPDATE`,
      [leadId, PAUSE_LOCK],
    );
    return rows[0];
  }

  /** In a statement of its own: one that waited for the lock would see what was there before the wait. */
  async load(manager: EntityManager, key: TouchKey, cursor: number, at: number): Promise<ClaimContext> {
    const rows: ClaimContext[] = await manager.query(
      `SELECT e.id AS "enrollmentId", e.state AS "enrollmentState", e.step AS "enrollmentStep",
              e.visit AS "enrollmentVisit", e.version_id AS "cadenceVersionId", e.cadence_key AS "cadenceKey",
              t.id AS "touchId", t.state AS "touchState", t.reason AS "touchReason", t.attempts AS "touchAttempts",
              t.claimed_at AS "claimedAt", t.finished_at AS "finishedAt",
              c.name AS "campaignName", c.country AS "campaignCountry", c.zone AS "campaignZone",
              c.language AS "campaignLanguage",
              k.holidays AS "holidays",
              EXISTS (SELECT 1 FROM suppressions s WHERE s.address = l.email AND s.lifted_at IS NULL) AS "suppressed",
              EXISTS (SELECT 1 FROM outbox o WHERE o.lead_id = l.id AND o.seq > $5) AS "staleFacts",
              coalesce((l.process->'process'->>'nextChangeAt')::float8 <= $6, false)
                OR (l.state IN ('accepted', 'working')
                    AND coalesce(nullif((l.process->'process'->'handoff'->>'graceEndsAt')::float8, 0) <= $6, false)) AS "staleLook",
              EXISTS (SELECT 1 FROM cadence_pauses p
                       WHERE p.cadence_key = e.cadence_key AND p.resumed_at IS NULL) AS "cadencePaused",
              (SELECT max(g.claimed_at) FROM enrollments o JOIN touches g ON g.enrollment_id = o.id
                WHERE o.lead_id = l.id AND o.cadence_key = e.cadence_key
                  AND g.state IN ('claimed', 'sent', 'in_doubt')) AS "lastClaimAt"
         FROM leads l
         LEFT JOIN enrollments e ON e.lead_id = l.id AND e.no = $2
         LEFT JOIN touches t ON t.enrollment_id = e.id AND t.step = $3 AND t.visit = $4
         LEFT JOIN campaigns c ON c.key = l.campaign_key
         LEFT JOIN calendars k ON k.key = lower(l.country)
        WHERE l.id = $1`,
      [key.leadId, key.enrollmentNo, key.step, key.visit, cursor, at],
    );
    const [context] = rows;
    if (context === undefined) throw new Error('The lead vanished under its lock');
    return context;
  }

  /** Whether the lead got this template in an earlier enrollment; a `goto` may repeat it inside one. */
  async wasSentBefore(
    manager: EntityManager,
    leadId: string,
    enrollmentId: string,
    templateKey: string,
  ): Promise<boolean> {
    const rows: unknown[] = await manager.query(
      `SELECT 1 FROM touches t JOIN document_versions v ON v.id = t.template_version_id
        WHERE t.lead_id = $1 AND t.enrollment_id <> $2 AND v.key = $3
          AND t.state IN ('claimed', 'sent', 'in_doubt') LIMIT 1`,
      [leadId, enrollmentId, templateKey],
    );
    return rows.length > 0;
  }

  /** Claim instants of the touches that count for a frequency class, over all cadences of the lead. */
  async claimsOfClass(manager: EntityManager, leadId: string, frequency: string): Promise<number[]> {
    const rows: { claimed_at: Date }[] = await manager.query(
      `SELECT t.claimed_at FROM touches t
         JOIN enrollments e ON e.id = t.enrollment_id
         JOIN document_versions v ON v.id = e.version_id
        WHERE t.lead_id = $1 AND v.body->>'frequency' = $2 AND t.claimed_at IS NOT NULL
          AND t.state IN ('claimed', 'sent', 'in_doubt')`,
      [leadId, frequency],
    );
    return rows.map((row) => row.claimed_at.getTime());
  }

  /** Link ids of an earlier attempt, by key: an attempt repeated keeps its addresses. */
  async linkIds(manager: EntityManager, touchId: string): Promise<Map<string, string>> {
    const rows: { id: string; key: string }[] = await manager.query(
      'SELECT id, key FROM touch_links WHERE touch_id = $1',
      [touchId],
    );
    return new Map(rows.map((row) => [row.key, row.id]));
  }
}
