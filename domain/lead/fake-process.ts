import type { CadencePlan } from '../cadence/cadence-plan.js';
import type {
  Advance,
  EnrollmentProcess,
  HandoffProcess,
  Ladder,
  LeadProcess,
  LeadRecord,
  LeadRecordKind,
  ReturnProcess,
} from './lead-process.js';
import { newLeadProcess } from './new-lead-process.js';
import type { Answers } from './lead-sync.js';

/** Builders for specs: a lead somewhere in its life, with overrides. */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Monday 2026-03-02 09:00 UTC: the lead is nurturing, qualified, offered … since then. */
export const T0 = 1_772_442_000_000;

export const REP = 'rep-1';
export const OTHER_REP = 'rep-2';
export const MARKETER = 'marketer-1';

/** hello → settle → ask (a click, a visit, or the time-out) → story or reminder → fork → call or the end. */
export function fakePlan(overrides: Partial<CadencePlan> = {}): CadencePlan {
  return {
    key: 'nurture',
    version: 1,
    versionId: 'nurture-v1',
    start: 'hello',
    steps: {
      hello: { kind: 'email', next: 'settle' },
      settle: { kind: 'wait', next: 'ask' },
      ask: { kind: 'wait_for', any: ['story', 'fork'], timeout: 'reminder' },
      story: { kind: 'email', next: 'fork' },
      reminder: { kind: 'email', next: 'fork' },
      fork: { kind: 'branch', cases: ['last'], otherwise: 'leave' },
      last: { kind: 'email', next: '$end' },
      leave: { kind: 'exit', reason: 'no_interest' },
      $end: { kind: 'exit', reason: 'completed' },
    },
    exits: ['unsubscribed', 'replied', 'partner'],
    ...overrides,
  };
}

export function fakeProcess(overrides: Partial<LeadProcess> = {}): LeadProcess {
  return { ...newLeadProcess(T0), ...overrides };
}

/** In step `ask`, entered at T0, with its time-out two days later. */
export function fakeEnrollment(overrides: Partial<EnrollmentProcess> = {}): EnrollmentProcess {
  return {
    no: 1,
    cadence: 'nurture',
    versionId: 'nurture-v1',
    version: 1,
    enteredAt: T0,
    step: 'ask',
    visit: 1,
    visits: { hello: 1, settle: 1, ask: 1 },
    stepAt: T0,
    dueAt: T0 + 2 * DAY,
    ...overrides,
  };
}

export function fakeHandoff(overrides: Partial<HandoffProcess> = {}): HandoffProcess {
  return {
    no: 1,
    qualifiedBy: 'definition',
    ruleId: 'engaged-and-fits',
    definitionVersionId: 'definition-v1',
    qualifiedAt: T0,
    ...overrides,
  };
}

/** remind after 2 h, escalate after 4 h (the breach), return after 8 h. */
export function fakeLadder(overrides: Partial<Ladder> = {}): Ladder {
  return {
    purpose: 'accept',
    rungs: [
      { at: T0 + 2 * HOUR, do: 'remind' },
      { at: T0 + 4 * HOUR, do: 'escalate' },
      { at: T0 + 8 * HOUR, do: 'return' },
    ],
    next: 0,
    breachAt: T0 + 4 * HOUR,
    ...overrides,
  };
}

export function fakeReturn(overrides: Partial<ReturnProcess> = {}): ReturnProcess {
  return { handoffNo: 1, cause: 'rejected', reason: 'not_ready', decidedAt: T0, path: { to: 'resume' }, ...overrides };
}

export const nurturing = (overrides: Partial<LeadProcess> = {}): LeadProcess =>
  fakeProcess({ state: 'nurturing', enrollments: 1, enrollment: fakeEnrollment(), ...overrides });

const suspended = (): EnrollmentProcess => fakeEnrollment({ suspendedAt: T0 });

export const qualified = (overrides: Partial<LeadProcess> = {}): LeadProcess =>
  nurturing({ state: 'qualified', enrollment: suspended(), handoffs: 1, handoff: fakeHandoff(), ...overrides });

export const offered = (overrides: Partial<LeadProcess> = {}): LeadProcess =>
  qualified({
    state: 'offered',
    handoff: fakeHandoff({ offeredAt: T0, assigneeId: REP }),
    ladder: fakeLadder(),
    ...overrides,
  });

export const accepted = (overrides: Partial<LeadProcess> = {}): LeadProcess =>
  offered({
    state: 'accepted',
    handoff: fakeHandoff({ offeredAt: T0, assigneeId: REP, acceptedAt: T0, graceEndsAt: T0 + 2 * DAY }),
    ladder: fakeLadder({
      purpose: 'first_touch',
      rungs: [{ at: T0 + 6 * HOUR, do: 'remind' }],
      breachAt: T0 + 8 * HOUR,
    }),
    lastDecision: { handoffNo: 1, kind: 'accepted', by: REP, at: T0 },
    ...overrides,
  });

export const working = (overrides: Partial<LeadProcess> = {}): LeadProcess =>
  accepted({ state: 'working', ladder: undefined, ...overrides });

export const returning = (overrides: Partial<LeadProcess> = {}): LeadProcess =>
  offered({
    state: 'returning',
    ladder: fakeLadder({
      purpose: 'acknowledge',
      rungs: [{ at: T0 + 8 * HOUR, do: 'escalate' }],
      breachAt: T0 + 8 * HOUR,
    }),
    returning: fakeReturn(),
    returns: 1,
    qualifyAfter: T0,
    lastDecision: { handoffNo: 1, kind: 'rejected', by: REP, at: T0 },
    ...overrides,
  });

export const lost = (overrides: Partial<LeadProcess> = {}): LeadProcess =>
  fakeProcess({
    state: 'lost',
    handoffs: 1,
    enrollments: 1,
    qualifyAfter: T0,
    returning: fakeReturn({ cause: 'lost', path: { to: 'resume', earliestReturnAt: T0 + 90 * DAY } }),
    lastDecision: { handoffNo: 1, kind: 'lost', by: REP, at: T0 },
    ...overrides,
  });

/** A sync that found nothing. */
export function fakeAnswers(overrides: Partial<Answers> = {}): Answers {
  return { cursor: 0, facts: [], contactable: true, ...overrides };
}

/** The data of the records of one kind, with their instants. */
export function recordsOf(
  advance: Pick<Advance, 'records'>,
  kind: LeadRecordKind,
): (LeadRecord['data'] & { at: number })[] {
  return advance.records.filter((record) => record.kind === kind).map(({ at, data }) => ({ at, ...data }));
}

export const noticesOf = ({ effects }: Pick<Advance, 'effects'>): string[] =>
  effects.flatMap((effect) => (effect.kind === 'notify' ? [effect.notice] : []));

export const effectKinds = ({ effects }: Pick<Advance, 'effects'>): string[] => effects.map((effect) => effect.kind);
