import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { scoreAt } from './score-at.js';
import { type ScorableEngagement, scoreEngagements, startScoreItem } from './score-engagements.js';
import type { EngagementRule } from './score-model.js';

const rules: EngagementRule[] = [
  {
    id: 'pricing',
    kind: 'page_view',
    where: { path: { prefix: '/pricing' } },
    points: 8,
    perDay: 20,
    total: 48,
    halfLifeDays: 10,
  },
  {
    id: 'careers',
    kind: 'page_view',
    where: { path: { prefix: '/careers' } },
    points: -10,
    perDay: -15,
    total: -30,
    halfLifeDays: 30,
  },
  { id: 'any-page', kind: 'page_view', points: 1 },
  { id: 'open', kind: 'email_open', points: 0 },
  { id: 'webinar', kind: 'webinar_attended', where: { topic: 'Vibration', live: true }, points: 12 },
];
const model = { engagement: { rules } };

function engagement(eventId: string, at: string, overrides: Partial<ScorableEngagement> = {}): ScorableEngagement {
  return {
    id: `id-${eventId}`,
    source: 'web',
    eventId,
    kind: 'page_view',
    class: 'human',
    at: Date.parse(at),
    properties: { path: '/pricing/sensors' },
    ...overrides,
  };
}

const points = (engagements: ScorableEngagement[]): (readonly [string | null, string, number, boolean])[] =>
  scoreEngagements(model, engagements).map((item) => [item.engagementId, item.ruleId, item.points, item.capped]);

describe('scoreEngagements', () => {
  it('awards by the first rule that matches', () => {
    expect(
      scoreEngagements(model, [
        engagement('a', '2026-03-02T10:00:00Z'),
        engagement('b', '2026-03-02T11:00:00Z', { properties: { path: '/handbook' } }),
        engagement('c', '2026-03-02T12:00:00Z', { kind: 'email_open' }),
        engagement('d', '2026-03-02T13:00:00Z', { kind: 'unheard_of' }),
      ]),
    ).toEqual([
      {
        engagementId: 'id-a',
        ruleId: 'pricing',
        points: 8,
        at: Date.parse('2026-03-02T10:00:00Z'),
        halfLifeDays: 10,
        capped: false,
      },
      { engagementId: 'id-b', ruleId: 'any-page', points: 1, at: Date.parse('2026-03-02T11:00:00Z'), capped: false },
    ]);
  });

  it('compares properties by value, text without regard to case, own keys only', () => {
    const attended = (properties: Record<string, unknown>): number =>
      points([engagement('a', '2026-03-02T10:00:00Z', { kind: 'webinar_attended', properties })]).length;
    expect(attended({ topic: 'VIBRATION', live: true })).toBe(1);
    expect(attended({ topic: 'vibration', live: 'true' })).toBe(0);
    expect(attended({ topic: 'vibration' })).toBe(0);
    expect(attended(Object.create({ topic: 'vibration', live: true }) as Record<string, unknown>)).toBe(0);
    expect(points([engagement('a', '2026-03-02T10:00:00Z', { properties: { path: ['/pricing'] } })])).toEqual([
      ['id-a', 'any-page', 1, false],
    ]);
  });

  it('counts people and the unknown, never machines', () => {
    expect(
      points([
        engagement('a', '2026-03-02T10:00:00Z', { class: 'machine' }),
        engagement('b', '2026-03-02T11:00:00Z', { class: 'unknown' }),
      ]),
    ).toEqual([['id-b', 'pricing', 8, false]]);
  });

  it('caps per UTC day and in all, the last award partial', () => {
    const views = [
      '2026-03-02T23:59:57Z',
      '2026-03-02T23:59:58Z',
      '2026-03-02T23:59:59Z',
      '2026-03-03T00:00:00Z',
      '2026-03-03T00:00:01Z',
      '2026-03-03T00:00:02Z',
      '2026-03-04T10:00:00Z',
      '2026-03-05T10:00:00Z',
    ];
    expect(points(views.map((at, index) => engagement(`e${index}`, at)))).toEqual([
      ['id-e0', 'pricing', 8, false],
      ['id-e1', 'pricing', 8, false],
      ['id-e2', 'pricing', 4, true],
      ['id-e3', 'pricing', 8, false],
      ['id-e4', 'pricing', 8, false],
      ['id-e5', 'pricing', 4, true],
      ['id-e6', 'pricing', 8, false],
      ['id-e7', 'pricing', 0, true],
    ]);
  });

  it('limits losses by negative caps', () => {
    const careers = { properties: { path: '/careers' } };
    const views = [
      '2026-03-02T10:00:00Z',
      '2026-03-02T11:00:00Z',
      '2026-03-02T12:00:00Z',
      '2026-03-03T10:00:00Z',
      '2026-03-04T10:00:00Z',
    ];
    expect(points(views.map((at, index) => engagement(`e${index}`, at, careers))).map(([, , given]) => given)).toEqual([
      -10, -5, 0, -10, -5,
    ]);
  });

  it('uses caps up in order of instant, source, event id', () => {
    const at = '2026-03-02T10:00:00Z';
    expect(
      points([
        engagement('b', at, { id: '3', source: 'web' }),
        engagement('Z', at, { id: '2', source: 'web' }),
        engagement('z', at, { id: '1', source: 'crm' }),
        engagement('z', '2026-03-02T09:59:59.999Z', { id: '0', source: 'zzz' }),
      ]),
    ).toEqual([
      ['0', 'pricing', 8, false],
      ['1', 'pricing', 8, false],
      ['2', 'pricing', 4, true],
      ['3', 'pricing', 0, true],
    ]);
  });

  it('does not depend on the order of arrival', () => {
    const arrivals = fc.uniqueArray(
      fc.record({
        source: fc.constantFrom('web', 'crm'),
        eventId: fc.integer({ min: 0, max: 60 }).map(String),
        minute: fc.integer({ min: 0, max: 4 * 1440 }),
        path: fc.constantFrom('/pricing', '/Pricing/x', '/careers', '/other'),
        class: fc.constantFrom('human', 'human', 'unknown', 'machine'),
      }),
      { selector: (one) => `${one.source} ${one.eventId}`, maxLength: 60 },
    );
    fc.assert(
      fc.property(
        arrivals.chain((set) => fc.tuple(fc.constant(set), fc.shuffledSubarray(set, { minLength: set.length }))),
        ([set, shuffled]) => {
          const read = (each: (typeof set)[number]): ScorableEngagement =>
            engagement(each.eventId, '2026-03-01T00:00:00Z', {
              id: `${each.source}-${each.eventId}`,
              source: each.source,
              class: each.class,
              at: Date.parse('2026-03-01T00:00:00Z') + each.minute * 60_000,
              properties: { path: each.path },
            });
          const one = scoreEngagements(model, set.map(read));
          const other = scoreEngagements(model, shuffled.map(read));
          expect(other).toEqual(one);
          const now = Date.parse('2026-03-09T00:00:00Z');
          expect(scoreAt(other.toReversed(), [], now)).toBe(scoreAt(one, [], now));
          for (const id of ['pricing', 'careers']) {
            const sum = one.filter((item) => item.ruleId === id).reduce((total, item) => total + item.points, 0);
            const { total = 0 } = rules.find((rule) => rule.id === id) ?? {};
            expect(Math.abs(sum)).toBeLessThanOrEqual(Math.abs(total));
          }
        },
      ),
      { seed: 3, numRuns: 300 },
    );
  });
});

describe('startScoreItem', () => {
  it('stays, and is traceable to no engagement', () => {
    const item = startScoreItem(10, 1_000);
    expect(item).toEqual({ engagementId: null, ruleId: 'start-score', points: 10, at: 1_000, capped: false });
    expect(scoreAt([item], [], 999)).toBe(0);
    expect(scoreAt([item], [], 1e12)).toBe(10);
  });
});
