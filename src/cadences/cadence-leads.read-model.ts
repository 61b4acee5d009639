import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** A lead inside a cadence. */
export interface LeadInside {
  readonly leadId: string;
  readonly name: string | null;
  readonly company: string | null;
  readonly enrollmentNo: number;
  readonly versionId: string;
  readonly version: number;
  readonly step: string;
}

export interface StandingInside extends Pick<LeadInside, 'enrollmentNo' | 'versionId' | 'version'> {
  readonly below: boolean;
}

const FROM = `
    from enrollments e
    join leads l on l.id = e.lead_id
    join document_versions v on v.id = e.version_id
   where e.cadence_key = $1 and e.state <> 'ended' and l.state not in ('won', 'disqualified', 'erased')`;

/** Who is inside a cadence, and in which version of it. */
@Injectable()
export class CadenceLeadsReadModel {
  /** Leads inside another version than `toVersionId`, by id, those after `after`; one more than `limit`. */
  async inside(
    manager: EntityManager,
    key: string,
    query: {
      readonly toVersionId: string;
      readonly fromVersion?: number | undefined;
      readonly after?: string | undefined;
      readonly limit?: number | undefined;
    },
  ): Promise<LeadInside[]> {
    return manager.query(
      `select e.lead_id as "leadId", l.name, l.company, e.no as "enrollmentNo", e.version_id as "versionId",
              v.version, e.step ${FROM}
         and e.version_id <> $2 and ($3::int is null or v.version = $3) and ($4::uuid is null or e.lead_id > $4)
       order by e.lead_id limit $5`,
      [key, query.toVersionId, query.fromVersion ?? null, query.after ?? null, query.limit ?? null],
    );
  }

  /** The enrollment in which the lead is inside the cadence now; `below`: it waits below the running one. */
  async enrollment(manager: EntityManager, key: string, leadId: string): Promise<StandingInside | undefined> {
    const [row] = await manager.query<StandingInside[]>(
      `select e.no as "enrollmentNo", e.version_id as "versionId", v.version,
              coalesce(l.process->'process'->'suspended' @> jsonb_build_array(jsonb_build_object('no', e.no)), false)
                as "below" ${FROM}
         and e.lead_id = $2 order by e.no desc limit 1`,
      [key, leadId],
    );
    return row;
  }
}
