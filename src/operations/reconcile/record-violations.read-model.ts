import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { findStranded, type Stranded } from '../../../domain/lead/find-stranded.js';
import type { LeadProcess } from '../../../domain/lead/lead-process.js';
import { newLeadProcess } from '../../../domain/lead/new-lead-process.js';
import { CLOSED_STATES } from '../../../domain/lead/lead-state.js';
import { isStuck } from '../../temporal/is-stuck.js';
import type { Violation } from './reconcile.schema.js';

/** What is younger is still on its way. */
const SETTLE_MS = 60_000;
const LATE_MS = 5 * 60_000;
const PAGE = 5_000;

const STRANDED: Readonly<Record<Stranded, string>> = {
  nothing_to_wake: 'it has no next instant and waits for nobody',
  next_step_missing: 'no cadence, no re-entry date and no person to act: a catch-all cadence would take it',
};

interface CandidateRow {
  readonly id: string;
  readonly process: LeadProcess | null;
  readonly nextWakeAt: Date | null;
  readonly createdAt: Date;
}

/** What the record alone shows to be wrong; each question answers at most `limit` + 1 rows. */
@Injectable()
export class RecordViolationsReadModel {
  constructor(private readonly dataSource: DataSource) {}

  /** Ids of open leads in order of id, a page after `after`; `young` ones were made moments ago. */
  async openLeads(after: string | undefined, now: Date): Promise<{ id: string; young: boolean }[]> {
    return this.dataSource.query(
      `select l.id, l.created_at > $2::timestamptz - interval '${SETTLE_MS} milliseconds' as young from leads l
        where l.id > coalesce($1::uuid, '00000000-0000-0000-0000-000000000000') and not l.state = any($3)
        order by l.id limit ${PAGE}`,
      [after ?? null, now, CLOSED_STATES],
    );
  }

  async states(leadIds: readonly string[]): Promise<Map<string, { state: string; settled: boolean }>> {
    const rows = await this.dataSource.query<{ id: string; state: string; settled: boolean }[]>(
      `select id::text, state, updated_at < now() - interval '${SETTLE_MS} milliseconds' as settled
         from leads where id::text = any($1)`,
      [leadIds],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** Everything but the workflows. */
  async violations(now: Date, limit: number): Promise<Violation[]> {
    const plain = await Promise.all(
      this.questions().map(({ kind, sql }) =>
        this.dataSource
          .query<{ leadId: string; cause: string }[]>(`${sql} limit ${limit + 1}`, [now])
          .then((rows) => rows.map(({ leadId, cause }): Violation => ({ leadId, kind, cause }))),
      ),
    );
    return [...plain.flat(), ...(await this.stranded(now, limit))];
  }

  private questions(): { kind: Violation['kind']; sql: string }[] {
    const closed = CLOSED_STATES.map((state) => `'${state}'`).join(', ');
    const settled = `$1::timestamptz - interval '${SETTLE_MS} milliseconds'`;
    const number = `(l.process->'process'->'handoff'->>'no')::int`;
    return [
      {
        kind: 'outbox_stuck',
        sql: `select lead_id as "leadId", count(*) || ' rows wait, the oldest since ' || to_char(min(created_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as cause
                from outbox o where ${isStuck('$1', SETTLE_MS / 1_000)} group by lead_id order by lead_id`,
      },
      {
        kind: 'wake_overdue',
        sql: `select l.id as "leadId", 'its next instant was ' || to_char(l.next_wake_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as cause
                from leads l where l.clock_offset_ms = 0 and l.next_wake_at < $1::timestamptz - interval '${LATE_MS} milliseconds'
               order by l.next_wake_at`,
      },
      {
        kind: 'accountable_inactive',
        sql: `select l.id as "leadId", case when p.id is null then 'nobody answers for it' else 'its accountable person ' || p.key || ' is not active' end as cause
                from leads l left join people p on p.id = l.accountable_person_id
               where not l.state in (${closed}) and p.active is not true and l.created_at <= $1 order by l.id`,
      },
      {
        // A row that its lead, still qualified, has opened is adopted by the sync to come.
        kind: 'offer_stray',
        sql: `select h.lead_id as "leadId", 'handoff ' || h.no || ' is offered, the lead is ' || l.state as cause
                from handoffs h join leads l on l.id = h.lead_id
               where h.state = 'offered' and h.offered_at < ${settled} and l.updated_at < ${settled}
                 and (l.state not in ('offered', 'qualified') or h.no is distinct from ${number}) order by h.lead_id, h.no`,
      },
      {
        kind: 'offer_missing',
        sql: `select l.id as "leadId", 'the lead is offered, its handoff is not' as cause from leads l
               where l.state = 'offered' and l.updated_at < ${settled}
                 and not exists (select 1 from handoffs h where h.lead_id = l.id and h.state = 'offered') order by l.id`,
      },
      {
        kind: 'custody_gap',
        sql: `select l.id as "leadId", case when c.id is null then 'no record says who answers for it'
                       else 'the last record says ' || c.custody || ', the lead ' || l.custody || ', or another person' end as cause
                from leads l
                left join lateral (select * from custody_records r where r.lead_id = l.id order by since_at desc, id desc limit 1) c on true
               where l.created_at < ${settled} and l.updated_at < ${settled}
                 and (c.id is null or c.custody <> l.custody or c.accountable_person_id <> l.accountable_person_id) order by l.id`,
      },
    ];
  }

  private async stranded(now: Date, limit: number): Promise<Violation[]> {
    const found: Violation[] = [];
    let after: string | null = null;
    for (;;) {
      const rows: CandidateRow[] = await this.dataSource.query(
        `select l.id, l.process->'process' as process, l.next_wake_at as "nextWakeAt", l.created_at as "createdAt"
           from leads l
          where l.id > coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
            and l.state in ('raw', 'nurturing', 'qualified')
            and l.updated_at < $1::timestamptz - interval '${SETTLE_MS} milliseconds'
            and not exists (select 1 from outbox o where o.lead_id = l.id and o.delivered_at is null)
            and (l.next_wake_at is null or l.process->'process'->'enrollment' is null)
          order by l.id limit 1000`,
        [now, after],
      );
      for (const { id, process, nextWakeAt, createdAt } of rows) {
        const known = process ?? newLeadProcess(createdAt.getTime());
        const kind = findStranded(known, nextWakeAt?.getTime(), now.getTime());
        if (kind !== undefined) found.push({ leadId: id, kind, cause: STRANDED[kind] });
        if (found.length > limit) return found;
      }
      after = rows.at(-1)?.id ?? null;
      if (rows.length < 1_000) return found;
    }
  }
}
