import { Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import type { Condition } from '../../domain/condition/condition.js';
import type { ConditionFacts, ProfileValue } from '../../domain/condition/condition-facts.js';
import { evaluateCondition } from '../../domain/condition/evaluate-condition.js';
import type { BusinessCalendar } from '../../domain/time/business-calendar.js';
import { conflict } from '../common/problem.js';
import { CalendarEntity } from './calendar.entity.js';
import { OrganisationEntity } from './organisation.entity.js';
import { PersonEntity } from './person.entity.js';
import { TeamEntity } from './team.entity.js';

export type Person = Readonly<PersonEntity>;

export interface Team {
  readonly key: string;
  readonly side: 'marketing' | 'sales';
  readonly ownerId: string | null;
  readonly covers: Condition | null;
}

/** What decides who answers for a lead on marketing's side; a new lead has no more than this. */
export interface LeadOrigin {
  readonly campaignKey: string | null;
  readonly source: string;
  readonly country: string | null;
  readonly language: string | null;
  readonly tags?: readonly string[];
  readonly profile?: Readonly<Record<string, ProfileValue>>;
}

/** Who is who: people, teams and their working hours. */
@Injectable()
export class PeopleService {
  async byId(manager: EntityManager, id: string): Promise<Person | undefined> {
    return (await manager.findOneBy(PersonEntity, { id })) ?? undefined;
  }

  async byIds(manager: EntityManager, ids: readonly string[]): Promise<Map<string, Person>> {
    if (ids.length === 0) return new Map();
    const people = await manager.findBy(PersonEntity, { id: In([...new Set(ids)]) });
    return new Map(people.map((person) => [person.id, person]));
  }

  async byKey(manager: EntityManager, key: string): Promise<Person | undefined> {
    return (await manager.findOneBy(PersonEntity, { key })) ?? undefined;
  }

  /** Everybody, inactive ones too, by key. */
  async list(manager: EntityManager): Promise<Person[]> {
    return manager.find(PersonEntity, { order: { key: 'ASC' } });
  }

  /** Active people of one team, by key. */
  async ofTeam(manager: EntityManager, teamKey: string): Promise<Person[]> {
    return manager.find(PersonEntity, { where: { teamKey, active: true }, order: { key: 'ASC' } });
  }

  async team(manager: EntityManager, key: string): Promise<Team | undefined> {
    return (await manager.findOneBy(TeamEntity, { key })) ?? undefined;
  }

  /** Teams by key. */
  async teams(manager: EntityManager, side?: Team['side']): Promise<Team[]> {
    return manager.find(TeamEntity, { where: side === undefined ? {} : { side }, order: { key: 'ASC' } });
  }

  /** Who answers when nobody else does. The organisation can not be without one. */
  async accountableOwner(manager: EntityManager): Promise<Person> {
    const organisation = await manager.findOneBy(OrganisationEntity, { id: 1 });
    const id = organisation?.accountableOwnerId ?? null;
    const owner = id === null ? null : await manager.findOneBy(PersonEntity, { id });
    if (owner === null) throw conflict('The organisation has no accountable owner yet: set it at /v1/organisation.');
    return owner;
  }

  /** The team's owner, else the accountable owner. */
  async teamOwner(manager: EntityManager, teamKey: string): Promise<Person> {
    const team = await manager.findOneBy(TeamEntity, { key: teamKey });
    return (await this.activePerson(manager, team?.ownerId ?? null)) ?? this.accountableOwner(manager);
  }

  /**
   * The campaign's owner, else the owner of the first marketing team (by key) that covers the lead, else the
   * accountable owner: a lead is never ownerless (product: A lead's life).
   */
  async marketingPersonFor(manager: EntityManager, lead: LeadOrigin): Promise<Person> {
    const [person] = await this.marketingPeopleFor(manager, [lead]);
    return person ?? this.accountableOwner(manager);
  }

  /** The same for many, in their order; what they have in common is looked up once. */
  async marketingPeopleFor(manager: EntityManager, leads: readonly LeadOrigin[]): Promise<Person[]> {
    const campaigns = await this.campaignOwners(manager, [...new Set(leads.map(({ campaignKey }) => campaignKey))]);
    const teams = await this.teams(manager, 'marketing');
    const active = await this.activePeople(manager, [...campaigns.values(), ...teams.map(({ ownerId }) => ownerId)]);
    let last: Person | undefined;
    const people: Person[] = [];
    for (const lead of leads) {
      const owner = active.get(campaigns.get(lead.campaignKey) ?? '') ?? coveringTeamOwner(lead, teams, active);
      people.push(owner ?? (last ??= await this.accountableOwner(manager)));
    }
    return people;
  }

  /** Working hours with their holidays and the zone they are meant in; undefined when the person has no calendar. */
  async calendarOf(
    manager: EntityManager,
    personId: string,
  ): Promise<{ calendar: BusinessCalendar; zone: string } | undefined> {
    const person = await this.byId(manager, personId);
    if (person === undefined || person.calendarKey === null) return undefined;
    const calendar = await this.calendar(manager, person.calendarKey);
    return calendar === undefined ? undefined : { calendar, zone: person.zone };
  }

  async calendar(manager: EntityManager, key: string): Promise<BusinessCalendar | undefined> {
    const row = await manager.findOneBy(CalendarEntity, { key });
    return row === null ? undefined : toBusinessCalendar(row);
  }

  /** Every calendar by its key. */
  async calendars(manager: EntityManager): Promise<Map<string, BusinessCalendar>> {
    const rows = await manager.find(CalendarEntity);
    return new Map(rows.map((row) => [row.key, toBusinessCalendar(row)]));
  }

  /** Ids by the keys of their campaigns. */
  private async campaignOwners(
    manager: EntityManager,
    keys: readonly (string | null)[],
  ): Promise<Map<string | null, string>> {
    const named = keys.filter((key) => key !== null);
    if (named.length === 0) return new Map();
    const rows: { key: string; owner_id: string }[] = await manager.query(
      'SELECT key, owner_id FROM campaigns WHERE key = ANY($1)',
      [named],
    );
    return new Map(rows.map((row) => [row.key, row.owner_id]));
  }

  private async activePeople(manager: EntityManager, ids: readonly (string | null)[]): Promise<Map<string, Person>> {
    const people = await this.byIds(
      manager,
      ids.filter((id) => id !== null),
    );
    return new Map([...people].filter(([, { active }]) => active));
  }

  private async activePerson(manager: EntityManager, id: string | null): Promise<Person | undefined> {
    if (id === null) return undefined;
    return (await manager.findOneBy(PersonEntity, { id, active: true })) ?? undefined;
  }
}

function toBusinessCalendar(row: CalendarEntity): BusinessCalendar {
  return row.rows.map((opening) => ({ ...opening, holidays: row.holidays }));
}

/** Of the first team that covers the lead and whose owner is there. */
function coveringTeamOwner(
  lead: LeadOrigin,
  teams: readonly Team[],
  active: ReadonlyMap<string, Person>,
): Person | undefined {
  const facts = originFacts(lead);
  for (const { covers, ownerId } of teams) {
    const owner = active.get(ownerId ?? '');
    if (owner !== undefined && (covers === null || evaluateCondition(covers, facts, 0))) return owner;
  }
  return undefined;
}

/** A lead as it is before it did anything. */
function originFacts(lead: LeadOrigin): ConditionFacts {
  return {
    grade: 'D',
    scoreAt: () => 0,
    nextScoreCrossing: () => undefined,
    profile: lead.profile ?? {},
    tags: lead.tags ?? [],
    source: lead.source,
    campaign: lead.campaignKey,
    country: lead.country,
    language: lead.language,
    engagements: [],
    handRaises: [],
    insights: {},
    handoffs: { count: 0, lastReason: null },
  };
}
