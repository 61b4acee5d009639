import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** Whom a cadence may take in, and whom it has taken in. */
@Injectable()
export class TakeInLeadsReadModel {
  /** Leads whose process is not over, by whether they are in nurture: the only ones a cadence takes. */
  async counts(manager: EntityManager): Promise<{ readonly inNurture: number; readonly notInNurture: number }> {
    const [row] = await manager.query<{ inNurture: number; notInNurture: number }[]>(
      `select count(*) filter (where state = 'nurturing')::int as "inNurture",
              count(*) filter (where state <> 'nurturing')::int as "notInNurture"
         from leads where state not in ('won', 'disqualified', 'erased')`,
    );
    return row ?? { inNurture: 0, notInNurture: 0 };
  }

  /** Ids of leads in nurture, in order, after `after`. */
  async inNurture(manager: EntityManager, after: string | undefined, limit: number): Promise<string[]> {
    const rows = await manager.query<{ id: string }[]>(
      `select id from leads where state = 'nurturing' and ($1::uuid is null or id > $1) order by id limit $2`,
      [after ?? null, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Whether the lead has entered the cadence since it had so many enrollments. */
  async entered(
    manager: EntityManager,
    leadId: string,
    cadenceKey: string,
    enrollmentsBefore: number,
  ): Promise<boolean> {
    const rows = await manager.query<unknown[]>(
      'select 1 from enrollments where lead_id = $1 and cadence_key = $2 and no > $3 limit 1',
      [leadId, cadenceKey, enrollmentsBefore],
    );
    return rows.length > 0;
  }
}
