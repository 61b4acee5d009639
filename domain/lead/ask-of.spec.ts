import { describe, expect, it } from '@jest/globals';
import { commandLead } from './advance-lead.js';
import { applyAnswers, askOf } from './ask-of.js';
import {
  accepted,
  DAY,
  fakeAnswers,
  fakeEnrollment,
  fakeHandoff,
  fakeLadder,
  fakeProcess,
  fakeReturn,
  HOUR,
  lost,
  MARKETER,
  nurturing,
  offered,
  OTHER_REP,
  qualified,
  REP,
  returning,
  T0,
  working,
} from './fake-process.js';

describe('what a lead asks', () => {
  it('judges this very instant although another host, whose clock is ahead, judged later ones', () => {
    const process = nurturing({ since: T0, judgedAt: T0 + HOUR + 120, enrollment: fakeEnrollment() });
    expect(askOf(process, T0 + HOUR)).toMatchObject({ qualify: { from: T0 + HOUR }, step: { judgedAt: T0 + HOUR } });
    expect(askOf(nurturing({ since: T0 + 120 }), T0).qualify?.from).toBe(T0);
  });

  it('raw: the intake checks, and whether a hand-raise came with it', () => {
    expect(askOf(fakeProcess(), T0)).toMatchObject({ intake: true, qualify: { from: T0, handRaiseOnly: true } });
  });

  it('nurturing: the definition since it is, its step with the bounds the verdicts need', () => {
    const process = nurturing({ enrollment: fakeEnrollment({ resumedAt: T0 + HOUR }) });
    const ask = askOf(process, T0 + DAY);
    expect(ask.qualify).toEqual({ from: T0, after: undefined, rulesFrom: undefined });
    expect(ask.step).toEqual({
      afterPause: 0,
      versionId: 'nurture-v1',
      enrollmentNo: 1,
      enteredAt: T0,
      step: 'ask',
      visit: 1,
      stepAt: T0,
      dueAt: T0 + 2 * DAY,
      resumedAt: T0 + HOUR,
      suspended: undefined,
    });
    expect(ask.intake).toBeUndefined();
  });

  it('after a return: only counted facts later than it, and rules from the earliest return date on', () => {
    const process = nurturing({ since: T0 + DAY, qualifyAfter: T0, earliestReturnAt: T0 + 30 * DAY });
    const expected = { from: T0 + DAY, after: T0, rulesFrom: T0 + 30 * DAY };
    expect(askOf(process, T0 + 2 * DAY).qualify).toEqual(expected);
    expect(askOf(process, T0 + 60 * DAY).qualify).toEqual(expected);
  });

  it('lost: only whether a hand-raise came since', () => {
    expect(askOf(lost(), T0 + DAY).qualify).toEqual({ from: T0, after: T0, handRaiseOnly: true });
  });

  it('only guards are armed while the enrollment is suspended', () => {
    for (const process of [qualified(), offered(), accepted(), returning()]) {
      expect(askOf(process, T0).step).toMatchObject({ suspended: true });
    }
    const rests = nurturing({ enrollment: fakeEnrollment({ suspendedAt: T0, resumeAt: T0 + DAY }) });
    expect(askOf(rests, T0).step?.suspended).toBe(true);
  });

  it('closed: nothing', () => {
    for (const state of ['won', 'disqualified', 'erased'] as const) {
      expect(askOf({ ...working(), state }, T0)).toEqual({});
    }
  });
});

describe('which cadence takes the lead', () => {
  const free = nurturing({ enrollment: undefined });

  it('is asked while none has it', () => {
    expect(askOf({ ...free, nextCadence: 'long-term' }, T0).entry).toEqual({ cadence: 'long-term' });
    expect(askOf(nurturing(), T0).entry).toBeUndefined();
  });

  it('is asked at every look, since what is new may let another one in earlier', () => {
    expect(askOf({ ...free, noCadenceUntil: T0 + 30 * DAY }, T0).entry).toEqual({ cadence: undefined });
  });

  it('is not asked while the lead may not be contacted, a person has to act, or it rests', () => {
    expect(askOf({ ...free, contactable: false }, T0).entry).toBeUndefined();
    expect(askOf({ ...free, hold: 'replied' }, T0).entry).toBeUndefined();
    expect(askOf({ ...free, earliestReturnAt: T0 + 1 }, T0).entry).toBeUndefined();
    expect(askOf({ ...free, earliestReturnAt: T0 }, T0).entry).toEqual({ cadence: undefined });
  });
});

describe('planned instants', () => {
  it('a ladder starts once, from what it measures', () => {
    const without = { ladder: undefined };
    expect(askOf(offered(without), T0).ladder).toEqual({ purpose: 'accept', from: T0, assigneeId: REP });
    expect(askOf(accepted(without), T0).ladder).toMatchObject({ purpose: 'first_touch', from: T0, assigneeId: REP });
    expect(askOf(returning(without), T0).ladder).toEqual({ purpose: 'acknowledge', from: T0 });
    expect(askOf(working(without), T0).ladder).toBeUndefined();
    expect(askOf(offered(), T0).ladder).toBeUndefined();
  });

  it('a ladder does not start before the offer to the next rep is open', () => {
    const handoff = fakeHandoff({ no: 2, wantedAssigneeId: OTHER_REP });
    expect(askOf(offered({ ladder: undefined, handoff }), T0).ladder).toBeUndefined();
  });

  it('the grace is asked once after acceptance, worked on or not, and no more after a return', () => {
    const handoff = fakeHandoff({ offeredAt: T0, assigneeId: REP, acceptedAt: T0 + HOUR });
    const expected = { from: T0 + HOUR, assigneeId: REP };
    expect(askOf(accepted({ handoff }), T0).grace).toEqual(expected);
    expect(askOf(working({ handoff }), T0).grace).toEqual(expected);
    expect(askOf(returning({ handoff }), T0).grace).toBeUndefined();
    expect(askOf(accepted(), T0).grace).toBeUndefined();
  });

  it('the recycle path is asked until it is known', () => {
    const unknown = returning({ returning: fakeReturn({ path: undefined, wantedReturnAt: T0 + 9 * DAY }), returns: 3 });
    expect(askOf(unknown, T0).recycle).toEqual({
      reason: 'not_ready',
      decidedAt: T0,
      wantedReturnAt: T0 + 9 * DAY,
      loops: 3,
    });
    expect(askOf(returning(), T0).recycle).toBeUndefined();
  });

  it('a change of profile matters to an incomplete packet and a held touch', () => {
    expect(askOf(nurturing(), T0).profile).toBeUndefined();
    expect(askOf(nurturing({ enrollment: fakeEnrollment({ held: 'missing_variable:lead.name' }) }), T0).profile).toBe(
      true,
    );
    const handoff = fakeHandoff({ waiting: { why: 'packet_incomplete' } });
    expect(askOf(qualified({ handoff }), T0).profile).toBe(true);
  });
});

describe('taking answers into the process', () => {
  it('plans the step, the ladder, the grace and the path', () => {
    const planned = applyAnswers(nurturing(), fakeAnswers({ dueAt: T0 + 9 * DAY, nextDueAt: T0 + 10 * DAY }));
    expect(planned.enrollment).toMatchObject({ dueAt: T0 + 9 * DAY, nextDueAt: T0 + 10 * DAY });
    const ladder = fakeLadder();
    expect(applyAnswers(offered({ ladder: undefined }), fakeAnswers({ ladder })).ladder).toEqual(ladder);
    expect(applyAnswers(accepted(), fakeAnswers({ graceEndsAt: T0 + DAY })).handoff?.graceEndsAt).toBe(T0 + DAY);
    const path = { to: 'cadence', cadence: 'long-term' } as const;
    expect(applyAnswers(returning(), fakeAnswers({ recycle: path })).returning?.path).toEqual(path);
  });

  it('keeps what was not asked', () => {
    const process = accepted({ enrollment: fakeEnrollment({ suspendedAt: T0 }) });
    expect(applyAnswers(process, fakeAnswers())).toEqual({ ...process, ahead: undefined, nextChangeAt: undefined });
  });

  it('a held touch gets no slot: it waits for a fact', () => {
    const process = nurturing({ enrollment: fakeEnrollment({ held: 'missing_variable:lead.name', dueAt: undefined }) });
    expect(applyAnswers(process, fakeAnswers({ dueAt: T0 })).enrollment?.dueAt).toBeUndefined();
  });

  it('remembers up to when nothing held, in this state', () => {
    const judged = applyAnswers(nurturing(), fakeAnswers({ at: T0 + DAY }));
    expect(askOf(judged, T0 + DAY)).toMatchObject({ qualify: { from: T0 + DAY }, step: { judgedAt: T0 + DAY } });
    const verdict = { at: T0, ruleId: 'hand-raise', definitionVersionId: 'definition-v1' };
    for (const found of [{ qualified: verdict }, { guard: { at: T0, index: 0 } }, { winner: { at: T0, option: 0 } }]) {
      expect(applyAnswers(judged, fakeAnswers({ at: T0 + 2 * DAY, ...found })).judgedAt).toBe(T0 + DAY);
    }
    const left = commandLead(judged, { kind: 'disqualify', by: MARKETER }, T0 + 2 * DAY, undefined).process;
    expect(left.judgedAt).toBeUndefined();
  });

  it('replaces the next change by time, also by none', () => {
    expect(applyAnswers(nurturing(), fakeAnswers({ nextChangeAt: T0 + DAY })).nextChangeAt).toBe(T0 + DAY);
    expect(applyAnswers(nurturing({ nextChangeAt: T0 }), fakeAnswers()).nextChangeAt).toBeUndefined();
  });

  it('knows whether the lead may be contacted', () => {
    expect(applyAnswers(nurturing(), fakeAnswers({ contactable: false })).contactable).toBe(false);
  });
});

describe('the cursor', () => {
  const facts = [
    { seq: 4, at: T0, kind: 'email_reply' },
    { seq: 6, at: T0, kind: 'demo_request' },
  ];

  it('moves when nothing is left to reduce', () => {
    expect(applyAnswers(nurturing({ cursor: 3 }), fakeAnswers({ cursor: 9 })).cursor).toBe(9);
    const done = nurturing({ cursor: 3, ahead: [6, 4] });
    expect(applyAnswers(done, fakeAnswers({ cursor: 9, facts }))).toMatchObject({ cursor: 9, ahead: undefined });
  });

  it('stays while a fact below it waits, however late it came', () => {
    const process = applyAnswers(nurturing({ cursor: 3, ahead: [6] }), fakeAnswers({ cursor: 9, facts }));
    expect(process).toMatchObject({ cursor: 3, ahead: [6] });
  });

  it('never goes back', () => {
    expect(applyAnswers(nurturing({ cursor: 12 }), fakeAnswers({ cursor: 9 })).cursor).toBe(12);
  });
});
