import { describe, expect, it } from '@jest/globals';
import type { OpenHandoffOutcome } from './advance-handoff.js';
import { advanceLead } from './advance-lead.js';
import { decideNext, nextWakeAt } from './decide-next.js';
import {
  accepted,
  DAY,
  effectKinds,
  fakeAnswers,
  fakeEnrollment,
  fakeHandoff,
  fakeLadder,
  fakePlan,
  HOUR,
  MINUTE,
  noticesOf,
  nurturing,
  offered,
  OTHER_REP,
  qualified,
  recordsOf,
  REP,
  returning,
  T0,
  working,
} from './fake-process.js';
import type { LeadProcess } from './lead-process.js';

const verdict = {
  kind: 'qualified',
  at: T0 + HOUR,
  ruleId: 'hand-raise',
  definitionVersionId: 'definition-v1',
} as const;
const result = (process: LeadProcess, outcome: Partial<OpenHandoffOutcome> & { result: 'offered' | 'waiting' }) =>
  advanceLead(
    process,
    { kind: 'offer_result', outcome: { at: T0 + MINUTE, handoffNo: 1, ...outcome } as OpenHandoffOutcome },
    T0 + MINUTE,
    undefined,
  );
const rung = (process: LeadProcess, at: number) => advanceLead(process, { kind: 'rung', at }, at, undefined);

describe('qualifying', () => {
  it('opens the next handoff, stamped with rule and definition version', () => {
    const process = nurturing({ handoffs: 3, hold: 'review', earliestReturnAt: T0 + 30 * DAY });
    const advance = advanceLead(process, verdict, T0 + HOUR, undefined);
    expect(advance.process).toMatchObject({ state: 'qualified', since: T0 + HOUR, handoffs: 4 });
    expect(advance.process.handoff).toEqual({
      no: 4,
      qualifiedBy: 'definition',
      ruleId: 'hand-raise',
      definitionVersionId: 'definition-v1',
      qualifiedAt: T0 + HOUR,
    });
    expect([advance.process.hold, advance.process.earliestReturnAt]).toEqual([undefined, undefined]);
    expect(effectKinds(advance)).toEqual(['open_handoff']);
    expect(recordsOf(advance, 'qualified')).toMatchObject([{ handoffNo: 4, by: 'definition', ruleId: 'hand-raise' }]);
  });
});

describe('the offer', () => {
  it('is open with a named rep, who is told', () => {
    const advance = result(qualified(), { result: 'offered', assigneeId: REP });
    expect(advance.process).toMatchObject({ state: 'offered', handoff: { assigneeId: REP, offeredAt: T0 + MINUTE } });
    expect(recordsOf(advance, 'offered')).toEqual([{ at: T0 + MINUTE, handoffNo: 1, assigneeId: REP }]);
    expect(noticesOf(advance)).toEqual(['offer']);
  });

  it('that waits keeps the lead qualified and is told once per reason', () => {
    const first = result(qualified({ cursor: 5 }), { result: 'waiting', why: 'packet_incomplete' });
    expect(first.process).toMatchObject({
      state: 'qualified',
      handoff: { waiting: { why: 'packet_incomplete', cursor: 5 } },
    });
    expect(noticesOf(first)).toEqual(['queued']);
    const again = result(first.process, { result: 'waiting', why: 'packet_incomplete' });
    expect([again.records, noticesOf(again)]).toEqual([[], []]);
    const other = result(again.process, { result: 'waiting', why: 'nobody_available', retryAt: T0 + DAY });
    expect(noticesOf(other)).toEqual(['queued']);
    expect(other.process.handoff?.waiting?.retryAt).toBe(T0 + DAY);
  });

  it('that found nobody is tried again even when no instant is named, and never at once', () => {
    const unnamed = result(qualified(), { result: 'waiting', why: 'nobody_available' });
    expect(nextWakeAt(unnamed.process, undefined, T0 + MINUTE)).toBe(T0 + MINUTE + HOUR);
    const past = result(qualified(), { result: 'waiting', why: 'nobody_available', retryAt: T0 });
    expect(nextWakeAt(past.process, undefined, T0 + MINUTE)).toBe(T0 + 2 * MINUTE);
  });

  it('with an incomplete packet is tried again when something new is known, not before', () => {
    const { process } = result(qualified({ cursor: 5 }), { result: 'waiting', why: 'packet_incomplete' });
    expect(nextWakeAt(process, undefined, T0 + DAY)).toBeUndefined();
    expect(decideNext(process, fakeAnswers({ cursor: 5 }), T0 + DAY, undefined)).toBeUndefined();
    const item = decideNext(process, fakeAnswers({ cursor: 6 }), T0 + DAY, undefined);
    expect(item).toEqual({ kind: 'try_offer', at: T0 + DAY });
    const tried = advanceLead(process, { kind: 'try_offer', at: T0 + DAY }, T0 + DAY, undefined);
    expect(effectKinds(tried)).toEqual(['open_handoff']);
  });

  it('is opened by whoever takes over from a workflow that was lost while opening it', () => {
    expect(decideNext(qualified(), fakeAnswers(), T0 + DAY, undefined)).toEqual({ kind: 'try_offer', at: T0 + DAY });
    const trying = qualified({ handoff: fakeHandoff({ waiting: { why: 'nobody_available' } }) });
    expect(decideNext(trying, fakeAnswers(), T0 + DAY, undefined)).toEqual({ kind: 'try_offer', at: T0 + DAY });
  });

  it('of another handoff, or a second time, changes nothing', () => {
    const process = offered();
    expect(result(process, { result: 'offered', assigneeId: OTHER_REP }).process).toEqual(process);
    const other = qualified();
    expect(result(other, { result: 'offered', assigneeId: REP, handoffNo: 2 }).process).toEqual(other);
    const gone = nurturing();
    expect(result(gone, { result: 'offered', assigneeId: REP }).process).toEqual(gone);
  });
});

describe('the acceptance ladder', () => {
  it('climbs one rung at a time', () => {
    const first = rung(offered(), T0 + 2 * HOUR);
    expect(first.process.ladder?.next).toBe(1);
    expect(recordsOf(first, 'rung')).toEqual([{ at: T0 + 2 * HOUR, handoffNo: 1, purpose: 'accept', do: 'remind' }]);
    expect(noticesOf(first)).toEqual(['reminder']);
    expect(noticesOf(rung(first.process, T0 + 4 * HOUR))).toEqual(['escalation']);
  });

  it('tells the team owner where it says so', () => {
    const ladder = fakeLadder({ rungs: [{ at: T0, do: 'tell_team_owner' }] });
    expect(noticesOf(rung(offered({ ladder }), T0))).toEqual(['team_owner']);
  });

  it('past its breach still waits for an answer', () => {
    const { process } = rung(offered({ ladder: fakeLadder({ next: 1 }) }), T0 + 4 * HOUR);
    expect(process).toMatchObject({ state: 'offered', handoff: { no: 1 } });
  });

  it.each(['return', 'reassign'] as const)('ends with %s: expired and on its way back', (action) => {
    const ladder = fakeLadder({ rungs: [{ at: T0 + 8 * HOUR, do: action }] });
    const advance = rung(offered({ ladder }), T0 + 8 * HOUR);
    expect(advance.process).toMatchObject({
      state: 'returning',
      since: T0 + 8 * HOUR,
      qualifyAfter: T0 + 8 * HOUR,
      returns: 1,
      returning: { handoffNo: 1, cause: 'expired', reason: null, decidedAt: T0 + 8 * HOUR },
      lastDecision: { handoffNo: 1, kind: 'expired', by: null },
    });
    expect(advance.process.ladder).toBeUndefined();
    expect(recordsOf(advance, 'decided')).toMatchObject([{ kind: 'expired', by: null, handoffNo: 1 }]);
    expect(noticesOf(advance)).toEqual(['expired', 'return_to_acknowledge']);
  });

  describe('with a reassignment left', () => {
    const ladder = (then: 'return' | 'escalate' = 'return') =>
      fakeLadder({ rungs: [{ at: T0 + 5 * HOUR, do: 'reassign' }], reassign: { times: 1, then } });
    const open = (then?: 'return' | 'escalate', more: Partial<LeadProcess> = {}) =>
      offered({ ladder: ladder(then), handoff: fakeHandoff({ offeredAt: T0, assigneeId: REP }), ...more });
    const passedOn = (then?: 'return' | 'escalate') => rung(open(then), T0 + 5 * HOUR);

    it('offers the lead to the next rep under a new number, and tells the one before', () => {
      const advance = passedOn();
      expect(advance.process).toMatchObject({
        state: 'offered',
        since: T0 + 5 * HOUR,
        handoffs: 2,
        handoff: { no: 2, qualifiedAt: T0, passedOn: { times: 1, fromId: REP, then: 'return' } },
        lastDecision: { handoffNo: 1, kind: 'expired', by: null, at: T0 + 5 * HOUR },
      });
      expect([advance.process.ladder, advance.process.handoff?.assigneeId]).toEqual([undefined, undefined]);
      expect(advance.process.returns).toBeUndefined();
      expect(recordsOf(advance, 'decided')).toMatchObject([{ kind: 'expired', by: null, handoffNo: 1 }]);
      expect(recordsOf(advance, 'custody')).toMatchObject([{ custody: 'marketing', salesPersonId: null }]);
      expect(noticesOf(advance)).toEqual(['passed_on']);
      expect(effectKinds(advance)).toContain('open_handoff');
    });

    it('does what the policy says then once none is left', () => {
      const { process } = passedOn();
      const second = result(process, { result: 'offered', handoffNo: 2, assigneeId: OTHER_REP } as never).process;
      const returned = rung({ ...second, ladder: ladder() }, T0 + 11 * HOUR);
      expect(returned.process).toMatchObject({
        state: 'returning',
        handoffs: 2,
        returning: { handoffNo: 2, cause: 'expired' },
      });
      const kept = rung({ ...second, ladder: ladder('escalate') }, T0 + 11 * HOUR);
      expect(kept.process).toMatchObject({ state: 'offered', handoff: { no: 2, assigneeId: OTHER_REP } });
      expect(noticesOf(kept)).toEqual(['escalation']);
    });

    it('returns the lead when nobody else can take it, both names on it', () => {
      const back = result(passedOn().process, { result: 'waiting', handoffNo: 2, why: 'nobody_available' } as never);
      expect(back.process).toMatchObject({
        state: 'returning',
        handoffs: 1,
        returns: 1,
        handoff: { no: 1, assigneeId: REP },
        returning: { handoffNo: 1, cause: 'expired', decidedAt: T0 + MINUTE },
      });
      expect(recordsOf(back, 'custody')).toMatchObject([
        { custody: 'shared', salesPersonId: REP, accountable: 'marketing' },
      ]);
      expect(noticesOf(back)).toEqual(['return_to_acknowledge']);
    });

    it('or keeps it in the queue, with the accountable owner told', () => {
      const waiting = { result: 'waiting', handoffNo: 2, why: 'nobody_available' } as never;
      const queued = result(passedOn('escalate').process, waiting);
      expect(queued.process).toMatchObject({
        state: 'offered',
        handoff: { no: 2, waiting: { why: 'nobody_available' } },
      });
      expect(noticesOf(queued)).toEqual(['escalation', 'queued']);
      expect(noticesOf(result(queued.process, waiting))).toEqual([]);
    });

    it('a lead of version 1 is returned, as it always was', () => {
      expect(rung(open('return', { v: 1 }), T0 + 5 * HOUR).process.state).toBe('returning');
    });
  });

  it('each rung of an outage acts once, at its own instant', () => {
    let process = offered();
    const acted: number[] = [];
    for (let turn = 0; turn < 10; turn += 1) {
      const item = decideNext(process, fakeAnswers(), T0 + 10 * DAY, undefined);
      if (!item) break;
      acted.push(item.at);
      process = advanceLead(process, item, T0 + 10 * DAY, undefined).process;
    }
    expect(acted).toEqual([T0 + 2 * HOUR, T0 + 4 * HOUR, T0 + 8 * HOUR]);
    expect(process).toMatchObject({ state: 'returning', since: T0 + 8 * HOUR });
  });

  it('has nothing to climb when it is exhausted or gone', () => {
    for (const ladder of [undefined, fakeLadder({ next: 3 })]) {
      const process = offered({ ladder });
      expect(rung(process, T0 + DAY)).toEqual({ process, records: [], effects: [] });
      expect(nextWakeAt(process, undefined, T0 + DAY)).toBeUndefined();
    }
  });
});

describe('the other ladders', () => {
  it('the first touch is reminded of, told to the owner, escalated', () => {
    const rungs = (['remind', 'tell_team_owner', 'escalate'] as const).map((action, n) => ({ at: T0 + n, do: action }));
    let process = accepted({ ladder: fakeLadder({ purpose: 'first_touch', rungs }) });
    const notices: string[] = [];
    for (const { at } of rungs) {
      const advance = rung(process, at);
      notices.push(...noticesOf(advance));
      process = advance.process;
    }
    expect(notices).toEqual(['first_touch_reminder', 'first_touch_team_owner', 'escalation']);
    expect(process.state).toBe('accepted');
  });

  it('an acknowledgement that is late is told to the accountable owner', () => {
    const advance = rung(returning(), T0 + 8 * HOUR);
    expect(noticesOf(advance)).toEqual(['acknowledge_escalation']);
    expect(advance.process.state).toBe('returning');
  });
});

describe('the end of the grace', () => {
  it('ends the enrollment as handed over', () => {
    const advance = advanceLead(accepted(), { kind: 'grace_over', at: T0 + 2 * DAY }, T0 + 2 * DAY, undefined);
    expect(advance.process.enrollment).toBeUndefined();
    expect(recordsOf(advance, 'enrollment_ended')).toEqual([{ at: T0 + 2 * DAY, no: 1, reason: 'handed_over' }]);
    expect(nextWakeAt({ ...advance.process, ladder: undefined }, undefined, T0 + 2 * DAY)).toBeUndefined();
  });

  it('comes while the lead is worked on too', () => {
    expect(nextWakeAt(working(), undefined, T0)).toBe(T0 + 2 * DAY);
  });

  it('does not come for a lead given back before: its enrollment waits to resume', () => {
    const process = returning({
      ladder: undefined,
      handoff: accepted().handoff,
      enrollment: fakeEnrollment({ suspendedAt: T0 }),
    });
    expect(decideNext(process, fakeAnswers(), T0 + 10 * DAY, undefined)).toBeUndefined();
  });
});

describe('an offer that could not be made', () => {
  const failed = { result: 'waiting', why: 'offer_failed', at: T0 + MINUTE, handoffNo: 1 } as const;
  const take = (process: LeadProcess, at: number) =>
    advanceLead(process, { kind: 'offer_result', outcome: { ...failed, at } }, at, fakePlan());
  const again = (process: LeadProcess, at: number) => advanceLead(process, { kind: 'try_offer', at }, at, fakePlan());

  it('leaves the lead qualified, with the reason, and is tried again later and later', () => {
    const first = take(qualified(), T0);
    expect(first.process).toMatchObject({
      state: 'qualified',
      handoff: { waiting: { why: 'offer_failed', tries: 1, retryAt: T0 + MINUTE } },
    });
    expect(recordsOf(first, 'offer_waiting')).toEqual([{ at: T0, handoffNo: 1, why: 'offer_failed' }]);
    expect(noticesOf(first)).toEqual([]);
    let { process } = first;
    const pauses = Array.from({ length: 7 }, () => {
      const retry = again(process, T0);
      expect(effectKinds(retry)).toEqual(['open_handoff']);
      const advance = take(retry.process, T0);
      expect(recordsOf(advance, 'offer_waiting')).toEqual([]);
      process = advance.process;
      return ((process.handoff?.waiting?.retryAt ?? 0) - T0) / MINUTE;
    });
    expect(pauses).toEqual([2, 4, 8, 16, 32, 60, 60]);
  });

  it('still tells who can help once it waits for a rep', () => {
    const { process } = take(qualified(), T0);
    const waiting = { ...failed, why: 'nobody_available', at: T0 + HOUR };
    const advance = advanceLead(process, { kind: 'offer_result', outcome: waiting }, T0 + HOUR, fakePlan());
    expect(noticesOf(advance)).toEqual(['queued']);
    expect(advance.process.handoff?.waiting).not.toHaveProperty('tries');
  });
});
