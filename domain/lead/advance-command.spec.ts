import { describe, expect, it } from '@jest/globals';
import { refuseCommand } from './refuse-command.js';
import { advanceLead, commandLead } from './advance-lead.js';
import { askOf } from './ask-of.js';
import {
  accepted,
  DAY,
  effectKinds,
  fakeEnrollment,
  fakeHandoff,
  fakeLadder,
  fakePlan,
  fakeProcess,
  fakeReturn,
  HOUR,
  lost,
  MARKETER,
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
import type { LeadCommand } from './lead-command.js';
import type { LeadProcess, RecyclePath } from './lead-process.js';

const plan = fakePlan();
const at = T0 + HOUR;
const give = (process: LeadProcess, command: LeadCommand, when = at) => commandLead(process, command, when, plan);

const accept: LeadCommand = { kind: 'accept', handoffNo: 1, by: REP, via: 'mail' };
const reject: LeadCommand = { kind: 'reject', handoffNo: 1, by: REP, via: 'mail', reason: 'not_ready' };
const reassign: LeadCommand = { kind: 'reassign', handoffNo: 1, by: MARKETER, toPersonId: OTHER_REP };
const acknowledge: LeadCommand = { kind: 'acknowledge', handoffNo: 1, by: MARKETER };
const giveBack: LeadCommand = { kind: 'give_back', handoffNo: 1, by: REP, reason: 'no_response' };
const firstTouch: LeadCommand = { kind: 'first_touch', handoffNo: 1, by: REP, disposition: 'talked', occurredAt: T0 };
const won: LeadCommand = { kind: 'outcome', by: REP, outcome: 'won', amount: '12000.00', currency: 'EUR' };
const lose: LeadCommand = { kind: 'outcome', by: REP, outcome: 'lost', reason: 'competitor' };
const disqualify: LeadCommand = { kind: 'disqualify', by: MARKETER };

describe('accepting', () => {
  it('stops the ladder, keeps the promise and answers with the new state', () => {
    const advance = give(offered(), { ...accept, firstContactBy: T0 + DAY });
    expect(advance.answer).toEqual({ ok: true, state: 'accepted', at });
    expect(advance.process).toMatchObject({ state: 'accepted', handoff: { acceptedAt: at, firstContactBy: T0 + DAY } });
    expect(advance.process.ladder).toBeUndefined();
    expect(recordsOf(advance, 'decided')).toMatchObject([{ kind: 'accepted', by: REP, via: 'mail', handoffNo: 1 }]);
    expect(askOf(advance.process, at)).toMatchObject({
      ladder: { purpose: 'first_touch', from: at, firstContactBy: T0 + DAY },
      grace: { from: at, assigneeId: REP },
    });
  });

  it('leaves the enrollment suspended for the grace', () => {
    expect(give(offered(), accept).process.enrollment?.suspendedAt).toBe(T0);
  });

  it('before the last rung wins, and the rung finds nothing to climb', () => {
    const first = give(offered(), accept, T0 + 8 * HOUR);
    const late = advanceLead(first.process, { kind: 'rung', at: T0 + 8 * HOUR }, T0 + 8 * HOUR, plan);
    expect(late).toEqual({ process: first.process, records: [], effects: [] });
  });

  it('after the last rung is refused with what happened and when', () => {
    const ladder = fakeLadder({ next: 2 });
    const first = advanceLead(offered({ ladder }), { kind: 'rung', at: T0 + 8 * HOUR }, T0 + 8 * HOUR, plan);
    const late = give(first.process, accept, T0 + 8 * HOUR);
    expect(late.answer).toEqual({
      ok: false,
      state: 'returning',
      why: 'already_decided',
      decision: { handoffNo: 1, kind: 'expired', by: null, at: T0 + 8 * HOUR },
    });
    expect(late.process).toBe(first.process);
  });
});

describe('rejecting', () => {
  it('sends the lead back with its reason and asks marketing to acknowledge', () => {
    const advance = give(offered(), { ...reject, earliestReturnAt: T0 + 40 * DAY, quality: 2, noteId: 'note-1' });
    expect(advance.answer).toEqual({ ok: true, state: 'returning', at });
    expect(advance.process).toMatchObject({ state: 'returning', qualifyAfter: at, returns: 1 });
    expect(advance.process.ladder).toBeUndefined();
    expect(recordsOf(advance, 'decided')).toMatchObject([
      { kind: 'rejected', reason: 'not_ready', quality: 2, noteId: 'note-1', by: REP },
    ]);
    expect(noticesOf(advance)).toEqual(['return_to_acknowledge']);
    expect(askOf(advance.process, at)).toMatchObject({
      ladder: { purpose: 'acknowledge', from: at },
      recycle: { reason: 'not_ready', decidedAt: at, wantedReturnAt: T0 + 40 * DAY, loops: 1 },
    });
  });

  it('counts how often the lead came back, not how often it was reassigned', () => {
    const advance = give(offered({ handoffs: 4, returns: 1 }), reject);
    expect(askOf(advance.process, at).recycle?.loops).toBe(2);
  });
});

describe('the same decision again', () => {
  const decisions: readonly [string, LeadProcess, LeadCommand][] = [
    ['accept', offered(), accept],
    ['reject', offered(), reject],
    ['reassign', offered(), reassign],
    ['acknowledge', returning(), acknowledge],
    ['give back', working(), giveBack],
    ['lost', working(), lose],
    ['won', working(), won],
  ];

  it.each(decisions)('%s by the same person answers the same and changes nothing', (_, process, command) => {
    const first = give(process, command);
    expect(first.answer).toMatchObject({ ok: true, at });
    const again = give(first.process, command, at + DAY);
    expect(again.answer).toEqual({ ...first.answer, repeated: true });
    expect(again.process).toBe(first.process);
    expect([again.records, again.effects]).toEqual([[], []]);
  });

  it.each(decisions)('%s by another person is refused with who and when', (_, process, command) => {
    const first = give(process, command);
    const other = give(first.process, { ...command, by: 'somebody-else' }, at + DAY);
    expect(other.answer).toMatchObject({ ok: false, why: 'already_decided', decision: { by: command.by, at } });
    expect(other.process).toBe(first.process);
  });

  it('the opposite decision by the same person is refused too', () => {
    expect(give(give(offered(), accept).process, reject).answer).toMatchObject({
      ok: false,
      decision: { kind: 'accepted', by: REP, at },
    });
    expect(give(give(offered(), reject).process, accept).answer).toMatchObject({
      ok: false,
      decision: { kind: 'rejected', by: REP, at },
    });
    expect(give(give(working(), lose).process, won).answer).toMatchObject({ ok: false, decision: { kind: 'lost' } });
  });

  it('reassigning to somebody else is another decision', () => {
    const { process } = give(offered(), reassign);
    expect(give(process, { ...reassign, toPersonId: 'rep-3' }).answer).toMatchObject({
      ok: false,
      why: 'already_decided',
    });
  });

  it('is known when the lead has moved on meanwhile', () => {
    const rejected = give(offered(), reject).process;
    const settled = { ...rejected, returning: fakeReturn({ decidedAt: at }) };
    const back = give(settled, acknowledge, at + HOUR).process;
    expect(give(back, reject, at + DAY).answer).toEqual({ ok: true, state: 'nurturing', at, repeated: true });
    const accepting = give(back, accept, at + DAY).answer;
    expect(accepting).toMatchObject({ ok: false, why: 'already_decided', decision: { kind: 'rejected', by: REP, at } });
  });
});

describe('a command that does not apply', () => {
  const refused: [LeadCommand, LeadProcess, string][] = [
    [accept, nurturing(), 'not_offered'],
    [accept, qualified(), 'not_offered'],
    [accept, offered({ handoff: fakeHandoff() }), 'not_offered'],
    [{ ...accept, handoffNo: 2 }, offered(), 'not_offered'],
    [reject, fakeProcess(), 'not_offered'],
    [acknowledge, nurturing(), 'not_returning'],
    [{ ...acknowledge, handoffNo: 2 }, returning(), 'not_returning'],
    [firstTouch, offered(), 'not_accepted'],
    [{ ...firstTouch, handoffNo: 2 }, accepted(), 'not_accepted'],
    [giveBack, offered(), 'not_accepted'],
    [won, nurturing(), 'not_accepted'],
    [disqualify, accepted(), 'not_in_marketing'],
    [disqualify, returning(), 'not_in_marketing'],
    [disqualify, lost(), 'not_in_marketing'],
  ];

  it.each(
    refused.map(([command, process, why]) => ({ kind: command.kind, state: process.state, command, process, why })),
  )('$kind is refused without a trace: $state', ({ command, process, why }) => {
    const advance = give(process, command);
    expect(advance.answer).toEqual({ ok: false, state: process.state, why });
    expect([advance.process, advance.records, advance.effects]).toEqual([process, [], []]);
    expect(refuseCommand(process, command, at)).toEqual(advance.answer);
  });

  it('a touch of a lead that was given back is refused with who gave it back', () => {
    const { process } = give(working(), giveBack);
    expect(give(process, firstTouch).answer).toMatchObject({ ok: false, decision: { kind: 'given_back', by: REP } });
  });
});

describe('reassigning by hand', () => {
  it('withdraws the handoff and opens the next one to the chosen person, of the same qualification', () => {
    const advance = give(offered({ handoff: fakeHandoff({ offeredAt: T0, assigneeId: REP }) }), reassign);
    expect(advance.answer).toEqual({ ok: true, state: 'offered', at });
    expect(advance.process.handoff).toEqual(fakeHandoff({ no: 2, wantedAssigneeId: OTHER_REP }));
    expect(advance.process).toMatchObject({ handoffs: 2, lastDecision: { handoffNo: 1, kind: 'withdrawn' } });
    expect(advance.process.ladder).toBeUndefined();
    expect(effectKinds(advance)).toEqual(['open_handoff']);
    expect(recordsOf(advance, 'qualified')).toEqual([]);
  });

  it('without a person leaves the choice to routing, and queues where nobody is free, also when the ladder passed it on', () => {
    const passedOn = { times: 1, fromId: OTHER_REP, then: 'return' } as const;
    const open = offered({ handoff: fakeHandoff({ offeredAt: T0, assigneeId: REP, passedOn }) });
    const reroute: LeadCommand = { kind: 'reassign', handoffNo: 1, by: MARKETER };
    const advance = give(open, reroute);
    expect(advance.process.handoff).toEqual(fakeHandoff({ no: 2 }));
    expect(recordsOf(advance, 'custody')).toMatchObject([{ custody: 'marketing', salesPersonId: null }]);
    const outcome = { result: 'waiting', why: 'nobody_available', at: at + 1, handoffNo: 2 } as const;
    const queued = advanceLead(advance.process, { kind: 'offer_result', outcome }, at + 1, plan);
    expect([queued.process.state, queued.process.handoff?.waiting?.why]).toEqual(['offered', 'nobody_available']);
    expect(queued.effects).toMatchObject([{ kind: 'notify', notice: 'queued', handoffNo: 2 }]);
    expect(give(advance.process, reroute).answer).toEqual({ ok: true, state: 'offered', at, repeated: true });
    const withdraw: LeadCommand = { kind: 'withdraw', handoffNo: 1, by: MARKETER };
    expect(give(advance.process, withdraw).answer).toMatchObject({ ok: false, why: 'already_decided' });
  });

  it('gives the next handoff an SLA of its own, from its own offer', () => {
    const { process } = give(offered(), reassign);
    expect(askOf(process, at).ladder).toBeUndefined();
    const outcome = { result: 'offered', at: at + HOUR, handoffNo: 2, assigneeId: OTHER_REP } as const;
    const open = advanceLead(process, { kind: 'offer_result', outcome }, at + HOUR, plan).process;
    expect(askOf(open, at + HOUR).ladder).toEqual({ purpose: 'accept', from: at + HOUR, assigneeId: OTHER_REP });
  });
});

describe('acknowledging a return', () => {
  const back = (path: RecyclePath, rest: Partial<LeadProcess> = {}) =>
    give(returning({ returning: fakeReturn({ path }), ...rest }), acknowledge);

  it('resumes where the lead left, with its remaining time', () => {
    const advance = back({ to: 'resume' });
    expect(advance.answer).toEqual({ ok: true, state: 'nurturing', at });
    expect(advance.process).toMatchObject({ state: 'nurturing', since: at, qualifyAfter: T0 });
    expect(advance.process.enrollment).toMatchObject({ step: 'ask', dueAt: at + 2 * DAY, resumedAt: at });
    const { handoff, ladder, returning: gone, earliestReturnAt } = advance.process;
    expect([handoff, ladder, gone, earliestReturnAt]).toEqual([undefined, undefined, undefined, undefined]);
    expect(recordsOf(advance, 'acknowledged')).toMatchObject([{ handoffNo: 1, by: MARKETER, to: 'resume' }]);
  });

  it('until the earliest return the enrollment stays suspended, then resumes by itself', () => {
    const { process } = back({ to: 'resume', earliestReturnAt: T0 + 30 * DAY });
    expect(process).toMatchObject({ state: 'nurturing', earliestReturnAt: T0 + 30 * DAY });
    expect(process.enrollment).toMatchObject({ suspendedAt: T0, resumeAt: T0 + 30 * DAY });
    const resumed = advanceLead(process, { kind: 'resume', at: T0 + 30 * DAY }, T0 + 30 * DAY, plan).process;
    expect(resumed.enrollment?.dueAt).toBe(T0 + 32 * DAY);
  });

  it('an earliest return that has passed meanwhile holds nothing back', () => {
    const { process } = back({ to: 'resume', earliestReturnAt: T0 });
    expect(process.earliestReturnAt).toBeUndefined();
    expect(process.enrollment?.suspendedAt).toBeUndefined();
  });

  it('resumes without its plan as soon as the plan is there', () => {
    const { process } = commandLead(returning(), acknowledge, at, undefined);
    expect(process.enrollment).toMatchObject({ suspendedAt: T0, resumeAt: at });
  });

  it('has nothing to resume when the enrollment is over: a cadence takes the lead as any other', () => {
    const { process } = back({ to: 'resume' }, { enrollment: undefined });
    expect(process).toMatchObject({ state: 'nurturing', enrollment: undefined });
    expect(askOf(process, at).entry).toEqual({ cadence: undefined });
  });

  it('makes room for the cadence of the policy, from its earliest return on', () => {
    const advance = back({ to: 'cadence', cadence: 'find-the-buyer', earliestReturnAt: T0 + 5 * DAY });
    expect(advance.process).toMatchObject({ state: 'nurturing', nextCadence: 'find-the-buyer' });
    expect(recordsOf(advance, 'enrollment_ended')).toEqual([{ at, no: 1, reason: 'returned' }]);
    expect(askOf(advance.process, at).entry).toBeUndefined();
    expect(askOf(advance.process, T0 + 5 * DAY).entry).toEqual({ cadence: 'find-the-buyer' });
  });

  it('disqualifies where the policy says so, even when a hand-raise came', () => {
    const raised = { ruleId: 'hand-raise', definitionVersionId: 'definition-v1' };
    const process = returning({ returning: fakeReturn({ path: { to: 'disqualify' }, raised }) });
    const advance = give(process, acknowledge);
    expect(advance.process).toMatchObject({ state: 'disqualified', enrollment: undefined, handoff: undefined });
    expect(recordsOf(advance, 'enrollment_ended')).toMatchObject([{ reason: 'disqualified' }]);
  });

  it('leaves the decision to a person where the policy asks for a review', () => {
    const advance = back({ to: 'review' });
    expect(advance.process).toMatchObject({ state: 'nurturing', hold: 'review', enrollment: undefined });
    expect(noticesOf(advance)).toEqual(['review']);
    expect(askOf(advance.process, at).entry).toBeUndefined();
  });

  it('multiplies what was earned before the decision', () => {
    expect(recordsOf(back({ to: 'resume', scoreFactor: 0.5 }), 'score_factor')).toEqual([{ at: T0, factor: 0.5 }]);
    expect(recordsOf(back({ to: 'resume', scoreFactor: 1 }), 'score_factor')).toEqual([]);
  });

  it('qualifies by the rule a hand-raise met meanwhile; the enrollment stays suspended', () => {
    const raised = { ruleId: 'hand-raise', definitionVersionId: 'definition-v2' };
    const path = { to: 'resume', earliestReturnAt: T0 + 30 * DAY } as const;
    const advance = give(returning({ returning: fakeReturn({ path, raised }) }), acknowledge);
    expect(advance.answer).toEqual({ ok: true, state: 'qualified', at });
    expect(advance.process.handoff).toEqual({ no: 2, qualifiedBy: 'definition', qualifiedAt: at, ...raised });
    expect(advance.process.enrollment?.suspendedAt).toBe(T0);
    expect(recordsOf(advance, 'state')).toMatchObject([{ from: 'returning', to: 'qualified', cause: 'hand_raise' }]);
    expect(effectKinds(advance)).toEqual(['open_handoff']);
  });

  it('is refused while the path is not looked up, so that no policy is passed over', () => {
    const rejected = give(offered(), reject).process;
    const advance = give(rejected, acknowledge);
    expect(advance.answer).toEqual({ ok: false, state: 'returning', why: 'path_unknown' });
    expect(advance.process).toBe(rejected);
  });
});

describe('after acceptance', () => {
  it('the first touch makes it worked on and stops the ladder', () => {
    const advance = give(accepted(), firstTouch);
    expect(advance.process).toMatchObject({ state: 'working', handoff: { firstTouchAt: T0 } });
    expect(advance.process.ladder).toBeUndefined();
    expect(recordsOf(advance, 'first_touch')).toMatchObject([{ disposition: 'talked', again: undefined }]);
  });

  it('further touches are recorded and move nothing', () => {
    const process = working();
    const advance = give(process, firstTouch);
    expect(advance.answer).toEqual({ ok: true, state: 'working', at });
    expect(advance.process).toEqual(process);
    expect(recordsOf(advance, 'first_touch')).toMatchObject([{ disposition: 'talked', again: true }]);
  });

  it.each([
    ['accepted', accepted()],
    ['working', working()],
  ])('a lead that is %s can be given back', (_, process) => {
    const advance = give(process, { ...giveBack, earliestReturnAt: T0 + 9 * DAY });
    expect(advance.process).toMatchObject({
      state: 'returning',
      qualifyAfter: at,
      returning: { cause: 'given_back', reason: 'no_response', decidedAt: at, wantedReturnAt: T0 + 9 * DAY },
    });
    expect(advance.process.ladder).toBeUndefined();
    expect(noticesOf(advance)).toEqual(['return_to_acknowledge']);
    expect(askOf(advance.process, at).grace).toBeUndefined();
  });

  it('given back within the grace it resumes, after the grace there is nothing left to resume', () => {
    const within = give(accepted(), giveBack).process;
    expect(within.enrollment).toEqual(fakeEnrollment({ suspendedAt: T0 }));
    const over = advanceLead(accepted(), { kind: 'grace_over', at: T0 + 2 * DAY }, T0 + 2 * DAY, plan).process;
    expect(give(over, giveBack, T0 + 3 * DAY).process.enrollment).toBeUndefined();
  });

  it.each([
    ['accepted', accepted()],
    ['working', working()],
  ])('a lead that is %s can be won: the loop closes', (_, process) => {
    const advance = give(process, won);
    expect(advance.process).toMatchObject({ state: 'won', enrollment: undefined });
    expect(recordsOf(advance, 'outcome')).toMatchObject([{ outcome: 'won', amount: '12000.00', currency: 'EUR' }]);
    expect(recordsOf(advance, 'enrollment_ended')).toMatchObject([{ reason: 'handed_over' }]);
    expect(askOf(advance.process, at)).toEqual({});
  });

  it.each([
    ['accepted', accepted()],
    ['working', working()],
  ])('a lead that is %s can be lost: its reason says whether it comes back', (_, process) => {
    const { process: after } = give(process, lose);
    expect(after).toMatchObject({
      state: 'lost',
      qualifyAfter: at,
      returning: { cause: 'lost', reason: 'competitor' },
    });
    expect([after.handoff, after.enrollment, after.ladder]).toEqual([undefined, undefined, undefined]);
    expect(askOf(after, at)).toMatchObject({ recycle: { reason: 'competitor', decidedAt: at, loops: 1 } });
  });
});

describe('disqualifying by hand', () => {
  it.each([fakeProcess(), nurturing(), qualified(), offered()])(
    'closes a lead in marketing custody: $state',
    (process) => {
      const advance = give(process, disqualify);
      expect(advance.answer).toEqual({ ok: true, state: 'disqualified', at });
      const { enrollment, handoff, ladder } = advance.process;
      expect([enrollment, handoff, ladder]).toEqual([undefined, undefined, undefined]);
      expect(recordsOf(advance, 'decided')).toContainEqual(
        expect.objectContaining({ kind: 'disqualified', by: MARKETER }),
      );
    },
  );

  it('takes an open offer back: who answers it then hears by whom and when', () => {
    const advance = give(offered(), disqualify);
    expect(recordsOf(advance, 'decided')[0]).toMatchObject({ kind: 'withdrawn', handoffNo: 1, by: MARKETER });
    expect(give(advance.process, accept).answer).toMatchObject({
      ok: false,
      why: 'already_decided',
      decision: { kind: 'withdrawn', by: MARKETER, at },
    });
  });
});
