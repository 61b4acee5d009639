import { describe, expect, it } from '@jest/globals';
import { advanceLead } from './advance-lead.js';
import { decideNext, deadlinesOf } from './decide-next.js';
import { askOf } from './ask-of.js';
import { DAY, fakeAnswers, fakeEnrollment, fakePlan, HOUR, nurturing, recordsOf, T0 } from './fake-process.js';

const plan = fakePlan({
  steps: {
    ...fakePlan().steps,
    tell: { kind: 'webhook', next: 'fork' },
    ask: { kind: 'webhook', next: 'fork', onFailure: 'leave' },
  },
});
const at = (step: string, more: Parameters<typeof fakeEnrollment>[0] = {}) =>
  nurturing({ enrollment: fakeEnrollment({ step, visits: { [step]: 1 }, stepAt: T0, dueAt: undefined, ...more }) });
const visit = { at: T0, no: 1, step: 'ask', visit: 1 };

describe('a webhook nobody waits for', () => {
  it('is called once the facts before it are known, and the lead goes on', () => {
    expect(decideNext(at('tell'), fakeAnswers(), T0 + HOUR, plan)).toEqual({ kind: 'webhook', at: T0 });
    const { process, records } = advanceLead(at('tell'), { kind: 'webhook', at: T0 }, T0 + HOUR, plan);
    expect(process.enrollment).toMatchObject({ step: 'fork', stepAt: T0 });
    expect(recordsOf({ records }, 'webhook')).toEqual([{ ...visit, step: 'tell', versionId: 'nurture-v1' }]);
  });

  it('is not called while the lead is with sales or its clock stands', () => {
    expect(deadlinesOf({ ...at('tell'), state: 'offered' }, plan)).toEqual([]);
    expect(deadlinesOf(at('tell', { suspendedAt: T0 }), plan)).toEqual([]);
  });

  it('comes after an exit of the same instant', () => {
    const answers = { ...fakeAnswers(), guard: { at: T0, index: 2 } };
    expect(decideNext(at('tell'), answers, T0, plan)).toEqual({ kind: 'guard', at: T0, index: 2 });
  });
});

describe('a webhook whose answer picks the branch', () => {
  const called = advanceLead(at('ask'), { kind: 'webhook', at: T0 }, T0, plan).process;

  it('is called once, and asks how it ended', () => {
    expect(called.enrollment).toMatchObject({ step: 'ask', posted: true });
    expect(askOf(called, T0).step).toMatchObject({ posted: true });
    expect(decideNext(called, fakeAnswers(), T0 + DAY, plan)).toBeUndefined();
  });

  it.each([
    ['delivered', 'fork'],
    ['dead', undefined],
  ] as const)('ends when it is %s', (posted, step) => {
    const item = decideNext(called, { ...fakeAnswers(), posted }, T0 + DAY, plan);
    expect(item).toEqual({ kind: 'webhook_over', at: T0 + DAY, delivered: posted === 'delivered' });
    if (!item) return;
    const { process, records } = advanceLead(called, item, T0 + DAY, plan);
    expect(process.enrollment?.step).toBe(step);
    expect(process.enrollment?.posted).toBeUndefined();
    expect(recordsOf({ records }, 'webhook_done')).toEqual([
      { ...visit, at: T0 + DAY, delivered: posted === 'delivered' },
    ]);
  });

  it('waits for the lead to come back from sales', () => {
    const suspended = { ...called, enrollment: { ...fakeEnrollment(called.enrollment), suspendedAt: T0 } };
    expect(decideNext(suspended, { ...fakeAnswers(), posted: 'delivered' }, T0 + DAY, plan)).toBeUndefined();
  });
});
