import { describe, expect, it } from '@jest/globals';
import { advanceLead, commandLead, type LeadInput } from './advance-lead.js';
import { askOf } from './ask-of.js';
import {
  accepted,
  DAY,
  fakeEnrollment,
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
import type { LeadProcess, ProcessFact } from './lead-process.js';
import { canMove, type LeadState, type TransitionCause } from './lead-state.js';

const plan = fakePlan();
const verdict = { ruleId: 'hand-raise', definitionVersionId: 'definition-v1' };
const take = (process: LeadProcess, input: LeadInput) => advanceLead(process, input, T0 + DAY, plan);

describe('the moves of a lead', () => {
  const input = (one: LeadInput) => (process: LeadProcess) => take(process, one);
  const command = (one: LeadCommand) => (process: LeadProcess) => commandLead(process, one, T0 + DAY, plan);
  const lastRung = fakeLadder({ next: 2 });
  const onlyReturn = { ...returning(), returning: fakeReturn({ path: { to: 'disqualify' } }) };
  const raised = { ...returning(), returning: fakeReturn({ raised: verdict }) };
  const offer = { result: 'offered', at: T0, handoffNo: 1, assigneeId: REP } as const;

  const moves: [LeadProcess, LeadState, TransitionCause, (process: LeadProcess) => ReturnType<typeof take>][] = [
    [fakeProcess(), 'nurturing', 'checks_passed', input({ kind: 'intake', at: T0, ok: true })],
    [fakeProcess(), 'disqualified', 'checks_failed', input({ kind: 'intake', at: T0, ok: false })],
    [
      fakeProcess(),
      'qualified',
      'hand_raise',
      input({ kind: 'intake', at: T0, ok: true, qualified: { at: T0, ...verdict } }),
    ],
    [fakeProcess(), 'disqualified', 'disqualified_by_person', command({ kind: 'disqualify', by: MARKETER })],
    [nurturing(), 'qualified', 'definition_met', input({ kind: 'qualified', at: T0, ...verdict })],
    [nurturing(), 'disqualified', 'disqualified_by_person', command({ kind: 'disqualify', by: MARKETER })],
    [qualified(), 'offered', 'packet_and_rep_there', input({ kind: 'offer_result', outcome: offer })],
    [qualified(), 'disqualified', 'disqualified_by_person', command({ kind: 'disqualify', by: MARKETER })],
    [offered(), 'accepted', 'accepted', command({ kind: 'accept', handoffNo: 1, by: REP, via: 'api' })],
    [
      offered(),
      'returning',
      'rejected',
      command({ kind: 'reject', handoffNo: 1, by: REP, via: 'api', reason: 'other' }),
    ],
    [offered({ ladder: lastRung }), 'returning', 'expired', input({ kind: 'rung', at: T0 + 8 * HOUR })],
    [
      offered(),
      'offered',
      'reassigned',
      command({ kind: 'reassign', handoffNo: 1, by: MARKETER, toPersonId: OTHER_REP }),
    ],
    [offered(), 'disqualified', 'disqualified_by_person', command({ kind: 'disqualify', by: MARKETER })],
    [
      accepted(),
      'working',
      'first_touch',
      command({ kind: 'first_touch', handoffNo: 1, by: REP, disposition: 'talked', occurredAt: T0 }),
    ],
    [accepted(), 'returning', 'given_back', command({ kind: 'give_back', handoffNo: 1, by: REP, reason: 'other' })],
    [accepted(), 'won', 'won', command({ kind: 'outcome', by: REP, outcome: 'won' })],
    [accepted(), 'lost', 'lost', command({ kind: 'outcome', by: REP, outcome: 'lost' })],
    [working(), 'returning', 'given_back', command({ kind: 'give_back', handoffNo: 1, by: REP, reason: 'other' })],
    [working(), 'won', 'won', command({ kind: 'outcome', by: REP, outcome: 'won' })],
    [working(), 'lost', 'lost', command({ kind: 'outcome', by: REP, outcome: 'lost' })],
    [returning(), 'nurturing', 'acknowledged', command({ kind: 'acknowledge', handoffNo: 1, by: MARKETER })],
    [onlyReturn, 'disqualified', 'acknowledged', command({ kind: 'acknowledge', handoffNo: 1, by: MARKETER })],
    [raised, 'qualified', 'hand_raise', command({ kind: 'acknowledge', handoffNo: 1, by: MARKETER })],
    [lost(), 'nurturing', 'return_date_reached', input({ kind: 'return_date', at: T0 + 90 * DAY })],
    [lost(), 'qualified', 'hand_raise', input({ kind: 'qualified', at: T0, ...verdict })],
  ];

  it.each(moves.map(([process, to, cause, move]) => ({ from: process.state, to, cause, process, move })))(
    '$from → $to ($cause)',
    ({ process, to, cause, move }) => {
      const advance = move(process);
      expect(advance.process.state).toBe(to);
      expect(recordsOf(advance, 'state').map(({ from, to: next, cause: why }) => [from, next, why])).toEqual([
        [process.state, to, cause],
      ]);
      expect(canMove(process.state, to, cause)).toBe(true);
    },
  );

  it('a move the table does not know is a defect and is thrown', () => {
    const process = fakeProcess({ state: 'won' });
    expect(() => take(process, { kind: 'qualified', at: T0, ...verdict })).toThrow('no edge won → qualified');
  });
});

describe('intake', () => {
  it('without a hand-raise always goes to nurture', () => {
    const advance = take(fakeProcess(), { kind: 'intake', at: T0, ok: true });
    expect(advance.process).toMatchObject({ state: 'nurturing', since: T0, handoffs: 0 });
    expect(askOf(advance.process, T0).entry).toEqual({ cadence: undefined });
  });
});

describe('facts', () => {
  const fact = (kind: string, rest: { seq?: number; at?: number; handRaise?: boolean } = {}): LeadInput => {
    const one = { seq: 4, at: T0 + HOUR, kind, ...rest };
    return { kind: 'fact', at: one.at, fact: one };
  };

  it.each(['unsubscribed', 'bounced', 'complained'])('%s ends the cadence whatever its guards are', (kind) => {
    const advance = take(nurturing(), fact(kind));
    expect(advance.process).toMatchObject({ enrollment: undefined, contactable: false, state: 'nurturing' });
    expect(recordsOf(advance, 'enrollment_ended')).toEqual([{ at: T0 + HOUR, no: 1, reason: kind }]);
    expect(askOf(advance.process, T0 + DAY).entry).toBeUndefined();
  });

  it.each([offered(), accepted(), returning()])('an unsubscription ends a suspended cadence too: $state', (process) => {
    const advance = take(process, fact('unsubscribed'));
    expect(advance.process).toMatchObject({ enrollment: undefined, state: process.state });
  });

  it('that were reduced are remembered until the cursor has passed them', () => {
    const { process } = take(nurturing({ ahead: [9] }), fact('email_reply', { seq: 7 }));
    expect(process.ahead).toEqual([9, 7]);
    expect(process.enrollment).toEqual(fakeEnrollment());
  });

  it('a further hand-raise during an open handoff makes no second offer', () => {
    for (const process of [qualified(), offered(), accepted(), working()]) {
      const advance = take(process, fact('demo_request', { handRaise: true }));
      expect({ ...advance.process, ahead: undefined }).toEqual({ ...process, ahead: undefined });
      expect(advance.effects).toEqual([]);
      expect(askOf(process, T0).qualify).toBeUndefined();
    }
  });
});

describe('a hand-raise on the way back', () => {
  it('waits for the acknowledgement: both names still stand on the lead', () => {
    const advance = take(returning(), { kind: 'qualified', at: T0 + HOUR, ...verdict });
    expect(advance.process).toMatchObject({ state: 'returning', returning: { raised: verdict }, handoffs: 1 });
    expect([advance.records, advance.effects]).toEqual([[], []]);
  });

  it('counts only later than the decision, and is asked for once', () => {
    expect(askOf(returning(), T0).qualify).toEqual({ from: T0, after: T0, handRaiseOnly: true });
    const raised = returning({ returning: fakeReturn({ raised: verdict }) });
    expect(askOf(raised, T0).qualify).toBeUndefined();
  });
});

describe('a lost lead', () => {
  const date = T0 + 90 * DAY;
  const back = (process: LeadProcess) => advanceLead(process, { kind: 'return_date', at: date }, date, undefined);

  it('comes back at its date, into the cadence its reason names', () => {
    const path = { to: 'cadence', cadence: 'long-term', earliestReturnAt: date, scoreFactor: 0.25 } as const;
    const advance = back(lost({ returning: fakeReturn({ cause: 'lost', path }) }));
    expect(advance.process).toMatchObject({ state: 'nurturing', since: date, returning: undefined });
    expect(askOf(advance.process, date)).toMatchObject({
      entry: { cadence: 'long-term' },
      qualify: { from: date, after: T0 },
    });
    expect(recordsOf(advance, 'score_factor')).toEqual([{ at: T0, factor: 0.25 }]);
  });

  it('is left to a person where its reason asks for a review', () => {
    const path = { to: 'review', earliestReturnAt: date } as const;
    const advance = back(lost({ returning: fakeReturn({ cause: 'lost', path }) }));
    expect(advance.process).toMatchObject({ state: 'nurturing', hold: 'review' });
    expect(noticesOf(advance)).toEqual(['review']);
  });

  it('qualifies by a hand-raise before its date, with a new handoff', () => {
    const { process } = take(lost(), { kind: 'qualified', at: T0 + DAY, ...verdict });
    expect(process).toMatchObject({ state: 'qualified', handoffs: 2, handoff: { no: 2 }, returning: undefined });
  });
});

describe('no cadence takes the lead', () => {
  it('is remembered until it is worth asking again', () => {
    const { process } = take(nurturing({ enrollment: undefined }), { kind: 'no_entry', at: T0, until: T0 + DAY });
    expect(process.noCadenceUntil).toBe(T0 + DAY);
  });
});

describe('what does not apply', () => {
  it('a signal is recorded with the reason why it was ignored', () => {
    const advance = take(nurturing(), { kind: 'ignored', at: T0, signal: 'salesAccepted', why: 'not_offered' });
    expect(advance.process).toEqual(nurturing());
    expect(recordsOf(advance, 'ignored')).toEqual([{ at: T0 + DAY, signal: 'salesAccepted', why: 'not_offered' }]);
  });

  it('a wait that does not fit the step changes nothing', () => {
    const process = nurturing({ enrollment: fakeEnrollment({ step: 'settle' }) });
    expect(take(process, { kind: 'winner', at: T0, option: 0 }).process).toEqual(process);
    expect(take(process, { kind: 'branch', at: T0, index: 0 }).process).toEqual(process);
    const without = nurturing({ enrollment: undefined });
    expect(take(without, { kind: 'wait_over', at: T0 }).process).toEqual(without);
    expect(take(without, { kind: 'touch', at: T0 })).toEqual({ process: without, records: [], effects: [] });
  });
});

describe('a fact of the turn in which the lead closed', () => {
  const closed = (state: 'won' | 'erased', overrides: Partial<LeadProcess> = {}) =>
    fakeProcess({ state, ...overrides });
  const told = (process: LeadProcess, fact: Partial<ProcessFact>) =>
    take(process, { kind: 'fact', at: T0, fact: { seq: 7, at: T0, kind: 'page_view', ...fact } }).effects;

  it('is told under the number that ingest would give it', () => {
    expect(told(closed('won'), { kind: 'demo_request', handRaise: true })).toEqual([
      { kind: 'notify', notice: 'hand_raise', handoffNo: 0, ordinal: 7 },
    ]);
    expect(told(closed('won'), { kind: 'email_reply' })).toEqual([
      { kind: 'notify', notice: 'reply', handoffNo: 0, ordinal: 7 },
    ]);
  });

  it('is told to nobody when it asks for nothing, the lead is erased, goes on, or lives by version 1', () => {
    const raise = { kind: 'demo_request', handRaise: true };
    expect(told(closed('won'), { kind: 'unsubscribed' })).toEqual([]);
    expect(told(closed('erased'), raise)).toEqual([]);
    expect(told(nurturing(), raise)).toEqual([]);
    expect(told(closed('won', { v: 1 }), raise)).toEqual([]);
  });
});
