import { describe, expect, it } from '@jest/globals';
import type { Condition } from './condition.js';
import type { ConditionFacts } from './condition-facts.js';
import { evaluateCondition } from './evaluate-condition.js';
import { fakeFacts } from './fake-facts.js';

const DAY = 86_400_000;
const facts = fakeFacts({
  grade: 'B',
  items: [{ at: 0, points: 60 }],
  profile: {
    employees: '250',
    industry: 'Food & Drink',
    title: '  ',
    vip: true,
    lines: ['pumps', 'fans'],
    since: '2026-03-01',
  },
  tags: ['Partner', 'retrofit'],
  source: 'trade_show',
  country: 'CH',
  engagements: [
    { seq: 1, kind: 'page_view', at: 1 * DAY, properties: { path: '/Pricing/eu' } },
    { seq: 2, kind: 'email_click', at: 2 * DAY, properties: { touch: 'guide' } },
    { seq: 3, kind: 'page_view', at: 3 * DAY, properties: { path: '/careers' } },
  ],
  handRaises: [{ kind: 'demo_request', at: 4 * DAY, seq: 4 }],
  insights: { pain_point: ['unplanned stops'] },
  handoffs: { count: 2, lastReason: 'not_ready' },
});

const holds = (condition: Condition, at = 10 * DAY, on: ConditionFacts = facts) => evaluateCondition(condition, on, at);

describe('evaluateCondition', () => {
  it.each<[string, Condition, boolean]>([
    ['text without regard to case', { field: 'country', op: '=', value: 'ch' }, true],
    ['one of a list', { field: 'grade', op: 'in', value: ['A', 'B'] }, true],
    ['a tag among several', { field: 'tag', op: '=', value: 'partner' }, true],
    ['no such tag', { field: 'tag', op: '!=', value: 'partner' }, false],
    ['a number captured as text', { field: 'profile.employees', op: '>=', value: 200 }, true],
    ['a number captured as text, equal', { field: 'profile.employees', op: '=', value: 250 }, true],
    ['a missing value is neither above', { field: 'profile.revenue', op: '>', value: 1 }, false],
    ['nor below', { field: 'profile.revenue', op: '<=', value: 1 }, false],
    ['but it is not equal', { field: 'profile.revenue', op: '!=', value: 1 }, true],
    ['blank text is missing', { field: 'profile.title', op: 'missing' }, true],
    ['true', { field: 'profile.vip', op: '=', value: true }, true],
    ['an inherited name is no field', { field: 'profile.constructor', op: 'exists' }, false],
    ['dates are in order', { field: 'profile.since', op: '<', value: '2026-04-01' }, true],
    ['other text is not', { field: 'profile.industry', op: '>', value: 'A' }, false],
    ['part of a text', { field: 'profile.industry', op: 'contains', value: 'DRINK' }, true],
    ['start of a text', { field: 'profile.industry', op: 'starts_with', value: 'food' }, true],
    ['a whole word', { field: 'profile.industry', op: 'contains_word', value: 'drink' }, true],
    ['not a part of a word', { field: 'profile.industry', op: 'contains_word', value: 'rink' }, false],
    ['words over punctuation', { field: 'profile.industry', op: 'contains_word', value: 'food drink' }, true],
    ['one of a list in the profile', { field: 'profile.lines', op: 'in', value: ['fans'] }, true],
    ['an insight', { field: 'insight.pain_point', op: 'contains', value: 'stops' }, true],
    ['earlier handoffs', { field: 'handoffs.count', op: '>', value: 1 }, true],
    ['the last reason', { field: 'handoffs.last_reason', op: '=', value: 'not_ready' }, true],
    ['a score that meets the threshold', { field: 'score', op: '>=', value: 60 }, true],
    ['and is not above it', { field: 'score', op: '>', value: 60 }, false],
    [
      'all',
      {
        all: [
          { field: 'score', op: '>=', value: 60 },
          { field: 'grade', op: '=', value: 'A' },
        ],
      },
      false,
    ],
    [
      'any',
      {
        any: [
          { field: 'score', op: '>=', value: 61 },
          { field: 'grade', op: '=', value: 'B' },
        ],
      },
      true,
    ],
    ['not', { not: { field: 'campaign', op: 'exists' } }, true],
    ['an unknown field is missing', { field: 'shoe_size', op: 'missing' }, true],
  ])('%s', (_name, condition, expected) => {
    expect(holds(condition)).toBe(expected);
  });

  it('counts engagements from their own instant on', () => {
    const twice: Condition = { field: 'engagement.page_view', op: '>=', value: 2 };
    expect([holds(twice, 3 * DAY - 1), holds(twice, 3 * DAY)]).toEqual([false, true]);
    expect(holds({ field: 'engagement.page_view', op: 'exists', where: { path: { prefix: '/pricing' } } })).toBe(true);
    expect(holds({ field: 'engagement.download', op: 'missing' })).toBe(true);
    expect(holds({ field: 'engagement.page_view', op: '<', value: 2 }, 2 * DAY)).toBe(true);
  });

  it('drops an engagement from a window exactly when the window has passed', () => {
    const recent: Condition = {
      field: 'engagement.email_click',
      op: 'exists',
      within: 'P3D',
      where: { touch: 'guide' },
    };
    expect([holds(recent, 5 * DAY - 1), holds(recent, 5 * DAY)]).toEqual([true, false]);
  });

  it('knows a hand-raise from its own instant on', () => {
    const demo: Condition = { field: 'hand_raise', op: 'in', value: ['demo_request', 'quote_request'] };
    expect([holds(demo, 4 * DAY - 1), holds(demo, 4 * DAY)]).toEqual([false, true]);
    expect(holds({ field: 'hand_raise', op: 'in', value: ['quote_request'] })).toBe(false);
    expect(holds({ field: 'hand_raise', op: 'missing' }, 3 * DAY)).toBe(true);
  });
});
