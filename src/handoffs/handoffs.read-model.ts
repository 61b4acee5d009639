import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Packet } from '../../domain/handoff/packet.js';
import type { LastDecision } from '../../domain/lead/lead-process.js';
import type { Custody, LeadState } from '../../domain/lead/lead-state.js';
import type { HandoffState, QualifiedBy } from './handoff.entity.js';

/** A handoff as screens, mails and decisions look at it. */
export interface HandoffView {
  readonly id: string;
  readonly no: number;
  readonly state: HandoffState;
  readonly leadId: string;
  readonly leadName: string | null;
  readonly leadCompany: string | null;
  readonly leadState: LeadState;
  readonly leadCustody: Custody;
  readonly marketingPersonId: string | null;
  readonly marketingPersonName: string | null;
  readonly clockOffsetMs: number;
  readonly virtualNowAt: Date | null;
  readonly assigneeId: string;
  readonly assigneeName: string;
  readonly teamKey: string;
  readonly teamOwnerId: string | null;
  readonly accountableOwnerId: string | null;
  readonly ruleId: string | null;
  readonly qualifiedBy: QualifiedBy;
  readonly definitionKey: string | null;
  readonly definitionVersion: number | null;
  readonly packet: Packet;
  /** Ids of the document versions it fell under, by kind. */
  readonly versions: Readonly<Partial<Record<string, string>>>;
  readonly routing: { readonly sentence?: string; readonly candidates?: { personId: string; why: string }[] };
  readonly offeredAt: Date;
  readonly acceptDueAt: Date | null;
  readonly breachedAt: Date | null;
  readonly decidedAt: Date | null;
  readonly decidedById: string | null;
  readonly decidedByName: string | null;
  readonly decidedVia: string | null;
  readonly reason: string | null;
  readonly reasonLabel: string | null;
  readonly quality: number | null;
  readonly firstContactBy: Date | null;
  readonly meetingAt: Date | null;
  readonly firstTouchDueAt: Date | null;
  readonly firstTouchAt: Date | null;
  readonly returnedAt: Date | null;
  readonly acknowledgedAt: Date | null;
  readonly acknowledgedById: string | null;
  readonly acknowledgedByName: string | null;
  /** How often a decision on it was taken back. */
  readonly undone: number;
}

/** What a person may see: all of them, or those of their team and their own. */
export interface HandoffViewer {
  readonly personId: string;
  readonly teamKey: string | null;
  readonly seesAll: boolean;
}

export interface HandoffFilter {
  readonly state?: HandoffState | undefined;
  readonly assigneeId?: string | undefined;
  readonly leadId?: string | undefined;
  readonly before?: readonly [offeredAt: string, id: string] | undefined;
  readonly limit: number;
}

const SELECT = `
  SELECT h.id, h.no, h.state, h.lead_id AS "leadId", l.name AS "leadName", l.company AS "leadCompany",
         l.state AS "leadState", l.custody AS "leadCustody", l.marketing_person_id AS "marketingPersonId",
         m.name AS "marketingPersonName", l.clock_offset_ms AS "clockOffsetMs", l.virtual_now_at AS "virtualNowAt",
         h.assignee_id AS "assigneeId", a.name AS "assigneeName", h.team_key AS "teamKey", t.owner_id AS "teamOwnerId",
         o.accountable_owner_id AS "accountableOwnerId", h.rule_id AS "ruleId", h.qualified_by AS "qualifiedBy",
         v.key AS "definitionKey", v.version AS "definitionVersion", h.packet, h.versions, h.routing, h.offered_at AS "offeredAt",
         h.accept_due_at AS "acceptDueAt", h.breached_at AS "breachedAt", h.decided_at AS "decidedAt",
         h.decided_by AS "decidedById", d.name AS "decidedByName", h.decided_via AS "decidedVia", h.reason,
         r.label AS "reasonLabel", h.quality, h.first_contact_by AS "firstContactBy",
         h.meeting_at AS "meetingAt",
         h.first_touch_due_at AS "firstTouchDueAt", h.first_touch_at AS "firstTouchAt", h.returned_at AS "returnedAt",
         h.acknowledged_at AS "acknowledgedAt", h.acknowledged_by AS "acknowledgedById", k.name AS "acknowledgedByName",
         (SELECT count(*)::int FROM decisions c
           WHERE c.lead_id = h.lead_id AND c.handoff_no = h.no AND c.kind = 'undone') AS undone
    FROM handoffs h
    JOIN leads l ON l.id = h.lead_id AND l.state <> 'erased'
    JOIN people a ON a.id = h.assignee_id
    JOIN teams t ON t.key = h.team_key
    LEFT JOIN organisation o ON o.id = 1
    LEFT JOIN people m ON m.id = l.marketing_person_id
    LEFT JOIN people d ON d.id = h.decided_by
    LEFT JOIN people k ON k.id = h.acknowledged_by
    LEFT JOIN reasons r ON r.code = h.reason
    LEFT JOIN document_versions v ON v.id = h.definition_version_id`;

@Injectable()
export class HandoffsReadModel {
  async byId(manager: EntityManager, id: string): Promise<HandoffView | undefined> {
    const rows: HandoffView[] = await manager.query(`${SELECT} WHERE h.id = $1`, [id]);
    return rows[0];
  }

  /** The lead's handoff with the highest number. */
  async latestOfLead(manager: EntityManager, leadId: string): Promise<HandoffView | undefined> {
    const rows: HandoffView[] = await manager.query(`${SELECT} WHERE h.lead_id = $1 ORDER BY h.no DESC LIMIT 1`, [
      leadId,
    ]);
    return rows[0];
  }

  /** How the handoff closed: won or lost, by whom and when. */
  async outcomeOf(manager: EntityManager, { leadId, no }: HandoffView): Promise<LastDecision | undefined> {
    const [row] = await manager.query<{ kind: 'won' | 'lost'; by: string | null; at: Date }[]>(
      `SELECT kind, by_person_id AS by, at FROM decisions
        WHERE lead_id = $1 AND handoff_no = $2 AND kind IN ('won', 'lost') ORDER BY at DESC LIMIT 1`,
      [leadId, no],
    );
    return row && { handoffNo: no, kind: row.kind, by: row.by, at: row.at.getTime() };
  }

  /** What was said of the outcome: a value, a reason, the deal. */
  async outcomeWords(manager: EntityManager, { leadId, no }: HandoffView): Promise<Readonly<Record<string, unknown>>> {
    const [row] = await manager.query<{ data: Record<string, unknown> }[]>(
      `SELECT data FROM decisions
        WHERE lead_id = $1 AND handoff_no = $2 AND kind IN ('won', 'lost') ORDER BY at DESC LIMIT 1`,
      [leadId, no],
    );
    return row?.data ?? {};
  }

  /** Newest first; one row more than `limit` tells that there is another page. */
  async list(manager: EntityManager, viewer: HandoffViewer, filter: HandoffFilter): Promise<HandoffView[]> {
    const [offeredAt, id] = filter.before ?? [null, null];
    return manager.query(
      `${SELECT}
       WHERE ($1 OR h.team_key = $2 OR $3 IN (h.assignee_id, t.owner_id, o.accountable_owner_id))
         AND ($4::text IS NULL OR h.state = $4)
         AND ($5::uuid IS NULL OR h.assignee_id = $5)
         AND ($6::uuid IS NULL OR h.lead_id = $6)
         AND ($7::timestamptz IS NULL OR (h.offered_at, h.id) < ($7, $8::uuid))
       ORDER BY h.offered_at DESC, h.id DESC LIMIT $9`,
      [
        viewer.seesAll,
        viewer.teamKey,
        viewer.personId,
        filter.state ?? null,
        filter.assigneeId ?? null,
        filter.leadId ?? null,
        offeredAt,
        id,
        filter.limit + 1,
      ],
    );
  }
}
