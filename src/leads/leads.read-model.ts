import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Custody, LeadState } from '../../domain/lead/lead-state.js';
import type { LeadGrade } from './lead.entity.js';
import type { LeadSort } from './leads.schema.js';

export interface PersonName {
  readonly id: string;
  readonly name: string;
}

/** A lead with the names of its persons and the enrollment it is in. */
export interface LeadView {
  readonly id: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly company: string | null;
  readonly title: string | null;
  readonly phone: string | null;
  readonly country: string | null;
  readonly timeZone: string | null;
  readonly language: string | null;
  readonly profile: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
  readonly externalIds: readonly string[];
  readonly source: string;
  readonly campaign: string | null;
  readonly consent: Readonly<Record<string, unknown>> | null;
  readonly contactable: boolean;
  readonly state: LeadState;
  readonly stateSinceAt: Date;
  readonly custody: Custody;
  readonly marketing: PersonName | null;
  readonly sales: PersonName | null;
  readonly accountable: PersonName;
  readonly grade: LeadGrade;
  readonly score: number;
  readonly cadence: {
    readonly key: string;
    readonly version: number;
    readonly step: string;
    readonly state: 'running' | 'suspended';
    readonly enteredAt: string;
  } | null;
  readonly nextWakeAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface LeadFilter {
  readonly state?: string | undefined;
  /** Nothing outside of these. */
  readonly states?: readonly LeadState[] | undefined;
  readonly custody?: string | undefined;
  readonly cadence?: string | undefined;
  readonly source?: string | undefined;
  readonly campaign?: string | undefined;
  readonly accountableId?: string | undefined;
  readonly q?: string | undefined;
}

export interface LeadPageQuery extends LeadFilter {
  readonly sort: LeadSort;
  readonly limit: number;
  /** Value of the sort column and id of the last lead seen. */
  readonly after?: { readonly value: Date | number; readonly id: string } | undefined;
}

const person = (alias: string): string =>
  `case when ${alias}.id is null then null else jsonb_build_object('id', ${alias}.id, 'name', ${alias}.name) end`;

const SELECT = `
  select l.id, l.email, l.name, l.company, l.title, l.phone, l.country, l.time_zone as "timeZone", l.language, l.profile,
         l.tags, l.source, l.campaign_key as campaign, l.consent, l.contactable, l.state,
         l.state_since_at as "stateSinceAt", l.custody, l.grade, l.score, l.next_wake_at as "nextWakeAt",
         l.created_at as "createdAt", l.updated_at as "updatedAt",
         array(select i.value from lead_identities i where i.lead_id = l.id and i.kind = 'external' order by i.value)
           as "externalIds",
         ${person('marketing')} as marketing, ${person('sales')} as sales, ${person('accountable')} as accountable,
         case when e.no is null then null else jsonb_build_object(
           'key', e.cadence_key, 'version', e.version, 'step', e.step, 'state', e.state, 'enteredAt', e.entered_at)
         end as cadence
    from leads l
    join people accountable on accountable.id = l.accountable_person_id
    left join people marketing on marketing.id = l.marketing_person_id
    left join people sales on sales.id = l.sales_person_id
    left join lateral (
      select r.no, r.cadence_key, r.step, r.state, r.entered_at, v.version
        from enrollments r join document_versions v on v.id = r.version_id
       where r.lead_id = l.id and r.state <> 'ended' order by r.no desc limit 1) e on true`;

/** What a sort orders by; a closed list, since these names go into the statement. */
const COLUMNS: Readonly<Record<LeadSort, { readonly column: string; readonly descending: boolean }>> = {
  createdAt: { column: 'l.created_at', descending: false },
  '-createdAt': { column: 'l.created_at', descending: true },
  stateSince: { column: 'l.state_since_at', descending: false },
  '-stateSince': { column: 'l.state_since_at', descending: true },
  score: { column: 'l.score', descending: false },
  '-score': { column: 'l.score', descending: true },
};

/** Leads as people see them. */
@Injectable()
export class LeadsReadModel {
  async byId(manager: EntityManager, id: string): Promise<LeadView | undefined> {
    const rows: LeadView[] = await manager.query(`${SELECT} where l.id = $1`, [id]);
    return rows[0];
  }

  /** At most `limit`, after the position given. Erased leads only when asked for. */
  async page(manager: EntityManager, query: LeadPageQuery): Promise<LeadView[]> {
    const { column, descending } = COLUMNS[query.sort];
    const values: unknown[] = [];
    const bind = (value: unknown): string => `$${values.push(value)}`;
    const where = conditionsOf(query, bind);
    if (query.after) {
      const type = query.after.value instanceof Date ? 'timestamptz' : 'float8';
      const position = `(${bind(query.after.value)}::${type}, ${bind(query.after.id)}::uuid)`;
      where.push(`(${column}, l.id) ${descending ? '<' : '>'} ${position}`);
    }
    const direction = descending ? 'desc' : 'asc';
    return manager.query(
      `${SELECT} where ${where.join(' and ')} order by ${column} ${direction}, l.id ${direction} limit ${bind(query.limit)}`,
      values,
    );
  }
}

function conditionsOf(filter: LeadFilter, bind: (value: unknown) => string): string[] {
  const { state, states, custody, cadence, source, campaign, accountableId, q } = filter;
  const where = [state === undefined ? `l.state <> 'erased'` : `l.state = ${bind(state)}`];
  if (states !== undefined) where.push(`l.state = any(${bind(states)})`);
  if (custody !== undefined) where.push(`l.custody = ${bind(custody)}`);
  if (source !== undefined) where.push(`l.source = ${bind(source)}`);
  if (campaign !== undefined) where.push(`l.campaign_key = ${bind(campaign)}`);
  if (accountableId !== undefined) where.push(`l.accountable_person_id = ${bind(accountableId)}`);
  if (cadence !== undefined) where.push(`e.cadence_key = ${bind(cadence)}`);
  if (q !== undefined) {
    const part = bind(`%${q.replace(/[\\%_]/g, '\\$&')}%`);
    const whole = bind(q);
    where.push(`(l.name ilike ${part} or l.company ilike ${part} or l.email ilike ${part} or exists (
      select 1 from lead_identities i where i.lead_id = l.id and i.kind = 'external' and i.value = ${whole}))`);
  }
  return where;
}
