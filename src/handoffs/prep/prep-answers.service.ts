import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { ownerOf } from '../../../domain/handoff/prep/prep-policy.schema.js';
import { MAX_PREP_NOTICES } from '../../../domain/handoff/prep/prep-notices.js';
import { isStalePrepForm, readPrepForm } from '../../../domain/handoff/prep/read-prep-form.js';
import { inTransaction } from '../../database/transaction.js';
import { planNotice } from '../plan-notice.js';
import { isToPrepare, PrepService } from './prep.service.js';

/** Keeps what leads say about their checklists, and has the rep told. */
@Injectable()
export class PrepAnswersService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly preps: PrepService,
  ) {}

  /**
   * One submission of the page: what it changes is kept, with one notice for all of it. `over`: sales does not have the
   * lead any more. `stale`: the page showed other answers than there are by now, and would take them back.
   */
  async submit(
    handoffId: string,
    leadId: string,
    form: Readonly<Record<string, unknown>>,
    now: Date,
  ): Promise<'saved' | 'unchanged' | 'stale' | 'over'> {
    return inTransaction(this.dataSource, async (manager) => {
      // Words about an erased lead would outlive it, and a lead that comes back is not prepared any more.
      await manager.query('SELECT 1 FROM leads WHERE id = $1 FOR UPDATE', [leadId]);
      const prep = await this.preps.of(manager, handoffId);
      if (prep === undefined || !isToPrepare(prep)) return 'over';
      const changed = readPrepForm(prep.checklist, form, prep.answers);
      if (changed.length === 0) return 'unchanged';
      if (isStalePrepForm(form, prep.answers)) return 'stale';
      for (const { item, confirmed, text } of changed) {
        const asked = prep.checklist.items.find(({ key }) => key === item);
        if (asked === undefined) continue;
        await manager.query(
          `INSERT INTO prep_answers (handoff_id, item, lead_id, ask, owner, confirmed, text, answered_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
           ON CONFLICT (handoff_id, item) DO UPDATE SET ask = excluded.ask, owner = excluded.owner,
                                                        confirmed = excluded.confirmed, text = excluded.text,
                                                        answered_at = excluded.answered_at`,
          [handoffId, item, leadId, asked.ask, ownerOf(asked), confirmed, text, now],
        );
      }
      const told = await toldSoFar(manager, leadId, prep.row.no);
      if (told < MAX_PREP_NOTICES) {
        const { no: handoffNo, assigneeId: personId } = prep.row;
        await planNotice(manager, { leadId, handoffNo, kind: 'prep_answered', ordinal: told + 1, personId });
      }
      return 'saved';
    });
  }
}

async function toldSoFar(manager: EntityManager, leadId: string, no: number): Promise<number> {
  const [row] = await manager.query<{ told: number }[]>(
    `SELECT count(*)::int AS told FROM notices WHERE lead_id = $1 AND handoff_no = $2 AND kind = 'prep_answered'`,
    [leadId, no],
  );
  return row?.told ?? 0;
}
