import { describe, expect, it } from '@jest/globals';
import { advanceLead, commandLead } from './advance-lead.js';
import { askOf } from './ask-of.js';
import {
  accepted,
  DAY,
  fakeEnrollment,
  fakeLadder,
  fakePlan,
  fakeReturn,
  HOUR,
  MARKETER,
  MINUTE,
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
import type { LeadProcess } from './lead-process.js';

const plan = fakePlan();
const at = T0 + HOUR;
const give = (process: LeadProcess, command: LeadCommand, when = at) => commandLead(process, command, when, plan);

const accept: LeadCommand = { kind: 'accept', handoffNo: 1, by: REP, via: 'mail', firstContactBy: T0 + DAY };
const reject: LeadCommand = { kind: 'reject', handoffNo: 1, by: REP, via: 'mail', reason: 'not_ready' };
const undo: LeadCommand = { kind: 'undo', handoffNo: 1, by: REP, via: 'mail' };
const withdraw: LeadCommand = { kind: 'withdraw', by: MARKETER, handoffNo: 1, noteId: 'note-1' };

describe('undoing', () => {
  it.each([
    ['an acceptance', accept],
    ['a rejection', reject],
  ])('%s leaves everything as if nobody had decided', (_, decision) => {
    const before = offered({ qualifyAfter: T0 - DAY, returns: 1, ladder: fakeLadder({ next: 1 }) });
    const decided = give(before, decision).process;
    const advance = give(decided, undo, at + 4 * MINUTE);
    expect(advance.answer).toEqual({ ok: true, state: 'offered', at: at + 4 * MINUTE });
    const { lastDecision, earlierDecisions, ...rest } = advance.process;
    expect(rest).toMatchObject({ ladder: before.ladder, handoff: before.handoff, qualifyAfter: T0 - DAY, returns: 1 });
    expect([rest.returning, rest.undo]).toEqual([undefined, undefined]);
    expect([lastDecision?.kind, earlierDecisions]).toEqual(['undone', []]);
    expect(recordsOf(advance, 'decided')).toMatchObject([{ kind: 'undone', handoffNo: 1, by: REP, via: 'mail' }]);
  });

  it('gives the lead back to marketing’s accountability at once', () => {
    const advance = give(give(offered(), accept).process, undo, at + MINUTE);
    expect(recordsOf(advance, 'custody')).toMatchObject([
      { custody: 'shared', accountable: 'marketing', salesPersonId: REP, cause: 'undone' },
    ]);
  });

  it('lets the ladder have run on: a rung that passed meanwhile is climbed at its instant', () => {
    const decided = give(offered(), accept, T0 + 2 * HOUR - MINUTE).process;
    const { process } = give(decided, undo, T0 + 2 * HOUR + MINUTE);
    expect(process.ladder).toMatchObject({ next: 0, rungs: [{ at: T0 + 2 * HOUR }, {}, {}] });
    const climbed = advanceLead(process, { kind: 'rung', at: T0 + 2 * HOUR }, T0 + 2 * HOUR + MINUTE, plan);
    expect(climbed.process.ladder?.next).toBe(1);
  });

  it('again by the same person is the same answer, and another decision may follow', () => {
    const undone = give(give(offered(), reject).process, undo, at + MINUTE).process;
    expect(give(undone, undo, at + 2 * MINUTE).answer).toEqual({
      ok: true,
      state: 'offered',
      at: at + MINUTE,
      repeated: true,
    });
    const other = give(undone, { ...accept, by: OTHER_REP }, at + 3 * MINUTE).process;
    expect(other).toMatchObject({ state: 'accepted', lastDecision: { kind: 'accepted', by: OTHER_REP } });
    expect(give(other, undo, at + 4 * MINUTE).answer).toMatchObject({
      ok: false,
      why: 'not_the_decider',
      decision: { kind: 'accepted', by: OTHER_REP },
    });
    expect(give(other, { ...undo, by: OTHER_REP }, at + 4 * MINUTE).answer).toMatchObject({ ok: true });
  });

  it('is the decider’s alone, for five minutes', () => {
    const decided = give(offered(), accept).process;
    expect(give(decided, { ...undo, by: MARKETER }, at + MINUTE).answer).toMatchObject({
      why: 'not_the_decider',
      decision: { kind: 'accepted', by: REP, at },
    });
    expect(give(decided, undo, at + 5 * MINUTE - 1).answer.ok).toBe(true);
    expect(give(decided, undo, at + 5 * MINUTE).answer).toMatchObject({
      ok: false,
      why: 'too_late',
      decision: { kind: 'accepted', by: REP, at },
    });
  });

  it('is over with the first touch, the acknowledgement, or whatever else came after the decision', () => {
    const accepting = give(offered(), accept).process;
    const touched = give(accepting, {
      kind: 'first_touch',
      handoffNo: 1,
      by: REP,
      disposition: 'talked',
      occurredAt: at,
    });
    const rejecting = give(offered(), reject).process;
    const settled = { ...rejecting, returning: fakeReturn({ decidedAt: at }) };
    const back = give(settled, { kind: 'acknowledge', handoffNo: 1, by: MARKETER });
    const given = give(accepting, { kind: 'give_back', handoffNo: 1, by: REP, reason: 'no_response' });
    const won = give(accepting, { kind: 'outcome', by: REP, outcome: 'won' });
    for (const { process } of [touched, back, given, won]) {
      expect(process.undo).toBeUndefined();
      expect(give(process, undo, at + MINUTE).answer).toMatchObject({ ok: false, why: 'already_decided' });
    }
  });

  it.each([
    ['what nobody decided', offered()],
    ['another handoff', accepted()],
    ['what ran out', returning({ lastDecision: { handoffNo: 1, kind: 'expired', by: null, at: T0 } })],
    ['what is worked on', working()],
  ])('does not apply to %s', (what, process) => {
    const command = what === 'another handoff' ? { ...undo, handoffNo: 7 } : undo;
    const advance = give(process, command);
    expect(advance.answer.ok).toBe(false);
    expect([advance.process, advance.records, advance.effects]).toEqual([process, [], []]);
  });

  it('of a decision taken by an earlier release says who decided', () => {
    expect(give(accepted(), undo).answer).toMatchObject({ why: 'already_decided', decision: { by: REP } });
  });

  it('drops a hand-raise that came on the way back: it joins the open offer’s story', () => {
    const rejecting = give(offered(), reject).process;
    const raised = { ruleId: 'hand-raise', definitionVersionId: 'definition-v1' };
    const process = { ...rejecting, returning: fakeReturn({ decidedAt: at, raised }) };
    expect(give(process, undo, at + MINUTE).process).toMatchObject({ state: 'offered', returning: undefined });
  });
});

describe('withdrawing', () => {
  it.each([qualified(), offered()])(
    'takes the lead back to its cadence, with its remaining time: $state',
    (process) => {
      const advance = give(process, withdraw);
      expect(advance.answer).toEqual({ ok: true, state: 'nurturing', at });
      const { enrollment, handoff, ladder } = advance.process;
      expect([handoff, ladder]).toEqual([undefined, undefined]);
      expect(enrollment).toMatchObject({ step: 'ask', dueAt: at + 2 * DAY, resumedAt: at });
      expect(recordsOf(advance, 'decided')).toMatchObject([{ kind: 'withdrawn', handoffNo: 1, noteId: 'note-1' }]);
    },
  );

  it('does not qualify again by what held before', () => {
    const { process } = give(offered(), withdraw);
    expect(askOf(process, at).qualify).toMatchObject({ after: at });
  });

  it('resumes without its plan as soon as the plan is there', () => {
    const { process } = commandLead(qualified(), withdraw, at, undefined);
    expect(process.enrollment).toEqual(fakeEnrollment({ suspendedAt: T0, resumeAt: at }));
  });

  it('makes the answer to the offer a refusal with who and when; again it is the same answer', () => {
    const { process } = give(offered(), withdraw);
    expect(give(process, accept, at + MINUTE).answer).toMatchObject({
      ok: false,
      decision: { kind: 'withdrawn', by: MARKETER, at },
    });
    expect(give(process, withdraw, at + MINUTE).answer).toEqual({ ok: true, state: 'nurturing', at, repeated: true });
    expect(give(process, { kind: 'withdraw', by: MARKETER }, at + MINUTE).answer).toMatchObject({ repeated: true });
  });

  it.each([nurturing(), accepted(), returning()])('is refused where nothing is on its way: $state', (process) => {
    expect(give(process, withdraw).answer.ok).toBe(false);
    expect(give(offered(), { ...withdraw, handoffNo: 2 }).answer).toMatchObject({ ok: false, why: 'not_offered' });
  });
});
