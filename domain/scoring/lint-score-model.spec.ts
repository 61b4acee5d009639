import { describe, expect, it } from '@jest/globals';
import { highestReachable } from './highest-reachable.js';
import { lintScoreModel } from './lint-score-model.js';
import { scoreAt } from './score-at.js';
import { scoreEngagements } from './score-engagements.js';
import type { EngagementRule, FitRule, ScoreModel } from './score-model.js';
import { scoreModelSchema } from './score-model.schema.js';

const example = {
  key: 'default',
  fit: {
    rules: [
      { id: 'size-large', when: { field: 'profile.employees', op: '>=', value: 200 }, points: 50, group: 'size' },
      { id: 'dach', when: { field: 'country', op: 'in', value: ['DE', 'AT', 'CH'] }, points: 20 },
    ],
    grades: { A: 70, B: 50, C: 30, D: 0 },
  },
  engagement: {
    rules: [
      {
        id: 'pricing',
        kind: 'page_view',
        where: { path: { prefix: '/pricing' } },
        points: 8,
        perDay: 16,
        total: 48,
        halfLifeDays: 10,
      },
      {
        id: 'careers',
        kind: 'page_view',
        where: { path: { prefix: '/careers' } },
        points: -10,
        perDay: -10,
        total: -30,
        halfLifeDays: 30,
      },
      { id: 'open', kind: 'email_open', points: 0 },
    ],
  },
  handRaises: ['demo_request', 'quote_request'],
};

const parsed = scoreModelSchema.parse(example);

function withRules(...rules: EngagementRule[]): ScoreModel {
  return { ...parsed, engagement: { rules } };
}

const withFit = (rules: FitRule[], grades = parsed.fit.grades): ScoreModel => ({ ...parsed, fit: { rules, grades } });
const codes = (model: ScoreModel): string[] =>
  lintScoreModel(model).map(({ severity, path, code }) => `${severity} ${path} ${code}`);

describe('scoreModelSchema', () => {
  it('takes the documented example', () => {
    expect(parsed).toEqual(example);
  });

  it.each<[string, (model: typeof example) => unknown, string]>([
    ['unknown keys', (model) => ({ ...model, fits: {} }), ''],
    [
      'unknown keys of a rule',
      (model) => ({ ...model, engagement: { rules: [{ ...model.engagement.rules[0], perWeek: 5 }] } }),
      'engagement.rules.0',
    ],
    [
      'broken points',
      (model) => ({ ...model, engagement: { rules: [{ id: 'a', kind: 'b', points: 1.5 }] } }),
      'engagement.rules.0.points',
    ],
    [
      'a half-life of nothing',
      (model) => ({ ...model, engagement: { rules: [{ id: 'a', kind: 'b', points: 1, halfLifeDays: 0 }] } }),
      'engagement.rules.0.halfLifeDays',
    ],
    ['a missing grade', (model) => ({ ...model, fit: { rules: [], grades: { A: 3, B: 2, C: 1 } } }), 'fit.grades.D'],
    [
      'an id in another case',
      (model) => ({ ...model, engagement: { rules: [{ id: 'A_b', kind: 'b', points: 1 }] } }),
      'engagement.rules.0.id',
    ],
  ])('refuses %s', (_name, spoil, path) => {
    const result = scoreModelSchema.safeParse(spoil(example));
    expect(result.success).toBe(false);
    expect(result.error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });
});

describe('lintScoreModel', () => {
  it('finds nothing in the documented example', () => {
    expect(lintScoreModel(parsed)).toEqual([]);
  });

  const view: EngagementRule = { id: 'view', kind: 'page_view', points: 1 };
  it.each<[string, ScoreModel, string[]]>([
    [
      'two rules of one id',
      withRules(view, { ...view, kind: 'download' }),
      ['error engagement.rules.1.id duplicate-id'],
    ],
    [
      'a rule below a general one',
      withRules(view, { ...view, id: 'two', where: { path: '/x' } }),
      ['error engagement.rules.1 unreachable-rule'],
    ],
    [
      'a rule below one of a shorter prefix',
      withRules(
        { ...view, where: { path: { prefix: '/A' } } },
        { ...view, id: 'two', where: { path: { prefix: '/ab' }, lang: 'de' } },
      ),
      ['error engagement.rules.1 unreachable-rule'],
    ],
    [
      'a general rule below a special one',
      withRules(
        { ...view, where: { path: { prefix: '/ab' } } },
        { ...view, id: 'two', where: { path: { prefix: '/a' } } },
      ),
      [],
    ],
    [
      'rules on different properties',
      withRules({ ...view, where: { path: '/a' } }, { ...view, id: 'two', where: { lang: 'de' } }),
      [],
    ],
    [
      'a cap of the other sign',
      withRules({ ...view, points: -5, perDay: 10 }),
      ['error engagement.rules.0.perDay cap-of-other-sign'],
    ],
    [
      'a cap below the points',
      withRules({ ...view, points: 5, total: 3 }),
      ['warning engagement.rules.0.total cap-below-points'],
    ],
    [
      'a total below the day',
      withRules({ ...view, points: -5, perDay: -20, total: -10 }),
      ['warning engagement.rules.0.total total-below-day'],
    ],
    [
      'points for a hand-raise',
      withRules({ ...view, kind: 'demo_request' }),
      ['warning engagement.rules.0.kind points-for-hand-raise'],
    ],
    [
      'points for opens',
      withRules({ ...view, kind: 'email_open' }),
      ['warning engagement.rules.0.points points-for-opens'],
    ],
    [
      'grades that do not descend',
      withFit([...parsed.fit.rules], { A: 70, B: 70, C: 30, D: 0 }),
      ['error fit.grades.A grades-not-descending'],
    ],
    ['a grade out of reach', withFit(parsed.fit.rules.slice(0, 1)), ['warning fit.grades grade-unreachable']],
    [
      'fit that looks at behaviour',
      withFit([
        ...parsed.fit.rules,
        { id: 'x', when: { any: [{ not: { field: 'engagement.page_view', op: '>', value: 1 } }] }, points: 1 },
      ]),
      ['error fit.rules.2.when.any.0.not.field fit-looks-at-behaviour'],
    ],
  ])('reports %s', (_name, model, expected) => {
    expect(codes(model)).toEqual(expected);
  });
});

describe('highestReachable', () => {
  it('adds what caps leave', () => {
    const view: EngagementRule = { id: 'view', kind: 'page_view', points: 5 };
    expect(
      highestReachable(withRules({ ...view, total: 20 }, { ...view, id: 'd', kind: 'download', total: 7 })).score,
    ).toBe(27);
    expect(highestReachable(withRules(view)).score).toBe(Infinity);
    expect(highestReachable(withRules({ ...view, perDay: 10 })).score).toBe(Infinity);
    expect(highestReachable(withRules({ ...view, perDay: 10, halfLifeDays: 1 })).score).toBe(30);
    expect(highestReachable(withRules({ ...view, perDay: 10, total: 25, halfLifeDays: 1 })).score).toBe(25);
    expect(highestReachable(withRules({ ...view, points: -5 })).score).toBe(0);
    expect(highestReachable(withRules({ ...view, points: 0 }, { ...view, id: 'shadowed' })).score).toBe(0);
  });

  it('is not exceeded by the busiest lead, and nearly met', () => {
    const model = withRules({ id: 'view', kind: 'page_view', points: 5, perDay: 10, halfLifeDays: 2 });
    const midnight = Date.parse('2026-03-02T00:00:00Z');
    const views = Array.from({ length: 60 }, (_, days) => [
      midnight - days * 86_400_000 - 1,
      midnight - days * 86_400_000,
    ]).flat();
    const items = scoreEngagements(
      model,
      views.flatMap((at, index) =>
        [0, 1].map((n) => ({
          id: `${index}-${n}`,
          source: 's',
          eventId: `${index}-${n}`,
          kind: 'page_view',
          class: 'human' as const,
          at,
          properties: {},
        })),
      ),
    );
    const score = scoreAt(items, [], midnight);
    expect(score).toBeLessThanOrEqual(highestReachable(model).score);
    expect(score).toBeGreaterThan(0.5 * highestReachable(model).score);
  });

  it('takes groups at their best and gives the best grade', () => {
    const fit = (id: string, points: number, group?: string): FitRule => ({
      id,
      when: { field: 'country', op: 'exists' },
      points,
      group,
    });
    const model = withFit([fit('a', 10, 'g'), fit('b', 40, 'g'), fit('c', 15), fit('d', -20)]);
    expect(highestReachable(model)).toMatchObject({ fitPoints: 55, grade: 'B' });
  });
});
