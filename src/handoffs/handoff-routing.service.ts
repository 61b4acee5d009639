import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ConditionFacts } from '../../domain/condition/condition-facts.js';
import type { Rep } from '../../domain/handoff/rep-availability.js';
import { routeOffer, type RouteOfferResult } from '../../domain/handoff/route-offer.js';
import { DocumentsService, SINGLE_KEY } from '../documents/documents.service.js';
import { type Person, PeopleService } from '../people/people.service.js';

/** Offers and their counts are one thing at a time for the whole organisation. Any number that is ours alone. */
const ROUTING_LOCK = 7_261_906;
/** How far the round robin looks back. */
const RECENT_MS = 30 * 86_400_000;

interface Load {
  readonly open: number;
  readonly recent: number;
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

  private async reps(manager: EntityManager, at: number): Promise<(Rep & { team: string })[]> {
    const calendars = await this.people.calendars(manager);
    const loads = await this.loads(manager, at);
    const people = (await this.people.list(manager)).filter((person) => person.active && person.roles.includes('rep'));
    return people.flatMap((person) => {
      const calendar = person.calendarKey === null ? undefined : calendars.get(person.calendarKey);
      if (person.teamKey === null || calendar === undefined) return [];
      return [{ ...repOf(person, calendar, loads.get(person.id)), team: person.teamKey }];
    });
  }

  private async loads(manager: EntityManager, at: number): Promise<Map<string, Load>> {
    const rows: { assignee_id: string; open: number; recent: number; last_at: Date }[] = await manager.query(
      `SELECT assignee_id, count(*) FILTER (WHERE state = 'offered')::int AS open,
              count(*) FILTER (WHERE offered_at > $1)::int AS recent, max(offered_at) AS last_at
         FROM handoffs WHERE state = 'offered' OR offered_at > $1 GROUP BY assignee_id`,
      [new Date(at - RECENT_MS)],
    );
    return new Map(rows.map((row) => [row.assignee_id, { open: row.open, recent: row.recent, lastAt: row.last_at }]));
  }
}

function repOf(person: Person, calendar: Rep['calendar'], load: Load | undefined): Rep {
  const { id, key, name, zone, capacity, weight, away } = person;
  return {
    ...{ id, key, name, zone, calendar, capacity, weight, away },
    openOffers: load?.open ?? 0,
    recentOffers: load?.recent ?? 0,
    lastOfferedAt: load?.lastAt.getTime() ?? null,
  };
}
