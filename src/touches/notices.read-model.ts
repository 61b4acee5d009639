import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Packet } from '../../domain/handoff/packet.js';
import type { NoticeState } from './notice.entity.js';

/** What a notice about one handoff of one lead needs from the record. */
export interface NoticeRow {
  readonly name: string | null;
  readonly title: string | null;
  readonly company: string | null;
  readonly custody: 'marketing' | 'shared' | 'sales';
  readonly marketingPersonId: string | null;
  readonly salesPersonId: string | null;
  readonly accountablePersonId: string;
  readonly clockOffsetMs: number;
  readonly handoffId: string | null;
  readonly handoffState: 'offered' | 'accepted' | 'rejected' | 'expired' | 'withdrawn' | null;
  readonly assigneeId: string | null;
  readonly assigneeName: string | null;
  readonly teamKey: string | null;
  readonly packet: Packet | null;
  readonly routing: { readonly sentence?: string } | null;
  readonly acceptDueAt: Date | null;
  readonly firstTouchDueAt: Date | null;
  readonly firstTouchAt: Date | null;
  readonly returnedAt: Date | null;
  readonly acknowledgedAt: Date | null;
  readonly reason: string | null;
  readonly note: string | null;
}

export interface KnownNotice {
  readonly id: string;
  readonly state: NoticeState;
  readonly claimedAt: Date | null;
  readonly attempts: number;
}

/** The touch a notice is about. */
export interface HeldTouch {
  readonly state: string;
  readonly reason: string | null;
  readonly step: string;
  readonly cadence: string;
  readonly template: string;
  /** The open breaker it was the first to be held by. */
  readonly breaker: BrokenMails | null;
}

/** What a breaker found. */
export interface BrokenMails {
  readonly id: string;
  readonly scope: 'cadence' | 'provider';
  readonly key: string;
  readonly touches: number;
  readonly failures: number;
}

/** What a lead said about one item of its checklist. */
export interface ToldPrepAnswer {
  readonly ask: string;
  readonly owner: 'lead' | 'rep';
  readonly confirmed: boolean;
  readonly text: string | null;
  readonly answeredAt: Date;
}

/** The note a notice is about. */
export interface MentioningNote {
  readonly personId: string;
  readonly author: string;
  readonly text: string;
}

@Injectable()
export class NoticesReadModel {
  /** Locks the lead's row, so that two calls of one notice come one after the other. */
  async lock(manager: EntityManager, leadId: string): Promise<void> {
    await manager.query('SELECT 1 FROM leads WHERE id = $1 FOR UPDATE', [leadId]);
  }

  async load(manager: EntityManager, leadId: string, handoffNo: number): Promise<NoticeRow | undefined> {
    const rows: NoticeRow[] = await manager.query(
      `SELECT l.name, l.title, l.company, l.custody, l.marketing_person_id AS "marketingPersonId",
              l.sales_person_id AS "salesPersonId", l.accountable_person_id AS "accountablePersonId",
              l.clock_offset_ms AS "clockOffsetMs", h.id AS "handoffId", h.state AS "handoffState",
              h.assignee_id AS "assigneeId", p.name AS "assigneeName", h.team_key AS "teamKey", h.packet, h.routing,
              h.accept_due_at AS "acceptDueAt", h.first_touch_due_at AS "firstTouchDueAt",
              h.first_touch_at AS "firstTouchAt", h.returned_at AS "returnedAt", h.acknowledged_at AS "acknowledgedAt",
              coalesce(r.label, h.reason) AS reason, n.text AS note
         FROM leads l
         LEFT JOIN handoffs h ON h.lead_id = l.id AND h.no = $2
         LEFT JOIN people p ON p.id = h.assignee_id
         LEFT JOIN reasons r ON r.code = h.reason
         LEFT JOIN notes n ON n.id = h.note_id
        WHERE l.id = $1 AND l.state <> 'erased'`,
      [leadId, handoffNo],
    );
    return rows[0];
  }

  /** Whether the record says already that the handoff came back. */
  async hasReturned(manager: EntityManager, leadId: string, handoffNo: number): Promise<boolean> {
    const rows: unknown[] = await manager.query(
      'SELECT 1 FROM handoffs WHERE lead_id = $1 AND no = $2 AND returned_at IS NOT NULL',
      [leadId, handoffNo],
    );
    return rows.length > 0;
  }

  /** The notice of that ordinal, whoever it went to: a changed recipient is no second notice. */
  async known(
    manager: EntityManager,
    leadId: string,
    handoffNo: number,
    kind: string,
    ordinal: number,
  ): Promise<KnownNotice | undefined> {
    const rows: KnownNotice[] = await manager.query(
      `SELECT id, state, claimed_at AS "claimedAt", attempts FROM notices
        WHERE lead_id = $1 AND handoff_no = $2 AND kind = $3 AND ordinal = $4`,
      [leadId, handoffNo, kind, ordinal],
    );
    return rows[0];
  }

  /** What the lead has said about its checklist, the last first. */
  async prepAnswers(manager: EntityManager, leadId: string, handoffNo: number): Promise<ToldPrepAnswer[]> {
    return manager.query(
      `SELECT a.ask, a.owner, a.confirmed, a.text, a.answered_at AS "answeredAt"
         FROM prep_answers a JOIN handoffs h ON h.id = a.handoff_id
        WHERE h.lead_id = $1 AND h.no = $2 ORDER BY a.answered_at DESC, a.item`,
      [leadId, handoffNo],
    );
  }

  async mentionOf(manager: EntityManager, noticeId: string): Promise<MentioningNote | undefined> {
    const rows: MentioningNote[] = await manager.query(
      `SELECT s.person_id AS "personId", coalesce(p.name, 'Baton') AS author, n.text
         FROM notices s JOIN notes n ON n.id = s.note_id LEFT JOIN people p ON p.id = n.by_person_id
        WHERE s.id = $1`,
      [noticeId],
    );
    return rows[0];
  }

  async touchOf(manager: EntityManager, noticeId: string): Promise<HeldTouch | undefined> {
    const rows: HeldTouch[] = await manager.query(
      `SELECT t.state, t.reason, t.step, e.cadence_key AS cadence, v.key AS template,
              (SELECT json_build_object('id', b.id, 'scope', b.scope, 'key', b.key, 'touches', b.touches, 'failures', b.failures)
                 FROM breakers b WHERE b.touch_id = t.id AND b.released_at IS NULL LIMIT 1) AS breaker
         FROM notices n JOIN touches t ON t.id = n.touch_id JOIN enrollments e ON e.id = t.enrollment_id
         JOIN document_versions v ON v.id = t.template_version_id
        WHERE n.id = $1`,
      [noticeId],
    );
    return rows[0];
  }
}
