import type { CadencePlan } from '../cadence/cadence-plan.js';
import { type StepMove, touchNext } from '../cadence/map-steps.js';
import { enterStep, planStep } from './advance-enrollment.js';
import type { Draft } from './draft.js';
import type { CommandAnswer, LeadCommand } from './lead-command.js';
import type { EnrollmentProcess, LeadProcess, MovedEnrollment } from './lead-process.js';

type Migrate =
  | Extract<LeadCommand, { kind: 'migrate_enrollment' }>
  | Extract<LeadCommand, { kind: 'migrate_suspended' }>;

/** The process as it would stand with an enrollment that waits below as the running one, and nothing below that. */
export function withRunning(process: LeadProcess, enrollmentNo: number): LeadProcess {
  const below = process.suspended?.find(({ no }) => no === enrollmentNo);
  return below ? { ...process, enrollment: below, suspended: undefined } : process;
}

/** Why the enrollment can not go over to the other version, or the answer of one that has. */
export function refuseMigration(process: LeadProcess, command: Migrate): CommandAnswer | undefined {
  const { state, enrollment } = process;
  if (enrollment?.no !== command.enrollmentNo) return { ok: false, state, why: 'not_inside' };
  if (enrollment.versionId === command.plan.versionId)
    return { ok: true, state, at: enrollment.moved?.at ?? enrollment.enteredAt, repeated: true };
  if (enrollment.versionId !== command.fromVersionId) return { ok: false, state, why: 'other_version' };
  if (enrollment.phase !== command.plan.phase) return { ok: false, state, why: 'other_phase' };
  // Its result belongs to the version that sent it.
  if (enrollment.sending === true) return { ok: false, state, why: 'touch_under_way' };
  const { step } = enrollment;
  const isThere = Object.hasOwn(command.moves, step) || Object.hasOwn(command.plan.steps, step);
  return isThere ? undefined : { ok: false, state, why: 'needs_mapping' };
}

/** The same of one that waits below the running one. */
export const refuseSuspendedMigration = (process: LeadProcess, command: Migrate): CommandAnswer | undefined =>
  isBelow(process, command)
    ? refuseMigration(withRunning(process, command.enrollmentNo), command)
    : { ok: false, state: process.state, why: 'not_inside' };

const isBelow = ({ suspended = [] }: LeadProcess, { enrollmentNo }: Migrate): boolean =>
  suspended.some(({ no }) => no === enrollmentNo);

/**
 * Takes an enrollment that waits below the running one over. Its clock goes on standing; the sync that takes it up later
 * measures it by the new version.
 */
export function migrateSuspended(draft: Draft, command: Migrate, at: number): CommandAnswer {
  const { enrollment, suspended = [] } = draft.process;
  draft.set(withRunning(draft.process, command.enrollmentNo));
  const answer = migrateEnrollment(draft, command, at);
  const { enrollment: moved } = draft.process;
  // Where the step it is mapped to ends it, nothing of it is left.
  const left = suspended.flatMap((one) => (one.no === command.enrollmentNo ? (moved ?? []) : one));
  draft.set({ enrollment, suspended: left.length === 0 ? undefined : left });
  return answer;
}

/**
 * Takes the running enrollment over into another version of its cadence: on its step where that still is, else on the one
 * it is mapped to. What was sent is not sent again. A clock that stands still goes on standing.
 */
export function migrateEnrollment(draft: Draft, command: Migrate, at: number): CommandAnswer {
  const { enrollment } = draft.process;
  if (!enrollment) return { ok: false, state: draft.process.state, why: 'not_inside' };
  const { plan, by, jobId } = command;
  const { no, step, visit } = enrollment;
  const move = command.moves[step];
  const moved = movedOf(enrollment, command, at);
  draft.record('migrated', at, {
    ...{ no, cadence: plan.key, version: plan.version, versionId: plan.versionId, fromVersion: enrollment.version },
    ...{ step, visit, to: move?.to ?? step, stays: move === undefined, by, jobId },
  });
  const { held: _held, heldCursor: _cursor, nextDueAt: _next, dueAt: _due, ...standing } = enrollment;
  const other: EnrollmentProcess = { ...standing, versionId: plan.versionId, version: plan.version, moved };
  draft.set({ enrollment: move ? other : withClock(other, enrollment, at) });
  if (move) land(draft, plan, enrollment, move, at);
  return { ok: true, state: draft.process.state, at };
}

/** Enters the step it is mapped to; `before` is the enrollment as it stood in the old version. */
function land(draft: Draft, plan: CadencePlan, before: EnrollmentProcess, move: StepMove, at: number): void {
  const { no, step, visit, stepAt, suspendedAt, resumeAt, pausedBy } = before;
  const { enrollment } = draft.process;
  // What was left undone is no visit: the way back leads to it, under the same number.
  if (enrollment) draft.set({ enrollment: { ...enrollment, visits: { ...enrollment.visits, [step]: visit - 1 } } });
  enterStep(draft, plan, move.to, at);
  const entered = draft.process.enrollment;
  // Where that step ends it, the one it had superseded goes on.
  if (entered?.no !== no) return;
  const stopped = {
    suspendedAt,
    ...(resumeAt === undefined ? {} : { resumeAt }),
    ...(pausedBy === undefined ? {} : { pausedBy }),
  };
  if (move.keepsClock === true && entered.step === move.to)
    draft.set({ enrollment: withClock({ ...entered, ...stopped, stepAt }, before, at) });
  // All of the new step's time is left.
  else if (suspendedAt !== undefined) draft.set({ enrollment: { ...entered, ...stopped, suspendedAt: at } });
}

/** The step goes on with the time it has had; the next sync measures it by the new version. */
function withClock(enrollment: EnrollmentProcess, before: EnrollmentProcess, at: number): EnrollmentProcess {
  const { versionId, step, dueAt, suspendedAt, resumedAt } = before;
  // Moved twice without a sync between: only the first measure knows how long the clock stood still.
  const measured = before.measured ?? { versionId, step, ...(dueAt === undefined ? {} : { dueAt }) };
  return {
    ...enrollment,
    measured: { ...measured, notBefore: suspendedAt ?? at },
    // What the new version waits for may have come already: it counts from now on.
    resumedAt: suspendedAt === undefined ? at : resumedAt,
  };
}

/** What has to be remembered of the versions before: the touches that are done, so that none is done again. */
function movedOf(enrollment: EnrollmentProcess, { plan, moves, fresh }: Migrate, at: number): MovedEnrollment {
  const { step, visit, visits, version, moved } = enrollment;
  const left = step in moves && visit > 1 ? [step] : [];
  const undone = [...new Set([...(moved?.undone ?? []), ...left])];
  const done = Object.keys(visits).filter(
    (id) =>
      (visits[id] ?? 0) >= 1 &&
      !(id === step && visit === 1) &&
      !undone.includes(id) &&
      !fresh.includes(id) &&
      touchNext(planStep(plan, id)) !== undefined,
  );
  return { at, from: version, done: done.sort(), ...(undone.length === 0 ? {} : { undone: undone.sort() }) };
}
