import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { PrepAnswer } from '../../../domain/handoff/prep/read-prep-form.js';
import type { LeadState } from '../../../domain/lead/lead-state.js';
import type { HandoffState } from '../handoff.entity.js';
import type { PrepMailState } from './prep-mail.entity.js';

/** A handoff as far as its checklist and the mails about it need it. */
export interface PrepRow {
  readonly handoffId: string;
  readonly no: number;
  readonly leadId: string;
  readonly state: HandoffState;
  readonly returnedAt: Date | null;
  readonly leadState: LeadState;
  readonly leadName: string | null;
  readonly email: string | null;
  readonly contactable: boolean;
  readonly leadZone: string | null;
  readonly campaignZone: string | null;
  readonly assigneeId: string;
  readonly assigneeName: string;
  readonly assigneeEmail: string;
  /** Of the checklists it fell under; null before there were any. */
  readonly versionId: string | null;
  readonly handRaiseKind: string | null;
  readonly meetingAt: Date | null;
  readonly firstContactBy: Date | null;
  readonly clockOffsetMs: number;
  readonly virtualNowAt: Date | null;
}

export interface KeptPrepAnswer extends PrepAnswer {
  readonly answeredAt: Date;
}

export interface PrepMailRow {
  readonly id: string;
  readonly ordinal: number;
  readonly state: PrepMailState;
  readonly reason: string | null;
  readonly dueAt: Date;
  readonly claimedAt: Date | null;
  readonly attempts: number;
}

@Injectable()
export class PrepReadModel {
  async handoff(manager: EntityManager, handoffId: string): Promise<PrepRow | undefined> {
    const rows: PrepRow[] = await manager.query(
      `SELECT h.id AS "handoffId", h.no, h.lead_id AS "leadId", h.state, h.returned_at AS "returnedAt", l.state AS "leadState", l.name AS "leadName",
              l.email, l.contactable, l.time_zone AS "leadZone", c.zone AS "campaignZone",
              h.assignee_id AS "assigneeId", p.name AS "assigneeName", p.email AS "assigneeEmail",
              h.versions->>'prep' AS "versionId", h.packet->'handRaise'->>'kind' AS "handRaiseKind",
              h.meeting_at AS "meetingAt", h.first_contact_by AS "firstContactBy",
              l.clock_offset_ms AS "clockOffsetMs", l.virtual_now_at AS "virtualNowAt"
         FROM handoffs h JOIN leads l ON l.id = h.lead_id AND l.state <> 'erased'
         JOIN people p ON p.id = h.assignee_id
         LEFT JOIN campaigns c ON c.key = l.campaign_key
        WHERE h.id = $1`,
      [handoffId],
    );
    return rows[0];
  }

  /** The lead's newest handoff, when it is accepted. */
  async acceptedOf(manager: EntityManager, leadId: string): Promise<string | undefined> {
    const rows: { id: string; state: string }[] = await manager.query(
      'SELECT id, state FROM handoffs WHERE lead_id = $1 ORDER BY no DESC LIMIT 1',
      [leadId],
    );
    return rows[0]?.state === 'accepted' ? rows[0].id : undefined;
  }

  async answers(manager: EntityManager, handoffId: string): Promise<KeptPrepAnswer[]> {
    return manager.query(
      `SELECT item, confirmed, text, answered_at AS "answeredAt" FROM prep_answers WHERE handoff_id = $1 ORDER BY item`,
      [handoffId],
    );
  }

  async mails(manager: EntityManager, handoffId: string): Promise<PrepMailRow[]> {
    return manager.query(
      `SELECT id, ordinal, state, reason, due_at AS "dueAt", claimed_at AS "claimedAt", attempts
         FROM prep_mails WHERE handoff_id = $1 ORDER BY ordinal`,
      [handoffId],
    );
  }
}
