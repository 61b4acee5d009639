import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ConditionFacts } from '../../domain/condition/condition-facts.js';
import type { Rep } from '../../domain/handoff/rep-availability.js';
import { turnChanges } from '../../domain/handoff/turns.js';
import { askedIn, routeOffer, type RouteOfferResult } from '../../domain/handoff/route-offer.js';
import { DocumentsService, SINGLE_KEY } from '../documents/documents.service.js';
import { type Person, PeopleService } from '../people/people.service.js';
import { RoutingTurnEntity } from './routing-turn.entity.js';

/** Offers and their counts are one thing at a time for the whole organisation. Any number that is ours alone. */
const ROUTING_LOCK = 7_261_906;
/** How far back the last offer of a rep is looked for: it tells who has waited longest. */
const RECENT_MS = 30 * 86_400_000;

interface Load {
  readonly open: number;
  readonly lastAt: Date;
}

/** Who gets an offer. */
@Injectable()
export class HandoffRoutingService {
  constructor(
    private readonly documents: DocumentsService,
    private readonly people: PeopleService,
  ) {}

  /** Until the caller's transaction ends nobody else routes, so that capacity is counted exactly. */
  async lock(manager: EntityManager): Promise<void> {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [ROUTING_LOCK]);
  }

  async route(
    manager: EntityManager,
    facts: ConditionFacts,
    at: number,
    excluded: readonly string[] = [],
  ): Promise<RouteOfferResult> {
    const routing = await this.documents.effective(manager, 'routing', SINGLE_KEY, new Date(at));
    return routeOffer({
      facts,
      at,
      routing: routing?.body ?? [],
      teams: await this.people.teams(manager, 'sales'),
      reps: await this.reps(manager, at),
      excluded,
    });
  }

  /** Among whom the offers of that team go round now. */
  async asked(
    manager: EntityManager,
    teamKey: string,
    at: number,
    excluded: readonly string[],
  ): Promise<RouteOfferResult['asked']> {
    return askedIn(teamKey, { reps: await this.reps(manager, at), at, excluded });
  }

  /**
   * Keeps what the offer changes of the round. `assigneeId` may be somebody whom routing did not choose: what a person gives
   * out by hand counts like any other offer.
   */
  async take(
    manager: EntityManager,
    { asked }: Pick<RouteOfferResult, 'asked'>,
    { assigneeId, teamKey }: { readonly assigneeId: string; readonly teamKey: string },
  ): Promise<void> {
    const changes = [...turnChanges(asked, assigneeId)];
    await manager.query(
      `INSERT INTO routing_turns AS t (person_id, team_key, owed)
       SELECT p.id, p.team_key, c.owed FROM unnest($1::uuid[], $2::float8[]) AS c (id, owed) JOIN people p ON p.id = c.id
        WHERE p.team_key = $3
       ON CONFLICT (person_id) DO UPDATE SET team_key = excluded.team_key,
         owed = excluded.owed + CASE WHEN t.team_key = excluded.team_key THEN t.owed ELSE 0 END`,
      [changes.map(([id]) => id), changes.map(([, owed]) => owed), teamKey],
    );
  }

  private async reps(manager: EntityManager, at: number): Promise<(Rep & { team: string })[]> {
    const calendars = await this.people.calendars(manager);
    const loads = await this.loads(manager, at);
    const turns = new Map((await manager.find(RoutingTurnEntity)).map((turn) => [turn.personId, turn]));
    const people = (await this.people.list(manager)).filter((person) => person.active && person.roles.includes('rep'));
    return people.flatMap((person) => {
      const calendar = person.calendarKey === null ? undefined : calendars.get(person.calendarKey);
      if (person.teamKey === null || calendar === undefined) return [];
      const turn = turns.get(person.id);
      const owed = turn?.teamKey === person.teamKey ? turn.owed : 0;
      return [{ ...repOf(person, calendar, loads.get(person.id)), owed, team: person.teamKey }];
    });
  }

  private async loads(manager: EntityManager, at: number): Promise<Map<string, Load>> {
    const rows: { assignee_id: string; open: number; last_at: Date }[] = await manager.query(
      `SELECT assignee_id, count(*) FILTER (WHERE state = 'offered')::int AS open,
              max(offered_at) AS last_at
         FROM handoffs WHERE state = 'offered' OR offered_at > $1 GROUP BY assignee_id`,
      [new Date(at - RECENT_MS)],
    );
    return new Map(rows.map((row) => [row.assignee_id, { open: row.open, lastAt: row.last_at }]));
  }
}

function repOf(person: Person, calendar: Rep['calendar'], load: Load | undefined): Omit<Rep, 'owed'> {
  const { id, key, name, zone, capacity, weight, away } = person;
  return {
    ...{ id, key, name, zone, calendar, capacity, weight, away },
    openOffers: load?.open ?? 0,
    lastOfferedAt: load?.lastAt.getTime() ?? null,
  };
}
