import { describe, expect, it } from '@jest/globals';
import type { Condition } from './condition.js';
import { findContradiction, impliesCondition } from './compare-conditions.js';
import { lintCondition } from './lint-condition.js';

const known = {
  profileFields: ['employees', 'industry'],
  engagementKinds: ['page_view', 'email_click'],
  handRaiseKinds: ['demo_request'],
  insightKinds: ['pain_point'],
  campaigns: ['expo'],
  reasons: ['not_ready'],
  highestScore: 80,
};
const codes = (condition: Condition) =>
  lintCondition(condition, known, 'entry').map((one) => `${one.path} ${one.code}`);

describe('lintCondition', () => {
  it.each<[Condition, string[]]>([
    [{ field: 'profile.employees', op: '>=', value: 200 }, []],
    [{ field: 'profile.email', op: 'contains', value: '@' }, []],
    [{ field: 'profile.employes', op: '>=', value: 200 }, ['entry.field unknown-field']],
    [{ all: [{ field: 'engagement.page_veiw', op: 'exists' }] }, ['entry.all.0.field unknown-kind']],
    [
      { any: [{ field: 'tag', op: '=', value: 'x' }, { not: { field: 'insight.trend', op: 'exists' } }] },
      ['entry.any.1.not.field unknown-kind'],
    ],
    [{ field: 'hand_raise', op: 'in', value: ['demo_request', 'call'] }, ['entry.value unknown-kind']],
    [{ field: 'campaign', op: '=', value: 'fair' }, ['entry.value unknown-value']],
    [{ field: 'handoffs.last_reason', op: '=', value: 'tired' }, ['entry.value unknown-value']],
    [{ field: 'grade', op: 'in', value: ['A', 'E'] }, ['entry.value unknown-value']],
    [{ field: 'grade', op: '>=', value: 'B' }, ['entry.value wrong-operator']],
    [{ field: 'score', op: 'contains', value: 'a' }, ['entry.value wrong-operator']],
    [{ field: 'engagement.page_view', op: '>', value: 'two' }, ['entry.value wrong-operator']],
    [{ field: 'profile.industry', op: '>', value: 'pumps' }, ['entry.value wrong-operator']],
    [{ field: 'profile.industry', op: '>', value: '2026-01-01' }, []],
    [{ field: 'score', op: '>=', value: 80 }, []],
    [{ field: 'score', op: '>', value: 80 }, ['entry.value out-of-reach']],
    [{ field: 'score', op: '=', value: 60 }, ['entry.op exact-score']],
    [
      {
        all: [
          { field: 'score', op: '>=', value: 60 },
          { field: 'score', op: '<', value: 60 },
        ],
      },
      ['entry contradiction'],
    ],
  ])('%j', (condition, expected) => {
    expect(codes(condition)).toEqual(expected);
  });

  it('says what to write instead', () => {
    expect(lintCondition({ field: 'profile.employes', op: 'exists' }, known)[0]).toEqual({
      severity: 'error',
      path: 'field',
      code: 'unknown-field',
      message: 'there is no profile field employes',
      fix: 'use one of employees or industry',
    });
  });

  it('checks only what is known', () => {
    expect(
      lintCondition(
        {
          all: [
            { field: 'profile.x', op: 'exists' },
            { field: 'score', op: '>', value: 900 },
          ],
        },
        {},
      ),
    ).toEqual([]);
  });
});

describe('findContradiction', () => {
  const a: Condition = { field: 'country', op: 'in', value: ['DE', 'CH'] };
  it.each<[string, Condition, boolean]>([
    ['two values of one field', { all: [a, { field: 'country', op: '=', value: 'fr' }] }, true],
    [
      'two tags can stand together',
      {
        all: [
          { field: 'tag', op: '=', value: 'a' },
          { field: 'tag', op: '=', value: 'b' },
        ],
      },
      false,
    ],
    [
      'a tag and not that tag',
      { all: [{ field: 'tag', op: '=', value: 'a' }, { not: { field: 'tag', op: '=', value: 'A' } }] },
      true,
    ],
    ['in a list and missing', { all: [a, { field: 'country', op: 'missing' }] }, true],
    ['nothing left of the list', { all: [a, { field: 'country', op: 'not_in', value: ['CH', 'DE', 'AT'] }] }, true],
    [
      'no and some page views',
      {
        all: [
          { field: 'engagement.page_view', op: 'missing' },
          { field: 'engagement.page_view', op: '>=', value: 1 },
        ],
      },
      true,
    ],
    [
      'different windows',
      {
        all: [
          { field: 'engagement.page_view', op: 'missing', within: 'P1D' },
          { field: 'engagement.page_view', op: 'exists' },
        ],
      },
      false,
    ],
    [
      'numbers of the profile',
      {
        all: [
          { field: 'profile.employees', op: '>', value: 9 },
          { field: 'profile.employees', op: '<=', value: 9 },
        ],
      },
      true,
    ],
    ['deep inside', { any: [{ all: [a, { all: [{ not: a }] }] }] }, true],
    ['one way out', { any: [{ all: [a, { not: a }] }, a] }, false],
  ])('%s', (_name, condition, expected) => {
    expect(findContradiction(condition) !== undefined).toBe(expected);
  });
});

describe('impliesCondition', () => {
  it.each<[string, Condition, Condition, boolean]>([
    [
      'a higher threshold the lower',
      { field: 'score', op: '>=', value: 60 },
      { field: 'score', op: '>', value: 50 },
      true,
    ],
    ['not the other way', { field: 'score', op: '>', value: 50 }, { field: 'score', op: '>=', value: 60 }, false],
    [
      'meeting is not exceeding',
      { field: 'score', op: '>=', value: 60 },
      { field: 'score', op: '>', value: 60 },
      false,
    ],
    [
      'a part of a list the list',
      { field: 'grade', op: '=', value: 'A' },
      { field: 'grade', op: 'in', value: ['A', 'B'] },
      true,
    ],
    ['a value that it is known', { field: 'tag', op: '=', value: 'x' }, { field: 'tag', op: 'exists' }, true],
    [
      'more parts fewer',
      {
        all: [
          { field: 'tag', op: '=', value: 'x' },
          { field: 'country', op: '=', value: 'CH' },
        ],
      },
      { field: 'tag', op: '=', value: 'X' },
      true,
    ],
    [
      'a part any of them',
      { field: 'tag', op: '=', value: 'x' },
      {
        any: [
          { field: 'score', op: '>', value: 1 },
          { field: 'tag', op: '=', value: 'x' },
        ],
      },
      true,
    ],
    [
      'not below is at least',
      { not: { field: 'score', op: '<', value: 60 } },
      { field: 'score', op: '>=', value: 60 },
      true,
    ],
    [
      'but a profile number may be missing',
      { not: { field: 'profile.employees', op: '<', value: 6 } },
      { field: 'profile.employees', op: '>=', value: 6 },
      false,
    ],
  ])('%s', (_name, one, other, expected) => {
    expect(impliesCondition(one, other)).toBe(expected);
  });
});
