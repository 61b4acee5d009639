import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Custody } from '../../domain/lead/lead-state.js';
import type { PersonName } from './leads.read-model.js';
import type { TimelineKind } from './leads.schema.js';

/** Something that happened to a lead. `type` is finer than the kind: the engagement's kind, the record's, … */
export interface TimelineRow {
  readonly at: Date;
  /** Order of things of one instant: what the lead did comes before what followed from it. */
  readonly rank: number;
  readonly pos: number;
  readonly id: string;
  readonly kind: TimelineKind;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly by: PersonName | null;
}

export interface TimelineQuery {
  readonly leadId: string;
  readonly kinds?: readonly TimelineKind[] | undefined;
  /** Whether what people wrote is shown too. */
  readonly withWords: boolean;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly after?: Pick<TimelineRow, 'at' | 'rank' | 'pos' | 'id'> | undefined;
}

export interface CustodyRow {
  readonly custody: Custody;
  readonly marketing: PersonName | null;
  readonly sales: PersonName | null;
  readonly accountable: PersonName;
  readonly sinceAt: Date;
  readonly cause: string;
  readonly ruleId: string | null;
  readonly handoffNo: number | null;
}

/** Records of the process by the kind they are shown under; custody has rows of its own. */
const RECORD_KINDS: Readonly<Record<string, TimelineKind>> = {
  state: 'state',
  qualified: 'offer',
  offer_waiting: 'offer',
  offered: 'offer',
  decided: 'decision',
  first_touch: 'decision',
  acknowledged: 'decision',
  outcome: 'decision',
  recycle_path: 'decision',
  rung: 'rung',
  enrolled: 'enrollment',
  migrated: 'enrollment',
  suspended: 'enrollment',
  resumed: 'enrollment',
  step: 'step',
  passed: 'step',
  waited: 'wait',
  branched: 'branch',
  todo_done: 'todo',
  webhook: 'webhook',
  webhook_done: 'webhook',
  held: 'held',
  enrollment_ended: 'exit',
  score_factor: 'score',
  notice_failed: 'ignored',
  ignored: 'ignored',
};

const EVENTS = `
  select e.at, 1 as rank, e.seq::bigint as pos, e.id::text as id, 'engagement' as kind, e.kind as type,
         jsonb_build_object('seq', e.seq, 'source', e.source, 'class', e.class, 'handRaise', e.hand_raise,
           'purpose', e.purpose, 'properties', e.properties, 'occurredAt', e.occurred_at, 'receivedAt', e.received_at,
           'points', (select coalesce(sum(i.points), 0) from score_items i
                       where i.lead_id = e.lead_id and i.engagement_id = e.id),
           'rules', (select coalesce(jsonb_agg(distinct i.rule_id), '[]') from score_items i
                      where i.lead_id = e.lead_id and i.engagement_id = e.id and i.kind = 'award'
                        and not exists (select 1 from score_items r where r.reverses_id = i.id))) as data,
         null::text as by
    from engagements e where e.lead_id = $1
  union all
  select p.at, 0, p.seq, p.id::text, 'profile', 'changed', p.changes, p.by_person_id::text
    from profile_changes p where p.lead_id = $1
  union all
  select coalesce(t.claimed_at, t.finished_at, t.due_at), 4, t.visit, t.id::text, 'touch', t.state,
         jsonb_build_object('cadence', r.cadence_key, 'enrollmentNo', r.no, 'step', t.step, 'visit', t.visit,
           'template', v.key, 'templateVersion', v.version, 'subject', t.subject, 'reason', t.reason,
           'dueAt', t.due_at, 'claimedAt', t.claimed_at, 'finishedAt', t.finished_at), null
    from touches t
    join enrollments r on r.id = t.enrollment_id
    join document_versions v on v.id = t.template_version_id
   where t.lead_id = $1
  union all
  select l.at, 2, l.rev::bigint * 1000 + l.n, l.rev || '.' || l.n, $2::jsonb ->> l.kind, l.kind, l.data,
         case when l.kind = 'qualified' then null else l.data ->> 'by' end
    from lead_records l where l.lead_id = $1 and $2::jsonb ? l.kind
  union all
  select c.since_at, 3, 0, c.id::text, 'custody', c.custody,
         jsonb_build_object('custody', c.custody, 'marketingPersonId', c.marketing_person_id,
           'salesPersonId', c.sales_person_id, 'accountablePersonId', c.accountable_person_id, 'cause', c.cause,
           'ruleId', c.rule_id, 'handoffNo', c.handoff_no), null
    from custody_records c where c.lead_id = $1
  union all
  select n.at, 5, 0, n.id::text, 'note', 'note', jsonb_build_object('text', n.text), n.by_person_id::text
    from notes n where n.lead_id = $1
  union all
  select i.at, 5, coalesce(i.seq, 0), i.id::text, 'insight', i.kind, jsonb_build_object('text', i.text), i.by_person_id::text
    from insights i where i.lead_id = $1
  union all
  select coalesce(m.claimed_at, m.finished_at, m.due_at), 4, m.ordinal, m.id::text, 'prep', m.state,
         jsonb_build_object('handoffNo', h.no, 'ordinal', m.ordinal, 'subject', m.subject, 'reason', m.reason,
           'dueAt', m.due_at), null
    from prep_mails m join handoffs h on h.id = m.handoff_id where m.lead_id = $1
  union all
  select a.answered_at, 1, 0, a.handoff_id || '.' || a.item, 'prep', 'answered',
         jsonb_build_object('handoffNo', h.no, 'ask', a.ask, 'owner', a.owner, 'confirmed', a.confirmed,
           'text', a.text), null
    from prep_answers a join handoffs h on h.id = a.handoff_id where a.lead_id = $1`;

/** What happened to a lead, in one order; who answered for it, and when. */
@Injectable()
export class LeadTimelineReadModel {
  async page(manager: EntityManager, query: TimelineQuery): Promise<TimelineRow[]> {
    const { leadId, kinds, withWords, order, limit, after } = query;
    return manager.query(
      `select t.at, t.rank, t.pos, t.id, t.kind, t.type, t.data,
              case when p.id is null then null else jsonb_build_object('id', p.id, 'name', p.name) end as by
         from (${EVENTS}) t left join people p on p.id::text = t.by
        where ($3::text[] is null or t.kind = any($3)) and ($9 or t.kind not in ('note', 'insight'))
          and ($4::timestamptz is null
               or (t.at, t.rank, t.pos, t.id) ${order === 'asc' ? '>' : '<'} ($4, $5::int, $6::bigint, $7::text))
        order by t.at ${order}, t.rank ${order}, t.pos ${order}, t.id ${order} limit $8`,
      [
        leadId,
        JSON.stringify(RECORD_KINDS),
        kinds ?? null,
        after?.at ?? null,
        after?.rank ?? null,
        after?.pos ?? null,
        after?.id ?? null,
        limit,
        withWords,
      ],
    );
  }

  /** Custody records in the order of their beginning, with names; at one instant the first of a lead comes first. */
  async custody(manager: EntityManager, leadId: string): Promise<CustodyRow[]> {
    return manager.query(
      `select c.custody, c.since_at as "sinceAt", c.cause, c.rule_id as "ruleId", c.handoff_no as "handoffNo",
              case when m.id is null then null else jsonb_build_object('id', m.id, 'name', m.name) end as marketing,
              case when s.id is null then null else jsonb_build_object('id', s.id, 'name', s.name) end as sales,
              jsonb_build_object('id', a.id, 'name', a.name) as accountable
         from custody_records c
         join people a on a.id = c.accountable_person_id
         left join people m on m.id = c.marketing_person_id
         left join people s on s.id = c.sales_person_id
        where c.lead_id = $1
        order by c.since_at, (c.cause = 'created') desc, c.id`,
      [leadId],
    );
  }
}
