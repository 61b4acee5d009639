import { describe, expect, it } from '@jest/globals';
import type { TouchResult } from './advance-enrollment.js';
import { advanceLead } from './advance-lead.js';
import {
  DAY,
  effectKinds,
  fakeEnrollment,
  fakePlan,
  fakeProcess,
  HOUR,
  MINUTE,
  noticesOf,
  nurturing,
  offered,
  qualified,
  recordsOf,
  T0,
} from './fake-process.js';
import type { LeadProcess } from './lead-process.js';

const plan = fakePlan();
const inHello = (overrides: Parameters<typeof fakeEnrollment>[0] = {}): LeadProcess =>
  nurturing({
    enrollment: fakeEnrollment({ step: 'hello', visits: { hello: 1 }, dueAt: T0 + HOUR, sending: true, ...overrides }),
  });
const touched = (process: LeadProcess, result: TouchResult['result'], rest: Partial<TouchResult> = {}) => {
  const touch = { enrollmentNo: 1, step: 'hello', visit: 1, result, at: T0 + HOUR, ...rest };
  return advanceLead(process, { kind: 'touched', touch }, T0 + HOUR, plan);
};

describe('entering a cadence', () => {
  it('numbers the enrollment and stands on the first step', () => {
    const { process, records } = advanceLead(
      fakeProcess({ state: 'nurturing', enrollments: 2, nextCadence: 'nurture', noCadenceUntil: T0 }),
      { kind: 'entry', at: T0 + MINUTE, plan },
      T0 + MINUTE,
      undefined,
    );
    expect(process.enrollment).toMatchObject({
      no: 3,
      cadence: 'nurture',
      step: 'hello',
      visit: 1,
      stepAt: T0 + MINUTE,
    });
    expect(process).toMatchObject({ enrollments: 3, nextCadence: undefined, noCadenceUntil: undefined });
    expect(records.map((record) => record.kind)).toEqual(['enrolled', 'step']);
  });

  it('passes a set step at once and says which version it stands in', () => {
    const tagging = fakePlan({
      start: 'mark',
      steps: { ...plan.steps, mark: { kind: 'set', next: 'hello' } },
    });
    const { process, records } = advanceLead(
      fakeProcess({ state: 'nurturing' }),
      { kind: 'entry', at: T0, plan: tagging },
      T0,
      undefined,
    );
    expect(process.enrollment).toMatchObject({ step: 'hello', visits: { mark: 1, hello: 1 }, stepAt: T0 });
    expect(recordsOf({ records }, 'set')).toEqual([{ at: T0, no: 1, step: 'mark', visit: 1, versionId: 'nurture-v1' }]);
  });

  it('goes back as often as a goto says, then on', () => {
    const looping = fakePlan({
      start: 'settle',
      steps: {
        ...plan.steps,
        settle: { kind: 'wait', next: 'again' },
        again: { kind: 'goto', to: 'settle', max: 2, then: 'leave' },
      },
    });
    const input = { kind: 'entry', at: T0, plan: looping } as const;
    let process = advanceLead(fakeProcess({ state: 'nurturing' }), input, T0, undefined).process;
    const visits: number[] = [];
    for (let day = 1; process.enrollment && day < 10; day += 1) {
      visits.push(process.enrollment.visit);
      process = advanceLead(process, { kind: 'wait_over', at: T0 + day * DAY }, T0 + day * DAY, looping).process;
    }
    expect(visits).toEqual([1, 2, 3]);
    expect(process.enrollment).toBeUndefined();
  });

  it('is over at once when the cadence starts with its exit', () => {
    const empty = fakePlan({ start: 'leave' });
    const { process, records } = advanceLead(
      fakeProcess({ state: 'nurturing' }),
      { kind: 'entry', at: T0, plan: empty },
      T0,
      undefined,
    );
    expect(process.enrollment).toBeUndefined();
    expect(recordsOf({ records }, 'enrollment_ended')).toEqual([{ at: T0, no: 1, reason: 'no_interest' }]);
  });
});

describe('the result of a touch', () => {
  it.each(['sent', 'in_doubt', 'skipped'] as const)('%s goes on at the instant of the touch', (result) => {
    const { process } = touched(inHello(), result, { at: T0 + 2 * HOUR });
    expect(process.enrollment).toMatchObject({ step: 'settle', visit: 1, stepAt: T0 + 2 * HOUR });
    expect(process.enrollment?.sending).toBeUndefined();
    expect(process.enrollment?.dueAt).toBeUndefined();
  });

  it.each(['deferred', 'failed'] as const)('%s is due again when it says', (result) => {
    const { process, records } = touched(inHello(), result, { until: T0 + 5 * HOUR });
    expect(process.enrollment).toMatchObject({ step: 'hello', dueAt: T0 + 5 * HOUR });
    expect(process.enrollment?.sending).toBeUndefined();
    expect(records).toEqual([]);
  });

  it('stale is due again as it was: facts wait', () => {
    const { process } = touched(inHello(), 'stale');
    expect(process.enrollment).toMatchObject({ step: 'hello', dueAt: T0 + HOUR });
    expect(process.enrollment?.sending).toBeUndefined();
  });

  it('held blocks the enrollment with its reason and without an instant', () => {
    const advance = touched({ ...inHello(), cursor: 7 }, 'held', { reason: 'missing_variable:lead.company' });
    expect(advance.process.enrollment).toMatchObject({ held: 'missing_variable:lead.company', heldCursor: 7 });
    expect(advance.process.enrollment?.dueAt).toBeUndefined();
    expect(recordsOf(advance, 'held')).toHaveLength(1);
  });

  it('held for the same reason again is not told twice, and sent after it clears the hold', () => {
    const held = inHello({ held: 'missing_variable:lead.company', heldCursor: 7 });
    const again = touched(held, 'held', { reason: 'missing_variable:lead.company' });
    expect(recordsOf(again, 'held')).toEqual([]);
    expect(touched(held, 'sent').process.enrollment?.held).toBeUndefined();
  });

  it('ends the enrollment when it was the last step', () => {
    const process = nurturing({ enrollment: fakeEnrollment({ step: 'last', sending: true }) });
    const advance = touched(process, 'sent', { step: 'last' });
    expect(advance.process.enrollment).toBeUndefined();
    expect(recordsOf(advance, 'enrollment_ended')).toEqual([{ at: T0 + HOUR, no: 1, reason: 'completed' }]);
  });

  it.each([
    ['a step that was left meanwhile', { step: 'settle' }],
    ['an earlier visit', { visit: 2 }],
    ['an earlier enrollment', { enrollmentNo: 2 }],
  ] as const)('of %s changes nothing', (_, other) => {
    const process = inHello();
    const advance = touched(process, 'sent', other);
    expect(advance).toEqual({ process, records: [], effects: [] });
  });

  it('of a lead without an enrollment changes nothing', () => {
    const process = nurturing({ enrollment: undefined });
    expect(touched(process, 'sent').process).toEqual(process);
  });

  it('counts visits when a step is entered again', () => {
    const again = inHello({ visits: { hello: 1, settle: 3 } });
    expect(touched(again, 'sent').process.enrollment).toMatchObject({ step: 'settle', visit: 4 });
  });
});

describe('a touch under way while the lead qualifies', () => {
  const suspended = { ...qualified(), enrollment: inHello({ suspendedAt: T0 + 2 * HOUR }).enrollment };

  it('is done at its claim; the next step is entered with its clock stopped', () => {
    const { process } = touched(suspended, 'sent', { at: T0 + HOUR });
    expect(process.enrollment).toMatchObject({ step: 'settle', stepAt: T0 + HOUR, suspendedAt: T0 + 2 * HOUR });
  });

  it('claimed after the suspension stops the next step from the claim on', () => {
    const { process } = touched(suspended, 'in_doubt', { at: T0 + 3 * HOUR });
    expect(process.enrollment).toMatchObject({ step: 'settle', stepAt: T0 + 3 * HOUR, suspendedAt: T0 + 3 * HOUR });
  });

  it('stays where it is when it did not go', () => {
    const { process } = touched(suspended, 'deferred', { until: T0 + 4 * HOUR });
    expect(process.enrollment).toMatchObject({ step: 'hello', suspendedAt: T0 + 2 * HOUR });
  });

  it('may end the enrollment, which then has nothing to resume', () => {
    const last = { ...suspended, enrollment: fakeEnrollment({ step: 'last', sending: true, suspendedAt: T0 }) };
    expect(touched(last, 'sent', { step: 'last' }).process.enrollment).toBeUndefined();
  });
});

describe('suspension and resumption', () => {
  const verdict = { kind: 'qualified', ruleId: 'engaged-and-fits', definitionVersionId: 'definition-v1' } as const;
  const resume = (process: LeadProcess, at: number) => advanceLead(process, { kind: 'resume', at }, at, plan);
  const back = (enrollment: Parameters<typeof fakeEnrollment>[0]): LeadProcess =>
    nurturing({ enrollment: fakeEnrollment(enrollment) });

  it('qualifying stops the clock, it is no exit', () => {
    const advance = advanceLead(nurturing(), { ...verdict, at: T0 + 12 * HOUR }, T0 + 12 * HOUR, plan);
    expect(advance.process.enrollment).toMatchObject({ step: 'ask', suspendedAt: T0 + 12 * HOUR, dueAt: T0 + 2 * DAY });
    expect(recordsOf(advance, 'suspended')).toEqual([{ at: T0 + 12 * HOUR, no: 1, step: 'ask' }]);
    expect(recordsOf(advance, 'enrollment_ended')).toEqual([]);
  });

  it('what is learned late does not suspend a step before it was entered', () => {
    const process = nurturing({ enrollment: fakeEnrollment({ stepAt: T0 + HOUR, dueAt: T0 + HOUR + 2 * DAY }) });
    const late = advanceLead(process, { ...verdict, at: T0 }, T0 + 2 * HOUR, plan).process;
    expect(late.enrollment?.suspendedAt).toBe(T0 + HOUR);
    const resumed = resume({ ...late, state: 'nurturing' }, T0 + 30 * DAY).process;
    expect(resumed.enrollment?.dueAt).toBe(T0 + 32 * DAY);
  });

  it('a wait goes on with its remaining time', () => {
    const { process, records } = resume(back({ suspendedAt: T0 + 12 * HOUR, resumeAt: T0 + 30 * DAY }), T0 + 30 * DAY);
    expect(process.enrollment).toMatchObject({
      step: 'ask',
      stepAt: T0,
      dueAt: T0 + 30 * DAY + 36 * HOUR,
      resumedAt: T0 + 30 * DAY,
    });
    expect(process.enrollment?.suspendedAt).toBeUndefined();
    expect(process.enrollment?.resumeAt).toBeUndefined();
    expect(recordsOf({ records }, 'resumed')).toEqual([{ at: T0 + 30 * DAY, no: 1, step: 'ask' }]);
  });

  it('the slot of the touch after a wait moves with the wait', () => {
    const { process } = resume(back({ step: 'settle', nextDueAt: T0 + 2 * DAY, suspendedAt: T0 }), T0 + 30 * DAY);
    expect(process.enrollment).toMatchObject({ dueAt: T0 + 32 * DAY });
    expect(process.enrollment?.nextDueAt).toBeUndefined();
  });

  it('a wait that was over before the suspension is over at the resumption', () => {
    const { process } = resume(back({ dueAt: T0, suspendedAt: T0 + HOUR }), T0 + DAY);
    expect(process.enrollment?.dueAt).toBe(T0 + DAY);
  });

  it('a touch is planned anew from the resumption, and no longer held', () => {
    const { process } = resume(back({ step: 'hello', suspendedAt: T0, held: 'window', heldCursor: 3 }), T0 + 30 * DAY);
    expect(process.enrollment).toMatchObject({ step: 'hello', stepAt: T0 + 30 * DAY });
    expect(process.enrollment?.dueAt).toBeUndefined();
    expect(process.enrollment?.held).toBeUndefined();
  });

  it('a branch is left at the resumption, so that what follows starts then', () => {
    const { process } = resume(back({ step: 'fork', dueAt: undefined, suspendedAt: T0 }), T0 + 30 * DAY);
    expect(process.enrollment?.stepAt).toBe(T0 + 30 * DAY);
  });

  it('resumes nothing that is not suspended', () => {
    const process = nurturing();
    expect(resume(process, T0 + DAY)).toEqual({ process, records: [], effects: [] });
  });

  it('keeps the earliest return date, since rules count from it on', () => {
    const process = { ...back({ suspendedAt: T0, resumeAt: T0 + DAY }), earliestReturnAt: T0 + DAY };
    expect(resume(process, T0 + DAY).process.earliestReturnAt).toBe(T0 + DAY);
  });
});

describe('exit guards', () => {
  const guard = (process: LeadProcess, index: number) =>
    advanceLead(process, { kind: 'guard', at: T0 + HOUR, index }, T0 + 2 * HOUR, plan);

  it('end the enrollment with their reason at their own instant', () => {
    const advance = guard(nurturing(), 2);
    expect(advance.process.enrollment).toBeUndefined();
    expect(recordsOf(advance, 'enrollment_ended')).toEqual([{ at: T0 + HOUR, no: 1, reason: 'partner' }]);
    expect(advance.process.hold).toBeUndefined();
  });

  it('after a reply a person has to act before a cadence takes the lead again', () => {
    const advance = guard(nurturing(), 1);
    expect(advance.process.hold).toBe('replied');
    expect(noticesOf(advance)).toEqual(['reply']);
  });

  it('a reply while sales has the lead is told but holds nothing: who acknowledges acts', () => {
    const advance = guard(offered(), 1);
    expect(advance.process.enrollment).toBeUndefined();
    expect(advance.process.hold).toBeUndefined();
    expect(noticesOf(advance)).toEqual(['reply']);
    expect(advance.process.state).toBe('offered');
  });
});

describe('leaving a step', () => {
  const leave = (input: Parameters<typeof advanceLead>[1], step = 'ask') =>
    advanceLead(nurturing({ enrollment: fakeEnrollment({ step }) }), input, T0 + 3 * DAY, plan);

  it('a wait ends at its instant, not when it is noticed', () => {
    const { process } = leave({ kind: 'wait_over', at: T0 + DAY }, 'settle');
    expect(process.enrollment).toMatchObject({ step: 'ask', visit: 2, stepAt: T0 + DAY });
  });

  it('a step that is entered late is judged from its own instant: no outage shortens it', () => {
    const waiting = nurturing({ judgedAt: T0 + 9 * HOUR, enrollment: fakeEnrollment({ step: 'ask' }) });
    const late = advanceLead(waiting, { kind: 'wait_over', at: T0 + HOUR }, T0 + 9 * HOUR, plan).process;
    expect(late.judgedAt).toBe(T0 + HOUR);
    const early = { ...waiting, judgedAt: T0 };
    expect(advanceLead(early, { kind: 'wait_over', at: T0 + HOUR }, T0 + HOUR, plan).process.judgedAt).toBe(T0);
  });

  it('a time-out takes its own branch', () => {
    const advance = leave({ kind: 'wait_over', at: T0 + 2 * DAY });
    expect(advance.process.enrollment).toMatchObject({ step: 'reminder', stepAt: T0 + 2 * DAY });
    expect(recordsOf(advance, 'waited')).toMatchObject([{ winner: 'timeout' }]);
  });

  it('a winner takes the branch of its option and is recorded', () => {
    const advance = leave({ kind: 'winner', at: T0 + DAY, option: 0, seq: 12 });
    expect(advance.process.enrollment).toMatchObject({ step: 'story', stepAt: T0 + DAY });
    expect(recordsOf(advance, 'waited')).toEqual([{ at: T0 + DAY, no: 1, step: 'ask', visit: 1, winner: 0, seq: 12 }]);
  });

  it('a branch takes the case that holds, else the way otherwise', () => {
    expect(leave({ kind: 'branch', at: T0, index: 0 }, 'fork').process.enrollment).toMatchObject({ step: 'last' });
    const other = leave({ kind: 'branch', at: T0, index: -1 }, 'fork');
    expect(other.process.enrollment).toBeUndefined();
    expect(recordsOf(other, 'enrollment_ended')).toMatchObject([{ reason: 'no_interest' }]);
  });

  it('a touch asks for one mail and waits for its result', () => {
    const process = nurturing({ enrollment: fakeEnrollment({ step: 'hello', dueAt: T0 + HOUR }) });
    const advance = advanceLead(process, { kind: 'touch', at: T0 + HOUR }, T0 + HOUR, plan);
    expect(advance.process.enrollment?.sending).toBe(true);
    expect(effectKinds(advance)).toEqual(['send_touch']);
    expect(advance.effects[0]).toMatchObject({ enrollmentNo: 1, step: 'hello', visit: 1, dueAt: T0 + HOUR });
  });
});
