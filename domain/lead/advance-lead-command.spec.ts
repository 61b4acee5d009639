import { describe, expect, it } from '@jest/globals';
import { advanceLead, commandLead } from './advance-lead.js';
import { askOf } from './ask-of.js';
import { decideNext, nextWakeAt } from './decide-next.js';
import {
  accepted,
  DAY,
  effectKinds,
  fakeAnswers,
  fakeEnrollment,
  fakePlan,
  fakeProcess,
  HOUR,
  lost,
  MARKETER,
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

const push: LeadCommand = { kind: 'push', by: MARKETER, noteId: 'note-1' };
const reopen: LeadCommand = { kind: 'reopen', by: MARKETER, noteId: 'note-2' };
const erase: LeadCommand = { kind: 'erase', by: MARKETER };
const closed = (overrides: Partial<LeadProcess> = {}) => fakeProcess({ state: 'disqualified', ...overrides });

describe('pushing to sales', () => {
  it('qualifies by a person, whose reason goes into the packet, and suspends the cadence', () => {
    const advance = give(nurturing({ hold: 'review', earliestReturnAt: T0 + DAY }), push);
    expect(advance.answer).toEqual({ ok: true, state: 'qualified', at });
    expect(advance.process.handoff).toEqual({
      ...{ no: 1, qualifiedBy: 'person', ruleId: null, definitionVersionId: null, qualifiedAt: at, noteId: 'note-1' },
    });
    expect(advance.process).toMatchObject({ hold: undefined, enrollment: { suspendedAt: at } });
    expect(recordsOf(advance, 'decided')).toMatchObject([{ kind: 'pushed', handoffNo: 1, by: MARKETER }]);
    expect(recordsOf(advance, 'qualified')).toMatchObject([{ by: 'person', ruleId: null }]);
    expect(effectKinds(advance)).toEqual(['open_handoff']);
  });

  it('keeps the reason when the offer is reassigned', () => {
    const open = offered({ handoff: { ...offered().handoff, noteId: 'note-1' } as LeadProcess['handoff'] });
    const { process } = give(open, { kind: 'reassign', handoffNo: 1, by: MARKETER, toPersonId: OTHER_REP });
    expect(process.handoff).toMatchObject({ no: 2, noteId: 'note-1', wantedAssigneeId: OTHER_REP });
  });

  it('again by the same person is the same answer; by another it is refused with who and when', () => {
    const { process } = give(nurturing(), push);
    expect(give(process, push, at + HOUR).answer).toEqual({ ok: true, state: 'qualified', at, repeated: true });
    expect(give(process, { ...push, by: 'somebody-else' }).answer).toMatchObject({
      ok: false,
      decision: { kind: 'pushed', by: MARKETER, at },
    });
  });

  it.each([fakeProcess(), offered(), accepted(), returning(), lost(), closed()])(
    'is refused outside nurture: $state',
    (process) => expect(give(process, push).answer).toMatchObject({ ok: false, why: 'not_in_nurture' }),
  );
});

describe('a step that offers', () => {
  const offering = fakePlan({ steps: { ...plan.steps, hand: { kind: 'offer', next: 'ask' } } });
  const standing = nurturing({ enrollment: fakeEnrollment({ step: 'hand', stepAt: at, dueAt: undefined }) });

  it('is due at the instant it is entered', () => {
    expect(nextWakeAt(standing, offering, at)).toBe(at);
    expect(decideNext(standing, fakeAnswers(), at, offering)).toEqual({ kind: 'offer_step', at });
  });

  it('qualifies by the step; the cadence waits on the step after it', () => {
    const advance = advanceLead(standing, { kind: 'offer_step', at }, at, offering);
    expect(advance.process).toMatchObject({
      state: 'qualified',
      handoff: { qualifiedBy: 'step', ruleId: null, offerStep: { versionId: 'nurture-v1', step: 'hand' } },
      enrollment: { step: 'ask', suspendedAt: at },
    });
    expect(recordsOf(advance, 'state')).toMatchObject([{ cause: 'offer_step' }]);
    const back = give(advance.process, { kind: 'withdraw', by: MARKETER }, at + HOUR);
    expect(back.process.enrollment).toMatchObject({ step: 'ask', resumedAt: at + HOUR });
    expect(back.process.enrollment?.suspendedAt).toBeUndefined();
  });

  it('as the last step ends the enrollment', () => {
    const last = fakePlan({ steps: { ...plan.steps, hand: { kind: 'offer', next: '$end' } } });
    const advance = advanceLead(standing, { kind: 'offer_step', at }, at, last);
    expect(advance.process).toMatchObject({ state: 'qualified', enrollment: undefined });
    expect(recordsOf(advance, 'enrollment_ended')).toMatchObject([{ reason: 'completed' }]);
  });
});

describe('reopening', () => {
  it('goes to nurture as the lead stood; what came since it was closed counts', () => {
    const process = closed({ since: T0, qualifyAfter: T0 - DAY, handoffs: 2, returns: 1, earliestReturnAt: T0 + DAY });
    const advance = give(process, reopen);
    expect(advance.answer).toEqual({ ok: true, state: 'nurturing', at });
    expect(advance.process).toMatchObject({ qualifyAfter: T0, handoffs: 2, returns: 1, earliestReturnAt: undefined });
    expect(askOf(advance.process, at)).toMatchObject({ qualify: { from: at, after: T0 }, entry: {} });
    expect(recordsOf(advance, 'decided')).toMatchObject([{ kind: 'reopened', by: MARKETER, noteId: 'note-2' }]);
  });

  it('twice at once opens once: the same person hears the same, another one who was first', () => {
    const { process } = give(closed(), reopen);
    expect(give(process, reopen, at + HOUR).answer).toEqual({ ok: true, state: 'nurturing', at, repeated: true });
    expect(give(process, { ...reopen, by: 'somebody-else' }).answer).toMatchObject({
      ok: false,
      why: 'already_decided',
      decision: { kind: 'reopened', by: MARKETER, at },
    });
  });

  it.each([nurturing(), offered(), fakeProcess({ state: 'won' }), lost(), fakeProcess({ state: 'erased' })])(
    'is refused for a lead that is $state',
    (process) => expect(give(process, reopen).answer).toMatchObject({ ok: false, why: 'not_disqualified' }),
  );
});

describe('erasing', () => {
  const everywhere = [
    fakeProcess(),
    nurturing(),
    qualified(),
    offered(),
    accepted(),
    working(),
    returning(),
    lost(),
    closed(),
    fakeProcess({ state: 'won', handoffs: 1 }),
  ];

  it.each(everywhere)('ends everything at once: $state', (process) => {
    const advance = give(process, erase);
    expect(advance.answer).toEqual({ ok: true, state: 'erased', at });
    const { enrollment, handoff, ladder, returning: way, lastDecision, contactable } = advance.process;
    expect([enrollment, handoff, ladder, way, lastDecision]).toEqual(Array.from({ length: 5 }, () => undefined));
    expect(contactable).toBe(false);
    expect(recordsOf(advance, 'custody')).toMatchObject([
      { custody: 'marketing', salesPersonId: null, cause: 'erased' },
    ]);
    expect(askOf(advance.process, at)).toEqual({});
    expect(effectKinds(advance)).toEqual([]);
  });

  it('takes an open offer back, so that no rep holds it', () => {
    expect(recordsOf(give(offered(), erase), 'decided')).toMatchObject([
      { kind: 'withdrawn', handoffNo: 1, by: MARKETER },
      { kind: 'erased', by: MARKETER },
    ]);
  });

  it('again is the same answer, whoever asks', () => {
    const { process } = give(accepted(), erase);
    const again = give(process, { ...erase, by: REP }, at + DAY);
    expect(again.answer).toEqual({ ok: true, state: 'erased', at, repeated: true });
    expect(again.process).toBe(process);
  });
});
