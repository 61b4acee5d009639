import type { EntityManager } from 'typeorm';
import type { NoticeKind } from '../../domain/lead/notice-kind.js';
import { uuidV7 } from '../database/uuid-v7.js';

/** A notice that does not come from the lead's process; the worker sends it once it is committed. */
export async function planNotice(
  manager: EntityManager,
  notice: {
    readonly leadId: string;
    readonly handoffNo: number;
    readonly kind: NoticeKind;
    readonly ordinal: number;
    readonly personId: string;
  },
): Promise<void> {
  const { leadId, handoffNo, kind, ordinal, personId } = notice;
  await manager.query(
    `INSERT INTO notices (id, lead_id, handoff_no, kind, ordinal, person_id, state)
     SELECT $1, $2, $3, $4, $5, $6, 'planned'
      WHERE NOT EXISTS (SELECT 1 FROM notices WHERE lead_id = $2 AND handoff_no = $3 AND kind = $4 AND ordinal = $5)`,
    [uuidV7(), leadId, handoffNo, kind, ordinal, personId],
  );
}
