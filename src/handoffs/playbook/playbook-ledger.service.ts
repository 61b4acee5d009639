import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { planNotice } from '../plan-notice.js';
import { PlaybookService } from './playbook.service.js';

/** Has the rep told when the tries of a playbook are used up; every write joins the transaction that stores the try. */
@Injectable()
export class PlaybookLedgerService {
  constructor(private readonly playbooks: PlaybookService) {}

  /** After a try was stored. The rep is told once about a handoff, and no more once the lead was reached. */
  async take(manager: EntityManager, leadId: string, no: number): Promise<void> {
    const [handoff] = await manager.query<{ assigneeId: string; versions: Record<string, string> }[]>(
      'SELECT assignee_id AS "assigneeId", versions FROM handoffs WHERE lead_id = $1 AND no = $2',
      [leadId, no],
    );
    if (handoff === undefined) return;
    const view = await this.playbooks.of(manager, { leadId, no, ...handoff });
    if (view === undefined) return;
    if (!view.judged.exhausted) return this.forget(manager, leadId, no);
    const { assigneeId: personId } = handoff;
    await planNotice(manager, { leadId, handoffNo: no, kind: 'playbook_over', ordinal: 1, personId });
  }

  /** Takes back what nobody has been told yet: a try it rests on may be gone. */
  async forget(manager: EntityManager, leadId: string, no: number): Promise<void> {
    await manager.query(
      `DELETE FROM notices WHERE lead_id = $1 AND handoff_no = $2 AND kind = 'playbook_over' AND state = 'planned'`,
      [leadId, no],
    );
  }
}
