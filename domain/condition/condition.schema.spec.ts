import { describe, expect, it } from '@jest/globals';
import { conditionSchema } from './condition.schema.js';

const messages = (raw: unknown) => {
  const result = conditionSchema.safeParse(raw);
  return result.success ? [] : result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
};

const nest = (levels: number) => {
  let condition: unknown = { field: 'tag', op: 'exists' };
  for (let level = 1; level < levels; level += 1) condition = { not: condition };
  return condition;
};

describe('conditionSchema', () => {
  it('keeps a condition as it is written', () => {
    const condition = {
      all: [
        { field: 'engagement.page_view', op: '>=', value: 2, where: { path: { prefix: '/pricing' } }, within: 'P30D' },
        {
          not: {
            any: [
              { field: 'hand_raise', op: 'exists' },
              { field: 'grade', op: 'in', value: ['A', 'B'] },
            ],
          },
        },
      ],
    };
    expect(conditionSchema.parse(condition)).toEqual(condition);
  });

  it.each([
    [{ field: 'shoe', op: '=', value: 1 }, /^field: unknown field/],
    [{ field: 'tag', op: 'matches', value: 'x' }, /^op: the operator is one of/],
    [{ field: 'tag', op: '=' }, /^value: = needs a value/],
    [{ field: 'tag', op: 'exists', value: 1 }, /^value: exists takes no value/],
    [{ field: 'tag', op: 'in', value: 'a' }, /^value: in takes a list/],
    [{ field: 'tag', op: '=', value: ['a'] }, /^value: = takes one value; use in/],
    [{ field: 'tag', op: 'exists', within: 'P1D' }, /^within: `within` belongs to engagement/],
    [{ field: 'tag' }, /op is missing$/],
    [{ all: [] }, /^all: `all` needs at least one/],
    [
      { all: [{ field: 'tag', op: 'exists' }], field: 'tag' },
      /^: a condition is one of .* not all and field together$/,
    ],
    [{ all: [{ any: ['x'] }] }, /^all\.0\.any\.0: a condition is/],
    [{ field: 'engagement.page_view', op: 'exists', within: '30 days' }, /^within: write an ISO-8601 duration/],
  ])('says what is wrong with %j', (raw, expected) => {
    expect(messages(raw)).toEqual([expect.stringMatching(expected)]);
  });

  it('refuses unknown keys', () => {
    expect(messages({ field: 'tag', op: 'exists', regex: '.*' })[0]).toContain('regex');
  });

  it('takes twelve levels and two hundred nodes, and no more', () => {
    const wide = (nodes: number) => ({
      any: Array.from({ length: nodes - 1 }, () => ({ field: 'tag', op: 'exists' })),
    });
    expect(messages(nest(12))).toEqual([]);
    expect(messages(nest(13))).toEqual([': a condition has at most 200 nodes and 12 levels; split it']);
    expect(messages(wide(200))).toEqual([]);
    expect(messages(wide(201))).toHaveLength(1);
    expect(messages(nest(200_000))).toHaveLength(1);
  });
});
