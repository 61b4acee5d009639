import { describe, expect, it } from '@jest/globals';
import type { Condition } from './condition.js';
import { conditionDependencies } from './condition-dependencies.js';
import { describeCondition } from './describe-condition.js';

describe('describeCondition', () => {
  it.each<[Condition, string]>([
    [
      {
        all: [
          { field: 'score', op: '>=', value: 60 },
          { field: 'grade', op: 'in', value: ['A', 'B', 'C'] },
        ],
      },
      'score is at least 60 and grade is A, B or C',
    ],
    [
      {
        any: [
          { field: 'hand_raise', op: 'exists' },
          {
            all: [
              { field: 'tag', op: '=', value: 'x' },
              { field: 'country', op: 'missing' },
            ],
          },
        ],
      },
      'any hand-raise or (tag is x and country is missing)',
    ],
    [
      { field: 'engagement.page_view', op: '>=', value: 2, where: { path: { prefix: '/pricing' } }, within: 'P30D' },
      'the number of page view with path starting with /pricing in the last 30 days is at least 2',
    ],
    [
      { field: 'engagement.email_click', op: 'exists', where: { touch: 'guide' } },
      'at least one email click with touch guide',
    ],
    [{ not: { field: 'profile.plantSize', op: '>', value: 5 } }, 'not (plant size is above 5)'],
    [{ field: 'hand_raise', op: 'in', value: ['demo_request'] }, 'a hand-raise of kind demo_request'],
    [{ field: 'handoffs.last_reason', op: '!=', value: 'not_ready' }, 'last rejection reason is not not_ready'],
  ])('%j', (condition, expected) => {
    expect(describeCondition(condition)).toBe(expected);
  });
});

describe('conditionDependencies', () => {
  it('names everything that can change the value', () => {
    const condition: Condition = {
      any: [
        { field: 'score', op: '>=', value: 60 },
        { not: { field: 'score', op: '<', value: 20 } },
        { field: 'score', op: '>', value: 64 },
        { field: 'engagement.page_view', op: '>=', value: 2 },
        { field: 'engagement.email_click', op: 'exists' },
        { field: 'hand_raise', op: 'exists' },
      ],
    };
    expect(conditionDependencies(condition)).toEqual({
      kinds: ['email_click', 'page_view'],
      handRaises: true,
      // A score of exactly 64 is not above 64.
      thresholds: [20, 60, 64 + 2 ** -46],
      profile: false,
    });
    expect(conditionDependencies({ field: 'tag', op: '=', value: 'x' })).toEqual({
      kinds: [],
      handRaises: false,
      thresholds: [],
      profile: true,
    });
  });
});
