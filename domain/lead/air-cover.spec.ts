import { describe, expect, it } from '@jest/globals';
import { advanceLead, commandLead } from './advance-lead.js';
import { isUnderWay } from './air-cover.js';
import { applyAnswers, askOf } from './ask-of.js';
import { deadlinesOf, decideNext, nextWakeAt } from './decide-next.js';
import {
  accepted,
  DAY,
  fakeAnswers,
  fakeEnrollment,
  fakeHandoff,
  fakePlan,
  HOUR,
  MINUTE,
  noticesOf,
  nurturing,
  offered,
  recordsOf,
  REP,
  T0,
  working,
} from './fake-process.js';
import type { LeadCommand } from './lead-command.js';
import type { HandoffProcess, LeadProcess } from './lead-process.js';

const SECOND = 1_000;
/** Five minutes to undo, and five seconds for clocks that differ. */
const BEGINS_AT = T0 + 5 * MINUTE + 5 * SECOND;

const cover = fakePlan({ key: 'cover', versionId: 'cover-v1', phase: 'air_cover' });
const stop: LeadCommand = { kind: 'stop_cover', handoffNo: 1, by: REP, via: 'api' };

const back: LeadCommand = { kind: 'give_back', handoffNo: 1, by: REP, reason: 'not_ready' };
const won: LeadCommand = { kind: 'outcome', by: REP, outcome: 'won' };
const fact = (kind: string) => ({ kind: 'fact', at: T0 + MINUTE, fact: { seq: 1, at: T0 + MINUTE, kind } }) as const;

const acceptedHandoff = (more: Partial<HandoffProcess> = {}): HandoffProcess =>
  fakeHandoff({ offeredAt: T0, assigneeId: REP, acceptedAt: T0, graceEndsAt: T0 + 2 * DAY, ...more });
const planned = (): LeadProcess => accepted({ handoff: acceptedHandoff({ coverAt: BEGINS_AT }) });
/** Begun at its instant, over the suspended nurture. */
const covered = (): LeadProcess =>
  advanceLead(planned(), { kind: 'cover', at: BEGINS_AT, plan: cover }, BEGINS_AT, undefined).process;

describe('an air cover', () => {
  it('is asked for once a lead is accepted, from when the acceptance can not be undone any more', () => {
    expect(askOf(accepted(), T0).cover).toEqual({ from: BEGINS_AT });
    expect(askOf(working(), T0).cover).toEqual({ from: BEGINS_AT });
    for (const process of [nurturing(), offered()]) expect(askOf(process, T0).cover).toBeUndefined();
  });

  it.each<[string, LeadProcess]>([
    ['lives by an earlier version', accepted({ v: 2 })],
    ['can not be written to', accepted({ contactable: false })],
    ['is paused by a person', accepted({ paused: { at: T0, by: REP } })],
    ['has a touch under way', accepted({ enrollment: fakeEnrollment({ suspendedAt: T0, sending: true }) })],
    ['is past the grace', accepted({ handoff: acceptedHandoff({ graceEndsAt: 0 }) })],
    ['has had its cover, or found none', accepted({ handoff: acceptedHandoff({ coverAt: 0 }) })],
  ])('is not asked for when the lead %s', (_why, process) => {
    expect(askOf(process, T0).cover).toBeUndefined();
  });

  it('wakes the lead at its instant, and never when there is none', () => {
    const known = applyAnswers(accepted(), fakeAnswers({ cover: { at: BEGINS_AT } }));
    expect(known.handoff?.coverAt).toBe(BEGINS_AT);
    expect(nextWakeAt(known, undefined, T0)).toBe(BEGINS_AT);
    const none = applyAnswers(accepted(), fakeAnswers({ cover: {} }));
    expect(none.handoff?.coverAt).toBe(0);
    // The first rung.
    expect(nextWakeAt(none, undefined, T0)).toBe(T0 + 6 * HOUR);
  });

  it('begins over what the lead was in, whose clock goes on standing', () => {
    const answers = fakeAnswers({ cover: { plan: cover } });
    const item = decideNext(applyAnswers(planned(), answers), answers, BEGINS_AT, undefined);
    expect(item).toEqual({ kind: 'cover', at: BEGINS_AT, plan: cover });
    const process = covered();
    expect(process.enrollment).toMatchObject({ no: 2, cadence: 'cover', phase: 'air_cover', step: 'hello' });
    expect(process.suspended).toEqual([fakeEnrollment({ suspendedAt: T0 })]);
    expect(process.handoff?.coverAt).toBe(0);
    expect(askOf(process, BEGINS_AT).cover).toBeUndefined();
  });

  it('runs its steps beside sales, which marketing’s own cadence does not', () => {
    expect(isUnderWay(covered())).toBe(true);
    expect(isUnderWay(accepted())).toBe(false);
    expect(isUnderWay(nurturing())).toBe(true);
    const due = { ...covered(), enrollment: { ...fakeEnrollment(), ...covered().enrollment, dueAt: BEGINS_AT + HOUR } };
    expect(deadlinesOf(due, cover)).toContainEqual({ kind: 'touch', at: BEGINS_AT + HOUR });
    const { enrollment } = due;
    const sent = { enrollmentNo: 2, step: 'hello', visit: 1, result: 'sent', at: BEGINS_AT + HOUR } as const;
    const sending = { ...due, enrollment: { ...enrollment, sending: true } };
    const next = advanceLead(sending, { kind: 'touched', touch: sent }, BEGINS_AT + HOUR, cover).process;
    expect(next.enrollment).toMatchObject({ step: 'settle', phase: 'air_cover' });
    expect(askOf(next, BEGINS_AT + HOUR).step).toMatchObject({ step: 'settle', suspended: undefined });
  });

  it('goes on after the first touch, and ends with the grace as all the lead was in', () => {
    const touch: LeadCommand = {
      kind: 'first_touch',
      handoffNo: 1,
      by: REP,
      disposition: 'reached',
      occurredAt: T0 + HOUR,
    };
    const { process } = commandLead(covered(), touch, T0 + HOUR, cover);
    expect(process).toMatchObject({ state: 'working', enrollment: { cadence: 'cover' } });
    const end = advanceLead(process, { kind: 'grace_over', at: T0 + 2 * DAY }, T0 + 2 * DAY, cover);
    expect(end.process.enrollment).toBeUndefined();
    expect(end.process.suspended).toBeUndefined();
    expect(recordsOf(end, 'enrollment_ended')).toEqual([
      { at: T0 + 2 * DAY, no: 1, reason: 'handed_over' },
      { at: T0 + 2 * DAY, no: 2, reason: 'handed_over' },
    ]);
  });

  it('ends when the lead is given back, and what it was in before resumes once marketing has taken it', () => {
    const { process, records } = commandLead(covered(), back, T0 + HOUR, cover);
    expect(recordsOf({ records }, 'enrollment_ended')).toEqual([{ at: T0 + HOUR, no: 2, reason: 'returned' }]);
    expect(process).toMatchObject({ state: 'returning', enrollment: { no: 1, suspendedAt: T0 } });
    const path = {
      ...process,
      returning: process.returning && { ...process.returning, path: { to: 'resume' as const } },
    };
    const taken = commandLead(path, { kind: 'acknowledge', handoffNo: 1, by: REP }, T0 + 2 * HOUR, undefined).process;
    expect(taken).toMatchObject({ state: 'nurturing', enrollment: { no: 1, resumeAt: T0 + 2 * HOUR } });
    const resumed = advanceLead(taken, { kind: 'resume', at: T0 + 2 * HOUR }, T0 + 2 * HOUR, fakePlan()).process;
    // Two days were left when it qualified.
    expect(resumed.enrollment).toMatchObject({ step: 'ask', dueAt: T0 + 2 * HOUR + 2 * DAY });
  });

  it('is stopped by sales with one action, for the rest of the handoff; the same again says so', () => {
    const { process, records, answer } = commandLead(covered(), stop, T0 + HOUR, cover);
    expect(answer).toEqual({ ok: true, state: 'accepted', at: T0 + HOUR });
    expect(recordsOf({ records }, 'decided')).toMatchObject([{ kind: 'air_cover_stopped', handoffNo: 1, by: REP }]);
    expect(recordsOf({ records }, 'enrollment_ended')).toEqual([{ at: T0 + HOUR, no: 2, reason: 'stopped_by_sales' }]);
    expect(process).toMatchObject({ state: 'accepted', enrollment: { no: 1, suspendedAt: T0 } });
    expect(askOf(process, T0 + HOUR).cover).toBeUndefined();
    expect(commandLead(process, stop, T0 + 2 * HOUR, undefined).answer).toEqual({
      ...{ ok: true, state: 'accepted', at: T0 + HOUR, repeated: true },
    });
  });

  it('can be stopped before it begins, and is there again when the acceptance is undone and given anew', () => {
    const { process, answer } = commandLead(planned(), stop, T0 + MINUTE, undefined);
    expect(answer).toMatchObject({ ok: true, at: T0 + MINUTE });
    expect(nextWakeAt(process, undefined, T0 + MINUTE)).toBe(T0 + 6 * HOUR);
    const undoable = { ...process, undo: { handoffNo: 1, by: REP, until: T0 + 5 * MINUTE } };
    const undo: LeadCommand = { kind: 'undo', handoffNo: 1, by: REP, via: 'api' };
    const open = commandLead(undoable, undo, T0 + 2 * MINUTE, undefined).process;
    expect(open.state).toBe('offered');
    expect(open.handoff).not.toHaveProperty('coverAt');
    expect(open.handoff).not.toHaveProperty('coverStoppedAt');
  });

  it('can be stopped while nobody knows yet whether one will come', () => {
    expect(commandLead(accepted(), stop, T0, undefined).process.handoff).toMatchObject({ coverAt: 0 });
    expect(commandLead(accepted({ v: 2 }), stop, T0, undefined).answer).toMatchObject({ ok: false });
  });

  it('has nothing to stop where none runs or comes', () => {
    const none = accepted({ handoff: acceptedHandoff({ coverAt: 0 }) });
    expect(commandLead(none, stop, T0, undefined).answer).toEqual({
      ...{ ok: false, state: 'accepted', why: 'no_air_cover' },
    });
    expect(commandLead(offered(), stop, T0, undefined).answer).toMatchObject({ ok: false, why: 'not_accepted' });
  });

  it('tells of a reply, and stops writing', () => {
    const reply = advanceLead(covered(), { kind: 'guard', at: T0 + HOUR, index: 1 }, T0 + HOUR, cover);
    expect(recordsOf(reply, 'enrollment_ended')).toEqual([{ at: T0 + HOUR, no: 2, reason: 'replied' }]);
    expect(noticesOf(reply)).toEqual(['reply']);
    expect(reply.process).toMatchObject({ state: 'accepted', enrollment: { no: 1 } });
    expect(reply.process.hold).toBeUndefined();
  });

  it.each<[string, (process: LeadProcess) => Pick<LeadProcess, 'handoff'>]>([
    ['replies', (process) => advanceLead(process, fact('email_reply'), T0 + MINUTE, undefined).process],
    ['wants no mail', (process) => advanceLead(process, fact('unsubscribed'), T0 + MINUTE, undefined).process],
    ['is given back', (process) => commandLead(process, back, T0 + MINUTE, undefined).process],
    ['is won', (process) => commandLead(process, won, T0 + MINUTE, undefined).process],
    ['is past the grace', (process) => advanceLead(process, { kind: 'grace_over', at: T0 }, T0, undefined).process],
  ])('does not begin once the lead %s, planned or not known yet', (_what, happens) => {
    for (const process of [planned(), accepted()]) expect(happens(process).handoff?.coverAt).toBe(0);
  });

  it('that would begin after the grace never does', () => {
    const short = accepted({ handoff: acceptedHandoff({ graceEndsAt: T0 + MINUTE }) });
    expect(applyAnswers(short, fakeAnswers({ cover: { at: BEGINS_AT } })).handoff?.coverAt).toBe(0);
  });

  it('and what waits below it end by one reply, of which the rep is told once', () => {
    const guard = { kind: 'guard', at: T0 + HOUR, index: 1 } as const;
    const first = advanceLead(covered(), guard, T0 + HOUR, cover);
    const second = advanceLead(first.process, guard, T0 + HOUR, fakePlan());
    expect(recordsOf(second, 'enrollment_ended')).toEqual([{ at: T0 + HOUR, no: 1, reason: 'replied' }]);
    expect([noticesOf(first), noticesOf(second)]).toEqual([['reply'], []]);
  });

  it('passes over a step that offers: sales has the lead already', () => {
    const offers = fakePlan({ ...cover, steps: { ...cover.steps, hello: { kind: 'offer', next: 'settle' } } });
    const process = advanceLead(
      planned(),
      { kind: 'cover', at: BEGINS_AT, plan: offers },
      BEGINS_AT,
      undefined,
    ).process;
    const next = advanceLead(process, { kind: 'offer_step', at: BEGINS_AT }, BEGINS_AT, offers).process;
    expect(next).toMatchObject({ state: 'accepted', enrollment: { step: 'settle' } });
  });

  it('keeps what was judged of it over the first touch', () => {
    const touch: LeadCommand = { kind: 'first_touch', handoffNo: 1, by: REP, disposition: 'reached', occurredAt: T0 };
    const judged = { ...covered(), judgedAt: T0 + HOUR };
    expect(commandLead(judged, touch, T0 + 2 * HOUR, cover).process.judgedAt).toBe(T0 + HOUR);
    expect(commandLead({ ...accepted(), judgedAt: T0 }, touch, T0 + HOUR, undefined).process.judgedAt).toBeUndefined();
  });

  it('goes over to another version of its cadence, never to one of marketing’s', () => {
    const order = { enrollmentNo: 2, fromVersionId: 'cover-v1', moves: {}, fresh: [], jobId: 'j', by: REP };
    const nurture = fakePlan({ key: 'cover', version: 2, versionId: 'cover-v2' });
    const refused = commandLead(covered(), { kind: 'migrate_enrollment', ...order, plan: nurture }, T0 + HOUR, cover);
    expect(refused.answer).toMatchObject({ ok: false, why: 'other_phase' });
    const second = { ...nurture, phase: 'air_cover' } as const;
    const moved = commandLead(covered(), { kind: 'migrate_enrollment', ...order, plan: second }, T0 + HOUR, cover);
    expect(moved.process.enrollment).toMatchObject({ versionId: 'cover-v2', phase: 'air_cover' });
  });
});
