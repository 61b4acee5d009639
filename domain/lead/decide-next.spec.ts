import { describe, expect, it } from '@jest/globals';
import { advanceLead } from './advance-lead.js';
import { applyAnswers } from './ask-of.js';
import { deadlinesOf, decideNext, directTouch, nextWakeAt } from './decide-next.js';
import {
  accepted,
  DAY,
  fakeAnswers,
  fakeEnrollment,
  fakeHandoff,
  fakeLadder,
  fakePlan,
  fakeProcess,
  fakeReturn,
  HOUR,
  lost,
  nurturing,
  offered,
  qualified,
  returning,
  T0,
  working,
} from './fake-process.js';
import type { LeadProcess, ProcessFact } from './lead-process.js';
import type { Answers } from './lead-sync.js';

const plan = fakePlan();
const D = T0 + 2 * DAY;
const verdict = { ruleId: 'engaged-and-fits', definitionVersionId: 'definition-v1' };
const inHello = (overrides: Parameters<typeof fakeEnrollment>[0] = {}): LeadProcess =>
  nurturing({ enrollment: fakeEnrollment({ step: 'hello', ...overrides }) });
const free = (overrides: Partial<LeadProcess> = {}): LeadProcess => nurturing({ enrollment: undefined, ...overrides });
const next = (process: LeadProcess, answers: Partial<Answers> = {}, now = D) =>
  decideNext(process, fakeAnswers(answers), now, plan);

/** The kinds in the order in which they are reduced, each seen once. */
function order(process: LeadProcess, answers: Answers, now = D): string[] {
  const left = { ...answers, facts: [...answers.facts] };
  let at = process;
  const kinds: string[] = [];
  for (let item = decideNext(at, left, now, plan); item; item = decideNext(at, left, now, plan)) {
    kinds.push(item.kind === 'fact' ? `fact ${item.fact.seq}` : item.kind);
    if (item.kind === 'fact') left.facts = left.facts.filter((fact) => fact !== item.fact);
    else if (item.kind === 'guard') delete left.guard;
    else if (item.kind === 'winner') delete left.winner;
    else if (item.kind === 'branch') delete left.branch;
    else if (item.kind === 'qualified') delete left.qualified;
    else if (item.kind === 'entry') delete left.entry;
    else
      at = {
        ...at,
        ladder: undefined,
        enrollment: at.enrollment && { ...at.enrollment, sending: true, dueAt: D + DAY },
      };
  }
  return kinds;
}

describe('what is due, merged by instant', () => {
  const late: ProcessFact = { seq: 9, at: D + 1, kind: 'email_reply' };
  const early: ProcessFact = { seq: 8, at: D - 1, kind: 'email_reply' };
  const exactly: ProcessFact = { seq: 7, at: D, kind: 'email_reply' };

  it('a deadline comes after the facts before it and before those at or after it', () => {
    const answers = fakeAnswers({ cursor: 9, facts: [exactly, early, late] });
    expect(order(nurturing(), answers, D + 2)).toEqual(['fact 8', 'wait_over', 'fact 7', 'fact 9']);
  });

  it('facts go by their instant, not by the order of arrival', () => {
    const facts = [
      { seq: 5, at: T0 + HOUR, kind: 'unsubscribed' },
      { seq: 6, at: T0, kind: 'email_reply' },
      { seq: 7, at: T0, kind: 'complained' },
    ];
    expect(order(nurturing(), fakeAnswers({ cursor: 7, facts }), T0 + DAY)).toEqual(['fact 6', 'fact 7', 'fact 5']);
  });

  it('facts below the cursor or reduced ahead of it are not taken again', () => {
    const facts = [early, exactly, late];
    const process = free({ cursor: 7, ahead: [9] });
    expect(order(process, fakeAnswers({ cursor: 9, facts }))).toEqual(['fact 8']);
  });

  it('an exit guard acts at its own instant and wins every tie', () => {
    const answers = fakeAnswers({
      guard: { at: D, index: 0 },
      qualified: { at: D, ...verdict },
      facts: [exactly],
      cursor: 7,
    });
    expect(order(nurturing(), answers)[0]).toBe('guard');
    expect(order(inHello({ dueAt: D }), answers)[0]).toBe('guard');
    const before = fakeAnswers({ guard: { at: D + 1, index: 0 } });
    expect(order(nurturing(), before, D + 1)[0]).toBe('wait_over');
  });

  it('a winner before the deadline comes first, one at the deadline would lose to the time-out', () => {
    expect(next(nurturing(), { winner: { at: D - 1, option: 0 } }, D + DAY)).toMatchObject({ kind: 'winner' });
    expect(next(nurturing(), { winner: { at: D, option: 0 } }, D + DAY)).toEqual({ kind: 'wait_over', at: D });
  });

  it('the time-out comes without any answer', () => {
    expect(next(nurturing(), {}, D)).toEqual({ kind: 'wait_over', at: D });
    expect(next(nurturing(), {}, D - 1)).toBeUndefined();
  });

  it('a touch comes last: it happens when it is claimed', () => {
    const process = inHello({ dueAt: T0 });
    expect(next(process, {}, D)).toEqual({ kind: 'touch', at: T0 });
    expect(next(process, { qualified: { at: D - 1, ...verdict } }, D)).toMatchObject({ kind: 'qualified' });
    expect(next(process, { facts: [exactly], cursor: 7 }, D)).toMatchObject({ kind: 'fact' });
  });

  it('a branch is judged at the instant at which it was entered', () => {
    const process = nurturing({ enrollment: fakeEnrollment({ step: 'fork', dueAt: undefined, stepAt: T0 + HOUR }) });
    expect(next(process, { branch: -1 })).toEqual({ kind: 'branch', at: T0 + HOUR, index: -1 });
  });

  it('qualifying comes before a cadence takes the lead', () => {
    const answers = { qualified: { at: T0, ...verdict }, entry: { plan } };
    expect(next(free(), answers)).toMatchObject({ kind: 'qualified', at: T0 });
  });
});

describe('an SLA rung and an answer to the sync at once', () => {
  it('an expiry is taken at the instant of the rung, the hand-raise after it on the way back', () => {
    const ladder = fakeLadder({ next: 2 });
    const process = offered({ ladder });
    const raise = { seq: 4, at: T0 + 9 * HOUR, kind: 'demo_request', handRaise: true };
    const item = next(process, { facts: [raise], cursor: 4 }, T0 + DAY);
    expect(item).toEqual({ kind: 'rung', at: T0 + 8 * HOUR });
  });
});

describe('intake', () => {
  it('is decided at the instant of the hand-raise that came with it, else when the lead came', () => {
    const intake = { ok: true, why: 'reachable' };
    expect(next(fakeProcess(), { intake })).toEqual({ kind: 'intake', at: T0, ok: true, qualified: undefined });
    const qualifiedAt = { at: T0 + HOUR, ...verdict };
    expect(next(fakeProcess(), { intake, qualified: qualifiedAt })).toMatchObject({ kind: 'intake', at: T0 + HOUR });
  });
});

describe('a lead no cadence takes', () => {
  it('enters the one that does', () => {
    expect(next(free(), { entry: { plan } })).toEqual({ kind: 'entry', at: D, plan });
  });

  it('is asked about again when one becomes free', () => {
    const item = next(free(), { entry: { retryAt: D + DAY } });
    expect(item).toEqual({ kind: 'no_entry', at: D, until: D + DAY });
    expect(next(free({ noCadenceUntil: D + DAY }), { entry: { retryAt: D + DAY } })).toBeUndefined();
    expect(next(free({ noCadenceUntil: D + DAY }), { entry: { retryAt: D + HOUR } })).toMatchObject({
      until: D + HOUR,
    });
  });

  it('is asked about again the next day when none ever would, so that it never waits for nothing', () => {
    expect(next(free(), { entry: {} })).toEqual({ kind: 'no_entry', at: D, until: D + DAY });
    expect(next(free({ noCadenceUntil: D + DAY }), { entry: {} })).toBeUndefined();
    expect(next(free({ noCadenceUntil: D }), { entry: {} })).toMatchObject({ until: D + DAY });
    expect(next(free({ noCadenceUntil: D }), { entry: { retryAt: D } })).toMatchObject({ until: D + DAY });
  });
});

describe('a touch that has no instant', () => {
  it('held waits for a fact later than the hold', () => {
    const held = { ...inHello({ held: 'missing_variable:lead.name', heldCursor: 5, dueAt: undefined }), cursor: 5 };
    expect(next(held, { cursor: 5, dueAt: T0 })).toBeUndefined();
    expect(nextWakeAt(held, plan, D)).toBeUndefined();
    expect(next(held, { cursor: 6 })).toEqual({ kind: 'touch', at: D });
  });

  it('held with an instant is tried again then', () => {
    const held = inHello({ held: 'breaker', heldCursor: 5, dueAt: D });
    expect(nextWakeAt(held, plan, T0)).toBe(D);
    expect(next(held, {}, D)).toEqual({ kind: 'touch', at: D });
  });

  it('whose window never opens is claimed, so that the claim can say so', () => {
    expect(next(inHello({ dueAt: undefined }))).toEqual({ kind: 'touch', at: D });
  });

  it('is not tried while it is under way or suspended', () => {
    const held = { held: 'x', heldCursor: 1, dueAt: undefined };
    expect(next(inHello({ ...held, sending: true }), { cursor: 9 })).toBeUndefined();
    expect(next(inHello({ ...held, suspendedAt: T0 }), { cursor: 9 })).toBeUndefined();
    expect(next({ ...inHello(held), state: 'returning', returning: fakeReturn() }, { cursor: 9 })).toBeUndefined();
  });
});

describe('a process restored from its projection', () => {
  it('pulls before it acts, since the facts that wait are not known yet', () => {
    expect(next(nurturing(), { restored: nurturing() }, D + DAY)).toBeUndefined();
  });
});

describe('deadlines', () => {
  it('of an enrollment are those of a lead in nurture only', () => {
    expect(deadlinesOf(nurturing(), plan)).toEqual([{ kind: 'wait_over', at: D }]);
    expect(deadlinesOf(inHello({ dueAt: D }), plan)).toEqual([{ kind: 'touch', at: D }]);
    expect(deadlinesOf(inHello({ dueAt: D, sending: true }), plan)).toEqual([]);
    expect(deadlinesOf(qualified(), plan)).toEqual([]);
    expect(deadlinesOf({ ...returning(), ladder: undefined }, plan)).toEqual([]);
  });

  it('of a suspended enrollment is its resumption', () => {
    const process = nurturing({ enrollment: fakeEnrollment({ suspendedAt: T0, resumeAt: T0 + 30 * DAY }) });
    expect(deadlinesOf(process, plan)).toEqual([{ kind: 'resume', at: T0 + 30 * DAY }]);
  });

  it('of a lost lead is its return date, if its reason allows one', () => {
    expect(deadlinesOf(lost(), plan)).toEqual([{ kind: 'return_date', at: T0 + 90 * DAY }]);
    for (const path of [{ to: 'resume' }, { to: 'disqualify', earliestReturnAt: D }] as const) {
      expect(deadlinesOf(lost({ returning: fakeReturn({ cause: 'lost', path }) }), plan)).toEqual([]);
    }
  });

  it('after acceptance are the first touch and the end of the grace', () => {
    expect(deadlinesOf(accepted(), plan)).toEqual([
      { kind: 'rung', at: T0 + 6 * HOUR },
      { kind: 'grace_over', at: D },
    ]);
    expect(deadlinesOf(working(), plan)).toEqual([{ kind: 'grace_over', at: D }]);
  });

  it('of a queued lead is the next try', () => {
    const handoff = fakeHandoff({ waiting: { why: 'nobody_available', retryAt: D, cursor: 0 } });
    expect(deadlinesOf(qualified({ handoff }), plan)).toEqual([{ kind: 'try_offer', at: D }]);
    expect(deadlinesOf(offered({ handoff, ladder: undefined }), plan)).toEqual([{ kind: 'try_offer', at: D }]);
  });

  it('of a closed lead are none, whatever was planned', () => {
    expect(deadlinesOf({ ...accepted(), state: 'won' }, plan)).toEqual([]);
    expect(nextWakeAt({ ...accepted(), state: 'won', nextChangeAt: T0 }, plan, D)).toBeUndefined();
    expect(decideNext({ ...accepted(), state: 'won' }, fakeAnswers(), D + DAY, plan)).toBeUndefined();
  });
});

describe('the next wake-up', () => {
  it('is the earliest of the deadlines and the looks', () => {
    expect(nextWakeAt(nurturing({ nextChangeAt: T0 + DAY }), plan, T0)).toBe(T0 + DAY);
    expect(nextWakeAt(nurturing({ nextChangeAt: T0 + 9 * DAY }), plan, T0)).toBe(D);
    expect(nextWakeAt(free(), plan, T0)).toBeUndefined();
  });

  it('a change by time that has come is due until a sync has answered it', () => {
    const process = free({ nextChangeAt: D });
    expect(nextWakeAt(process, plan, D)).toBe(D);
    expect(nextWakeAt(applyAnswers(process, fakeAnswers({ nextChangeAt: D + DAY })), plan, D)).toBe(D + DAY);
  });

  it('the day on which a cadence may take the lead again is due until a sync has answered it', () => {
    const process = free({ noCadenceUntil: D });
    expect(nextWakeAt(process, plan, D)).toBe(D);
    const item = decideNext(process, fakeAnswers({ entry: {} }), D, plan);
    expect(item && nextWakeAt(advanceLead(process, item, D, plan).process, plan, D)).toBe(D + DAY);
  });

  it('that day does not matter while no cadence may take the lead at all', () => {
    for (const process of [free({ hold: 'replied' }), free({ contactable: false }), lost({ returning: undefined })]) {
      expect(nextWakeAt({ ...process, noCadenceUntil: D }, plan, D)).toBeUndefined();
    }
  });

  it('of an enrollment is known without its plan', () => {
    expect(nextWakeAt(nurturing(), undefined, T0)).toBe(D);
    const rests = nurturing({ enrollment: fakeEnrollment({ suspendedAt: T0, resumeAt: T0 + 30 * DAY }) });
    expect(nextWakeAt(rests, undefined, T0)).toBe(T0 + 30 * DAY);
    expect(nextWakeAt(inHello({ dueAt: D, sending: true }), undefined, T0)).toBeUndefined();
    expect(nextWakeAt(qualified({ handoff: fakeHandoff({ offeredAt: T0 }) }), undefined, T0)).toBeUndefined();
  });
});

describe('a due touch alone', () => {
  const pause = fakePlan({ steps: { ...plan.steps, settle: { kind: 'wait', next: 'hello' } } });
  const inSettle = (overrides: Parameters<typeof fakeEnrollment>[0] = {}): LeadProcess =>
    nurturing({ enrollment: fakeEnrollment({ step: 'settle', dueAt: D, nextDueAt: D, ...overrides }) });

  it('needs no sync before its claim', () => {
    expect(directTouch(inHello({ dueAt: D }), plan, D)).toBe('touch');
    expect(directTouch(inHello({ dueAt: D }), plan, D - 1)).toBeUndefined();
    expect(directTouch(inHello({ dueAt: D, sending: true }), plan, D)).toBeUndefined();
    expect(directTouch(nurturing(), plan, D)).toBeUndefined();
  });

  it('needs none after the wait before it either, when its slot is reached too', () => {
    expect(directTouch(inSettle(), pause, D)).toBe('after_wait');
    expect(directTouch(inSettle({ nextDueAt: D + HOUR }), pause, D)).toBeUndefined();
    expect(directTouch(inSettle({ nextDueAt: undefined }), pause, D)).toBeUndefined();
    expect(directTouch(inSettle(), plan, D)).toBeUndefined();
    expect(directTouch(inSettle({ suspendedAt: T0 }), pause, D)).toBeUndefined();
  });

  it('is not alone when a condition may have changed by time', () => {
    expect(directTouch({ ...inHello({ dueAt: D }), nextChangeAt: D }, plan, D)).toBeUndefined();
    expect(directTouch({ ...inHello({ dueAt: D }), nextChangeAt: D + 1 }, plan, D)).toBe('touch');
  });
});
