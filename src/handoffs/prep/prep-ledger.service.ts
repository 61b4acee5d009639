import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { chooseChecklist } from '../../../domain/handoff/prep/choose-checklist.js';
import { planPrepMails } from '../../../domain/handoff/prep/plan-prep-mails.js';
import { SETTLED_AFTER_MS } from '../../../domain/lead/undo-time.js';
import { chooseZone } from '../../../domain/time/choose-zone.js';
import { nameUuid } from '../../database/name-uuid.js';
import { DocumentsService } from '../../documents/documents.service.js';

/** An acceptance, as the process recorded it. */
interface Acceptance {
  readonly leadId: string;
  readonly no: number;
  readonly at: Date;
  readonly meetingAt: Date | null;
  readonly firstContactBy: Date | null;
}

interface AcceptedRow {
  readonly id: string;
  readonly versionId: string;
  readonly handRaiseKind: string | null;
  readonly leadZone: string | null;
  readonly campaignZone: string | null;
  readonly zone: string;
}

/** Plans what a lead is written about its checklist; every write joins the transaction that stores the decision. */
@Injectable()
export class PrepLedgerService {
  constructor(private readonly documents: DocumentsService) {}

  /** The mails that follow from an acceptance, held until nobody can undo it. The same acceptance again changes nothing. */
  async plan(manager: EntityManager, { leadId, no, at, meetingAt, firstContactBy }: Acceptance): Promise<void> {
    const [row] = await manager.query<AcceptedRow[]>(
      `SELECT h.id, h.versions->>'prep' AS "versionId", h.packet->'handRaise'->>'kind' AS "handRaiseKind",
              l.time_zone AS "leadZone", c.zone AS "campaignZone", o.zone
         FROM handoffs h JOIN leads l ON l.id = h.lead_id JOIN organisation o ON o.id = 1
         LEFT JOIN campaigns c ON c.key = l.campaign_key
        WHERE h.lead_id = $1 AND h.no = $2 AND h.versions ? 'prep'`,
      [leadId, no],
    );
    if (row === undefined) return;
    const policy = await this.documents.load(manager, 'prep', row.versionId);
    const checklist = policy && chooseChecklist(policy.body, row.handRaiseKind);
    if (checklist === undefined) return;
    const planned = planPrepMails({
      settledAt: at.getTime() + SETTLED_AFTER_MS,
      meetingAt: (meetingAt ?? firstContactBy)?.getTime() ?? null,
      remind: checklist.remind,
      zone: chooseZone({ lead: row.leadZone, campaign: row.campaignZone, organisation: row.zone }).zone,
    });
    for (const { ordinal, dueAt } of planned) {
      await manager.query(
        `INSERT INTO prep_mails (id, handoff_id, lead_id, ordinal, state, due_at) VALUES ($1, $2, $3, $4, 'planned', $5)
         ON CONFLICT (handoff_id, ordinal) DO NOTHING`,
        [nameUuid(`prep/${row.id}/${ordinal}`), row.id, leadId, ordinal, new Date(dueAt)],
      );
    }
  }

  /** Takes back what nobody has been sent of an acceptance that does not stand, or no longer. */
  async forget(manager: EntityManager, leadId: string, no: number): Promise<void> {
    await manager.query(
      `DELETE FROM prep_mails m USING handoffs h
        WHERE h.id = m.handoff_id AND h.lead_id = $1 AND h.no = $2 AND m.state = 'planned' AND m.attempts = 0`,
      [leadId, no],
    );
  }
}
