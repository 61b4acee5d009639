import { describe, expect, it } from '@jest/globals';
import { fakeFacts } from '../condition/fake-facts.js';
import type { BusinessCalendar } from '../time/business-calendar.js';
import { type RouteOfferInput, routeOffer } from './route-offer.js';
import { turnChanges } from './turns.js';

const working: BusinessCalendar = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '08:00',
  to: '18:00',
  holidays: [],
};
/** Wednesday, 10:00 in Berlin. */
const WEDNESDAY = Date.parse('2026-04-22T08:00:00Z');
type RoutedRep = RouteOfferInput['reps'][number];
const rep = (key: string, change: Partial<RoutedRep> = {}): RoutedRep => ({
  id: `id-${key}`,
  key,
  name: key.toUpperCase(),
  team: 'dach',
  zone: 'Europe/Berlin',
  calendar: working,
  capacity: 6,
  weight: 1,
  away: [],
  openOffers: 0,
  owed: 0,
  lastOfferedAt: null,
  ...change,
});
const dach = { field: 'country', op: 'in' as const, value: ['DE', 'CH'] };
const route = (reps: RoutedRep[], change: Partial<RouteOfferInput> = {}) =>
  routeOffer({
    facts: fakeFacts({ country: 'DE' }),
    at: WEDNESDAY,
    routing: [{ when: dach, team: 'dach' }],
    teams: [
      { key: 'marketing', side: 'marketing', covers: null },
      { key: 'dach', side: 'sales', covers: dach },
      { key: 'world', side: 'sales', covers: null },
    ],
    reps,
    ...change,
  });
const whyOf = (reps: RoutedRep[], at = WEDNESDAY) => route(reps, { at }).explanation.candidates.map((one) => one.why);

describe('routeOffer, the team', () => {
  it('is that of the first row that holds', () => {
    expect(route([rep('a')]).teamKey).toBe('dach');
    expect(route([rep('a')]).explanation.sentence).toBe(
      'A of dach, because country is DE or CH; is the only one free (at work, 0 of 6 offers held).',
    );
  });

  it('covers the lead when no row holds, else takes every lead', () => {
    expect(route([], { routing: [] }).teamKey).toBe('dach');
    expect(route([], { facts: fakeFacts({ country: 'US' }) }).teamKey).toBe('world');
    expect(route([], { teams: [], routing: [] })).toEqual({
      teamKey: null,
      assigneeId: null,
      asked: [],
      explanation: { sentence: 'No routing row and no sales team takes this lead.', candidates: [] },
    });
  });

  it('passes over a row whose team does not exist', () => {
    expect(
      route([], {
        routing: [
          { when: dach, team: 'gone' },
          { when: dach, team: 'world' },
        ],
      }).teamKey,
    ).toBe('world');
  });
});

describe('routeOffer, the rep', () => {
  it('goes round by what each can carry', () => {
    let reps = [rep('a', { weight: 2 }), rep('b'), rep('c')];
    const turns: string[] = [];
    for (let turn = 0; turn < 8; turn += 1) {
      const { assigneeId, asked } = route(reps);
      turns.push(String(assigneeId));
      const changes = turnChanges(asked, String(assigneeId));
      reps = reps.map((one) => ({
        ...one,
        owed: one.owed + (changes.get(one.id) ?? 0),
        ...(one.id === assigneeId ? { lastOfferedAt: WEDNESDAY + turn } : {}),
      }));
    }
    expect(turns.map((id) => id.slice(3)).join('')).toBe('abcaabca');
  });

  it('asks who is owed most, and who waited longest of two who are owed the same', () => {
    const reps = [rep('a', { owed: -0.5, lastOfferedAt: 2000 }), rep('b', { owed: -0.5, lastOfferedAt: 1000 })];
    expect(route(reps).assigneeId).toBe('id-b');
  });

  it('prefers who is at work now', () => {
    const reps = [rep('a', { zone: 'America/New_York' }), rep('b', { owed: -0.9, lastOfferedAt: 1 })];
    expect(route(reps).assigneeId).toBe('id-b');
    expect(whyOf(reps)).toEqual(['at work next, 0 of 6 offers held', 'at work, 0 of 6 offers held']);
  });

  it('passes over who is away, full or had the lead', () => {
    const reps = [
      rep('a', { away: [{ from: '2026-04-20', to: '2026-04-24' }] }),
      rep('b', { openOffers: 6 }),
      rep('c'),
      rep('d', { team: 'world' }),
    ];
    const result = route(reps, { excluded: ['id-c'] });
    expect(result).toEqual({
      teamKey: 'dach',
      assigneeId: null,
      asked: [],
      // Monday morning: absent to Friday.
      retryAt: Date.parse('2026-04-27T06:00:00Z'),
      explanation: {
        sentence: 'Nobody of dach, because country is DE or CH, is free.',
        candidates: [
          { personId: 'id-a', why: 'away until 2026-04-24' },
          { personId: 'id-b', why: '6 of 6 offers held' },
          { personId: 'id-c', why: 'had this lead already' },
        ],
      },
    });
  });

  it('has no instant to try again when only an answer helps', () => {
    expect(route([rep('a', { openOffers: 6 })]).retryAt).toBeUndefined();
  });

  it('waits over a week-end but not over a holiday', () => {
    const saturday = Date.parse('2026-04-25T10:00:00Z');
    const closed = { ...working, holidays: [{ date: '2026-04-27', name: 'Bridge' }] };
    expect(route([rep('a')], { at: saturday }).assigneeId).toBe('id-a');
    expect(route([rep('a', { calendar: closed })], { at: saturday }).assigneeId).toBeNull();
    expect(whyOf([rep('a', { calendar: closed })], saturday)).toEqual(['not at work before 2026-04-28']);
  });

  it('counts an absence that starts before the rep opens', () => {
    const sunday = Date.parse('2026-04-26T10:00:00Z');
    expect(whyOf([rep('a', { away: [{ from: '2026-04-27', to: '2026-04-28' }] })], sunday)).toEqual([
      'not at work before 2026-04-29',
    ]);
  });
});
