import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { JobKind, JobState } from './job.entity.js';

/** How far a job is. */
export interface JobView {
  readonly id: string;
  readonly kind: JobKind;
  readonly subject: string;
  readonly state: JobState;
  readonly input: Readonly<Record<string, unknown>>;
  readonly ratePerMinute: number;
  readonly ratePerHour: number | null;
  readonly startedById: string;
  readonly startedByName: string;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
  readonly total: number;
  /** Leads by what has become of them. */
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
}

/** Leads whom the same became; of those that were done only where there is more to say. */
export interface JobOutcome {
  readonly state: 'done' | 'skipped' | 'failed';
  readonly reason: string | null;
  readonly leads: number;
  /** A few of them. */
  readonly leadIds: readonly string[];
}

@Injectable()
export class JobsReadModel {
  async byId(manager: EntityManager, id: string): Promise<JobView | undefined> {
    const [row] = await manager.query<JobView[]>(
      `select j.id, j.kind, j.subject, j.state, j.input, j.rate_per_minute as "ratePerMinute",
              j.rate_per_hour as "ratePerHour",
              j.started_by as "startedById", p.name as "startedByName", j.created_at as "createdAt",
              j.ended_at as "endedAt", i.*
         from jobs j
         join people p on p.id = j.started_by
         cross join lateral (
           select count(*)::int as total, count(*) filter (where state = 'done')::int as done,
                  count(*) filter (where state = 'skipped')::int as skipped,
                  count(*) filter (where state = 'failed')::int as failed
             from job_items where job_id = j.id) i
        where j.id = $1`,
      [id],
    );
    return row;
  }

  /** Why leads were not done, and what else became of those that were, most first. */
  outcomes(manager: EntityManager, id: string): Promise<JobOutcome[]> {
    return manager.query(
      `select state, reason, count(*)::int as leads, (array_agg(lead_id order by lead_id))[1:20] as "leadIds"
         from job_items
        where job_id = $1 and (state in ('skipped', 'failed') or state = 'done' and reason is not null)
        group by state, reason order by count(*) desc, state, reason`,
      [id],
    );
  }
}
