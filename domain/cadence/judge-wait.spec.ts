import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ConditionFacts } from '../condition/condition-facts.js';
import { evaluateCondition } from '../condition/evaluate-condition.js';
import { fakeFacts } from '../condition/fake-facts.js';
import type { WaitForStep } from './steps/step-kinds.schema.js';
import type { WaitOption } from './steps/wait-for-step.schema.js';
import { judgeWait, type WaitRange } from './judge-wait.js';

const waitFor = (any: WaitOption[], look: 'since_entry' | 'ever' = 'since_entry'): WaitForStep => ({
  id: 'response',
  wait_for: { look, any, timeout: { after: 'PT72H', then: 'later' } },
});
const click = (at: number, seq: number, touch = 'guide') => ({ seq, at, kind: 'email_click', properties: { touch } });
const view = (at: number, seq: number, path = '/pricing') => ({ seq, at, kind: 'page_view', properties: { path } });
const onClick: WaitOption = { engagement: 'email_click', where: { touch: 'guide' }, then: 'a' };
const onTwoViews: WaitOption = {
  engagement: 'page_view',
  where: { path: { prefix: '/pricing' } },
  count: 2,
  then: 'b',
};
const onScore: WaitOption = { score: 30, then: 'c' };
const range: WaitRange = { sinceAt: 100_000, from: 100_000, deadlineAt: 200_000, now: 300_000 };

describe('judgeWait', () => {
  it('waits while nothing has happened', () => {
    expect(judgeWait(waitFor([onClick, onTwoViews, onScore]), fakeFacts(), range)).toBeUndefined();
  });

  it('counts an engagement at the instant of the touch, and none before it', () => {
    const facts = (at: number) => fakeFacts({ engagements: [click(at, 7)] });
    expect(judgeWait(waitFor([onClick]), facts(100_000), range)).toEqual({ option: 0, at: 100_000, seq: 7 });
    expect(judgeWait(waitFor([onClick]), facts(99_999), range)).toBeUndefined();
    expect(judgeWait(waitFor([onClick], 'ever'), facts(99_999), range)).toEqual({ option: 0, at: 100_000, seq: 7 });
  });

  it('lets an engagement at the deadline lose', () => {
    const facts = (at: number) => fakeFacts({ engagements: [click(at, 7)] });
    expect(judgeWait(waitFor([onClick]), facts(199_999), range)).toEqual({ option: 0, at: 199_999, seq: 7 });
    expect(judgeWait(waitFor([onClick]), facts(200_000), range)).toBeUndefined();
  });

  it('takes the earliest, whatever the order in the definition', () => {
    const facts = fakeFacts({
      engagements: [click(120_000, 2), view(110_000, 3), view(115_000, 4)].toSorted((a, b) => a.at - b.at),
    });
    expect(judgeWait(waitFor([onClick, onTwoViews]), facts, range)).toEqual({ option: 1, at: 115_000, seq: 4 });
  });

  it('takes the first in the definition of two at one instant', () => {
    const facts = fakeFacts({ engagements: [click(120_000, 2)], items: [{ at: 120_000, points: 30 }] });
    expect(judgeWait(waitFor([onScore, onClick]), facts, range)).toEqual({ option: 0, at: 120_000 });
  });

  it('sees a condition that holds on entry', () => {
    const french: WaitOption = { when: { field: 'country', op: '=', value: 'FR' }, then: 'd' };
    expect(judgeWait(waitFor([onClick, french]), fakeFacts({ country: 'FR' }), range)).toEqual({
      option: 1,
      at: 100_000,
    });
  });

  it('does not decide in the future', () => {
    const facts = fakeFacts({ engagements: [click(150_000, 2)] });
    expect(judgeWait(waitFor([onClick]), facts, { ...range, now: 149_999 })).toBeUndefined();
  });

  it('reports what came while the enrollment was suspended at the instant it resumed', () => {
    const facts = fakeFacts({ engagements: [view(110_000, 3), view(115_000, 4), click(120_000, 5)] });
    const resumed = { ...range, from: 150_000 };
    expect(judgeWait(waitFor([onClick, onTwoViews]), facts, resumed)).toEqual({ option: 1, at: 150_000, seq: 4 });
  });

  it('agrees with going through every instant', () => {
    fc.assert(
      fc.property(scenario, ({ step, facts, range: within }) => {
        const winner = judgeWait(step, facts, within);
        expect(winner && { option: winner.option, at: winner.at }).toEqual(tryEveryInstant(step, facts, within));
      }),
      { seed: 20263, numRuns: 400 },
    );
  });
});

const STEP = 1000;
const instant = fc.integer({ min: 0, max: 20 }).map((n) => n * STEP);
const option: fc.Arbitrary<WaitOption> = fc.oneof(
  fc.constantFrom<WaitOption>(onClick, { engagement: 'email_click', count: 2, then: 'a' }, onTwoViews, {
    engagement: 'page_view',
    then: 'b',
  }),
  fc.constantFrom(10, 20).map((score): WaitOption => ({ score, then: 'c' })),
  fc.constant<WaitOption>({ when: { field: 'engagement.page_view', op: 'exists', within: 'PT4S' }, then: 'd' }),
);
const scenario = fc
  .record({
    step: fc
      .tuple(fc.array(option, { minLength: 1, maxLength: 4 }), fc.constantFrom('since_entry' as const, 'ever' as const))
      .map(([any, look]) => waitFor(any, look)),
    happened: fc.array(
      fc.record({
        at: instant,
        kind: fc.constantFrom('email_click', 'page_view'),
        properties: fc.constantFrom({ touch: 'guide', path: '/pricing/eu' }, { touch: 'other', path: '/jobs' }),
        points: fc.constantFrom(-5, 4, 12),
        halfLifeMs: fc.constantFrom(undefined, 5 * STEP),
      }),
      { maxLength: 8 },
    ),
    sinceAt: instant,
    suspendedMs: fc.constantFrom(0, 0, 3 * STEP),
    lengthMs: fc.integer({ min: 1, max: 15 }).map((n) => n * STEP),
    now: instant,
  })
  .map(({ step, happened, sinceAt, suspendedMs, lengthMs, now }) => {
    const engagements = happened.toSorted((a, b) => a.at - b.at).map((one, seq) => ({ ...one, seq }));
    const from = sinceAt + suspendedMs;
    const range: WaitRange = { sinceAt, from, deadlineAt: from + lengthMs, now };
    return { step, facts: fakeFacts({ engagements, items: engagements, horizonAt: 60 * STEP }), range };
  });

/** The rule read aloud: go from instant to instant, ask the options in order, the first that is met wins. */
function tryEveryInstant(step: WaitForStep, facts: ConditionFacts, { sinceAt, from, deadlineAt, now }: WaitRange) {
  const { look, any } = step.wait_for;
  if (now < from) return undefined;
  for (let at = Math.min(sinceAt, from); at < deadlineAt && at <= now; at += STEP) {
    for (const [index, { engagement, where = {}, count = 1, score, when }] of any.entries()) {
      const matching = facts.engagements.filter(
        (one) =>
          one.kind === engagement &&
          one.at <= at &&
          (look === 'ever' || one.at >= sinceAt) &&
          Object.entries(where).every(([key, wanted]) => {
            const actual = String(one.properties[key]);
            return typeof wanted === 'object' ? actual.startsWith(wanted.prefix) : actual === wanted;
          }),
      );
      const started = at >= from;
      const met =
        (engagement !== undefined && matching.length >= count && (look === 'since_entry' || started)) ||
        (score !== undefined && started && facts.scoreAt(at) >= score) ||
        (when !== undefined && started && evaluateCondition(when, facts, at));
      if (met) return { option: index, at: Math.max(at, from) };
    }
  }
  return undefined;
}
