import type { CadencePlan } from '../cadence/cadence-plan.js';
import { enroll, planStep } from './advance-enrollment.js';
import type { Draft } from './draft.js';
import type { EnrollmentProcess, LeadProcess } from './lead-process.js';
import type { ResumePolicy } from './resume-policy.js';

/** One runs and two wait below it. Source: product, Cadences ("at most three deep"). */
const MAX_SUSPENDED = 2;

export const hasRoomBelow = ({ suspended = [] }: Pick<LeadProcess, 'suspended'>): boolean =>
  suspended.length < MAX_SUSPENDED;

/** Whether another cadence may take the lead from the one it is in, which goes on after; never from a touch or a webhook under way. */
export const mayBeSuperseded = ({ enrollment, suspended }: Pick<LeadProcess, 'enrollment' | 'suspended'>): boolean =>
  enrollment !== undefined && enrollment.sending !== true && enrollment.posted !== true && hasRoomBelow({ suspended });

/** Stops the enrollment's clock. `by` says what for: the cadence that supersedes it. */
export function suspendEnrollment(draft: Draft, at: number, by?: string): void {
  const { enrollment, v } = draft.process;
  if (!enrollment || enrollment.suspendedAt !== undefined) return;
  // What is learned late suspends no step before it was entered: more than the whole wait can't be left.
  const suspendedAt = Math.max(at, enrollment.stepAt, v >= 2 ? (enrollment.resumedAt ?? at) : at);
  draft.set({ enrollment: { ...enrollment, suspendedAt } });
  draft.record('suspended', at, { no: enrollment.no, step: enrollment.step, ...(by === undefined ? {} : { by }) });
}

/** Puts the enrollment the lead is in below the one to come. */
export function putBelow(draft: Draft, at: number, by: string): void {
  suspendEnrollment(draft, at, by);
  const { enrollment, suspended = [] } = draft.process;
  if (!enrollment) return;
  // Whether its cadence is paused then is asked when it resumes.
  const { pausedBy: _pausedBy, ...below } = enrollment;
  draft.set({ enrollment: undefined, suspended: [...suspended, below] });
}

/** A cadence of higher priority, or one a person chose, takes the lead; what it was in waits with its clock stopped. */
export function supersedeEnrollment(draft: Draft, plan: CadencePlan, at: number, step?: string): void {
  if (!mayBeSuperseded(draft.process)) return;
  putBelow(draft, at, plan.key);
  enroll(draft, plan, at, step);
}

/**
 * Lets a suspended enrollment go on where it stood: with its remaining time, or as `policy` says. While a person has the
 * lead paused, it only says from when on.
 */
export function resumeEnrollment(draft: Draft, plan: CadencePlan, at: number, policy: ResumePolicy = 'shift'): void {
  const { enrollment, paused } = draft.process;
  if (enrollment?.suspendedAt === undefined) return;
  if (paused) {
    draft.set({ enrollment: { ...enrollment, resumeAt: at } });
    return;
  }
  const { suspendedAt, pausedBy: _pausedBy, resumeAt: _resumeAt, ...standing } = enrollment;
  const { held: _held, heldCursor: _cursor, ...going } = standing;
  draft.set({
    enrollment:
      policy === 'shift' ? withRemainingTime(going, plan, suspendedAt, at) : withTimePassed(going, plan, at, policy),
  });
  // Meanwhile nobody judged what the step waits for.
  const { judgedAt } = draft.process;
  if (policy !== 'shift' && judgedAt !== undefined) draft.set({ judgedAt: Math.min(judgedAt, suspendedAt) });
  const how = policy === 'shift' ? {} : { policy };
  draft.record('resumed', at, { no: enrollment.no, step: enrollment.step, ...how });
}

const isWait = (plan: CadencePlan, step: string): boolean =>
  ['wait', 'wait_for', 'todo'].includes(planStep(plan, step).kind);

function withRemainingTime(
  { dueAt, nextDueAt: _next, ...rest }: EnrollmentProcess,
  plan: CadencePlan,
  suspendedAt: number,
  at: number,
): EnrollmentProcess {
  const remaining = dueAt === undefined ? undefined : Math.max(0, dueAt - suspendedAt);
  return {
    ...rest,
    resumedAt: at,
    // A touch that was due is planned anew: its slot may be over. A branch is judged, and left, now.
    ...(isWait(plan, rest.step) ? { dueAt: remaining === undefined ? undefined : at + remaining } : { stepAt: at }),
  };
}

/** The clock ran on: what was due meanwhile is late. */
function withTimePassed(
  { dueAt, nextDueAt: _next, ...rest }: EnrollmentProcess,
  plan: CadencePlan,
  at: number,
  policy: Exclude<ResumePolicy, 'shift'>,
): EnrollmentProcess {
  const skip = policy === 'skip_overdue';
  const late = { ...rest, catchUp: skip ? { at, skip } : { at } } as const;
  if (isWait(plan, rest.step)) return { ...late, dueAt };
  if (planStep(plan, rest.step).kind !== 'email') return { ...late, stepAt: at };
  // Planned anew where it is late and still to go: spread with all the others.
  return { ...late, dueAt: skip || (dueAt ?? at) > at ? dueAt : undefined };
}
