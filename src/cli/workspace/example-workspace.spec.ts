import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { fakeFacts } from '../../../domain/condition/fake-facts.js';
import { routeOffer } from '../../../domain/handoff/route-offer.js';
import { readWorkspace } from './read-workspace.js';

const HOUR_MS = 3_600_000;
const { organisation, leads } = readWorkspace(fileURLToPath(new URL('../../../examples', import.meta.url)));
const { people, calendars, teams, routing } = organisation;

const reps = people.flatMap((person) => {
  const calendar = calendars.find(({ key }) => key === person.calendar);
  if (!person.roles.includes('rep') || calendar === undefined || person.team === undefined) return [];
  const load = { openOffers: 0, owed: 0, lastOfferedAt: null };
  return [{ ...person, ...load, id: person.key, team: person.team, calendar, away: person.away ?? [] }];
});

const countries = leads
  .filter(({ fields }) => fields['hand_raise_kind'] !== '' && fields['company'] !== '')
  .map(({ fields }) => fields['country'] ?? '');

/** How many of the hand-raises a start at this instant brings before a rep. */
const offersAt = (at: number): number =>
  countries.filter((country) => {
    const facts = fakeFacts({ country });
    return routeOffer({ facts, at, routing, teams, reps }).assigneeId !== null;
  }).length;

describe('the example workspace', () => {
  it('brings an offer before a rep whenever it is started, holidays included', () => {
    // A prime step meets every hour of the day and every day of the week.
    const starts = Array.from(
      { length: 3_700 },
      (_, index) => Date.parse('2026-01-01T00:00:00Z') + index * 7 * HOUR_MS,
    );
    expect(starts.filter((at) => offersAt(at) === 0).map((at) => new Date(at).toISOString())).toEqual([]);
  });

  it('brings every hand-raise before a rep at each hour of an ordinary week', () => {
    const hours = Array.from({ length: 7 * 24 }, (_, index) => Date.parse('2027-06-21T00:00:00Z') + index * HOUR_MS);
    expect(countries).toHaveLength(5);
    expect(hours.filter((at) => offersAt(at) < 5).map((at) => new Date(at).toISOString())).toEqual([]);
  });
});
