import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Condition } from './condition.js';
import type { ConditionFacts } from './condition-facts.js';
import { evaluateCondition } from './evaluate-condition.js';
import { fakeFacts } from './fake-facts.js';
import { firstInstantHolds } from './first-instant-holds.js';
import { nextChangeByTime } from './next-change-by-time.js';

const STEP = 1000;
const LAST = 120 * STEP;
const instant = fc.integer({ min: 0, max: 40 }).map((n) => n * STEP);

const atom: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    field: fc.constant('score'),
    op: fc.constantFrom('>=' as const, '>' as const, '<' as const, '<=' as const),
    value: fc.constantFrom(5, 10, 15),
  }),
  fc.record({
    field: fc.constantFrom('engagement.page_view', 'engagement.email_click'),
    op: fc.constantFrom('>=' as const, '<' as const, '=' as const),
    value: fc.constantFrom(1, 2),
    within: fc.constantFrom(undefined, 'PT3S', 'PT20S'),
    where: fc.constantFrom(undefined, { path: { prefix: '/pricing' } }),
  }),
  fc.constantFrom<Condition>(
    { field: 'hand_raise', op: 'exists' },
    { field: 'hand_raise', op: 'in', value: ['quote_request'] },
    { field: 'grade', op: '=', value: 'A' },
    { field: 'tag', op: '=', value: 'partner' },
  ),
);

const { tree } = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    atom,
    fc.record({ all: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('tree') }),
  ),
}));

const factsArbitrary: fc.Arbitrary<ConditionFacts> = fc
  .record({
    grade: fc.constantFrom('A' as const, 'C' as const),
    engagements: fc.array(
      fc.record({
        at: instant,
        kind: fc.constantFrom('page_view', 'email_click', 'download'),
        path: fc.constantFrom('/pricing', '/about'),
        points: fc.integer({ min: -8, max: 12 }),
        halfLifeMs: fc.constantFrom(undefined, 4 * STEP, 15 * STEP),
      }),
      { maxLength: 8 },
    ),
    raises: fc.array(fc.record({ at: instant, kind: fc.constantFrom('demo_request', 'quote_request') }), {
      maxLength: 2,
    }),
  })
  .map(({ grade, engagements, raises }) => {
    const inOrder = engagements.toSorted((a, b) => a.at - b.at);
    return fakeFacts({
      grade,
      items: inOrder,
      horizonAt: LAST,
      engagements: inOrder.map(({ at, kind, path }, seq) => ({ seq, at, kind, properties: { path } })),
      handRaises: raises.map((raise, seq) => ({ ...raise, seq: 100 + seq })),
    });
  });

/** Everything in these facts moves on whole steps, so that trying each of them is trying every instant. */
const steps = (from: number, to: number) =>
  Array.from({ length: Math.floor((to - from) / STEP) + 1 }, (_, index) => from + index * STEP);

describe('instants of a condition, against trying every instant', () => {
  it('finds the earliest instant at which it holds', () => {
    fc.assert(
      fc.property(tree, factsArbitrary, instant, instant, (condition, facts, from, length) => {
        const to = from + length;
        const expected = steps(from, to).find((at) => evaluateCondition(condition, facts, at));
        expect(firstInstantHolds(condition, facts, from, to)).toBe(expected);
      }),
      { seed: 20261, numRuns: 400 },
    );
  });

  it('finds the next instant at which time alone changes it', () => {
    fc.assert(
      fc.property(tree, factsArbitrary, instant, (condition, facts, after) => {
        const before = evaluateCondition(condition, facts, after);
        const expected = steps(after + STEP, LAST).find((at) => evaluateCondition(condition, facts, at) !== before);
        expect(nextChangeByTime(condition, facts, after)).toBe(expected);
      }),
      { seed: 20262, numRuns: 400 },
    );
  });
});

describe('instants of a condition', () => {
  const fading = fakeFacts({
    items: [
      { at: 0, points: 70 },
      { at: 0, points: -20, halfLifeMs: 10_000 },
    ],
  });

  it('sees a fading negative lift the score over a threshold', () => {
    const reached: Condition = { field: 'score', op: '>=', value: 60 };
    expect(nextChangeByTime(reached, fading, 0)).toBe(10_000);
    expect(firstInstantHolds(reached, fading, 0, 9_999)).toBeUndefined();
    expect(firstInstantHolds(reached, fading, 0, 10_000)).toBe(10_000);
  });

  it('sees a score leave the threshold it met exactly', () => {
    const items = [
      { at: 0, points: 61 },
      { at: 5_000, points: -1, halfLifeMs: 10_000 },
    ];
    const above: Condition = { field: 'score', op: '>', value: 60 };
    expect(firstInstantHolds(above, fakeFacts({ items }), 5_000, 9_000)).toBe(6_000);
    expect(nextChangeByTime({ not: above }, fakeFacts({ items }), 5_000)).toBe(6_000);
  });

  it('looks for nothing in an empty range', () => {
    expect(firstInstantHolds({ field: 'grade', op: 'exists' }, fading, 5, 4)).toBeUndefined();
  });

  it('gives no instant for what time does not change', () => {
    expect(nextChangeByTime({ field: 'grade', op: '=', value: 'A' }, fading, 0)).toBeUndefined();
  });
});
