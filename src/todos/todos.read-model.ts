import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { TodoState } from './todo.entity.js';

/** A to-do as people look at it. */
export interface TodoView {
  readonly id: string;
  readonly leadId: string;
  readonly leadName: string | null;
  readonly leadCompany: string | null;
  /** Null, with step and visit, where a handoff lacks fields. */
  readonly cadence: string | null;
  readonly enrollmentNo: number | null;
  readonly step: string | null;
  readonly visit: number | null;
  readonly handoffNo: number | null;
  readonly missing: readonly string[] | null;
  readonly text: string;
  readonly dispositions: readonly string[];
  readonly state: TodoState;
  readonly personId: string;
  readonly personName: string;
  readonly createdAt: Date;
  readonly dueAt: Date | null;
  readonly endedAt: Date | null;
  readonly disposition: string | null;
  readonly doneById: string | null;
  readonly doneByName: string | null;
}

export interface TodoFilter {
  readonly state: TodoState;
  readonly personId?: string | undefined;
  readonly leadId?: string | undefined;
  readonly after?: readonly [createdAt: string, id: string] | undefined;
  readonly limit: number;
}

const SELECT = `
  select t.id, t.lead_id as "leadId", l.name as "leadName", l.company as "leadCompany", e.cadence_key as cadence,
         t.enrollment_no as "enrollmentNo", t.step, t.visit, t.handoff_no as "handoffNo", t.missing, t.text, t.dispositions, t.state, t.person_id as "personId",
         p.name as "personName", t.created_at as "createdAt", t.due_at as "dueAt", t.ended_at as "endedAt",
         t.disposition, t.done_by as "doneById", d.name as "doneByName"
    from todos t
    join leads l on l.id = t.lead_id
    left join enrollments e on e.lead_id = t.lead_id and e.no = t.enrollment_no
    join people p on p.id = t.person_id
    left join people d on d.id = t.done_by`;

@Injectable()
export class TodosReadModel {
  /** Oldest first, one more than `limit`. */
  async list(manager: EntityManager, filter: TodoFilter): Promise<TodoView[]> {
    const { state, personId, leadId, after, limit } = filter;
    return manager.query<TodoView[]>(
      `${SELECT}
        where t.state = $1 and ($2::uuid is null or t.person_id = $2) and ($3::uuid is null or t.lead_id = $3)
          and ($4::timestamptz is null or (t.created_at, t.id) > ($4, $5::uuid))
        order by t.created_at, t.id limit $6`,
      [state, personId ?? null, leadId ?? null, after?.[0] ?? null, after?.[1] ?? null, limit + 1],
    );
  }

  async byId(manager: EntityManager, id: string): Promise<TodoView | undefined> {
    const [row] = await manager.query<TodoView[]>(`${SELECT} where t.id = $1`, [id]);
    return row;
  }
}
