import type { CadencePlan, PlanStep } from '../cadence/cadence-plan.js';
import { touchNext } from '../cadence/map-steps.js';
import type { Draft } from './draft.js';
import type { EnrollmentProcess, MovedEnrollment } from './lead-process.js';

/** Result of one `sendTouch`. `at` is the claim instant of a touch that was claimed, else the instant of the answer. */
export interface TouchResult {
  readonly enrollmentNo: number;
  readonly step: string;
  readonly visit: number;
  readonly result: 'sent' | 'in_doubt' | 'skipped' | 'held' | 'deferred' | 'stale' | 'failed';
  readonly at: number;
  readonly until?: number;
  readonly reason?: string;
}

/** Puts the lead into a cadence at `at`. */
export function enroll(draft: Draft, plan: CadencePlan, at: number): void {
  const no = draft.process.enrollments + 1;
  const enrollment: EnrollmentProcess = {
    no,
    cadence: plan.key,
    versionId: plan.versionId,
    version: plan.version,
    enteredAt: at,
    step: plan.start,
    visit: 1,
    visits: {},
    stepAt: at,
  };
  draft.set({ enrollments: no, enrollment, nextCadence: undefined, noCadenceUntil: undefined });
  draft.record('enrolled', at, { no, cadence: plan.key, version: plan.version, versionId: plan.versionId });
  enterStep(draft, plan, plan.start, at);
}

/** Goes to `step` at `at`: the instant at which the one before was done (of a touch: its claim). */
export function enterStep(draft: Draft, plan: CadencePlan, step: string, at: number): void {
  const enrollment = draft.process.enrollment;
  if (!enrollment) return;
  const entered = planStep(plan, step);
  if (entered.kind === 'exit') {
    endEnrollment(draft, entered.reason, at);
    return;
  }
  const next = touchNext(entered);
  if (next !== undefined && enrollment.moved?.done.includes(step)) {
    passOver(draft, enrollment, step, at);
    enterStep(draft, plan, next, at);
    return;
  }
  const visit = (enrollment.visits[step] ?? 0) + 1;
  const { judgedAt } = draft.process;
  draft.set({
    // Looked at late, the step before was found to hold nothing up to then; this one nobody has judged yet.
    judgedAt: judgedAt === undefined ? undefined : Math.min(judgedAt, at),
    enrollment: {
      no: enrollment.no,
      cadence: enrollment.cadence,
      versionId: enrollment.versionId,
      version: enrollment.version,
      enteredAt: enrollment.enteredAt,
      step,
      visit,
      visits: { ...enrollment.visits, [step]: visit },
      stepAt: at,
      ...(enrollment.moved ? { moved: movedOn(enrollment.moved, step, entered, visit) } : {}),
    },
  });
  const { no, versionId } = enrollment;
  draft.record('step', at, { no, step, visit, kind: entered.kind });
  // Steps nobody waits in are left at the instant they are entered.
  if (entered.kind === 'goto') enterStep(draft, plan, visit <= entered.max ? entered.to : entered.then, at);
  if (entered.kind === 'todo') draft.record('todo', at, { no, step, visit, versionId });
  if (entered.kind !== 'set') return;
  draft.record('set', at, { no, step, visit, versionId });
  enterStep(draft, plan, entered.next, at);
}

/** A touch that another version of the cadence has sent; the next time round it is sent like any other. */
function passOver(draft: Draft, enrollment: EnrollmentProcess, step: string, at: number): void {
  const { moved } = enrollment;
  if (moved) {
    draft.set({ enrollment: { ...enrollment, moved: { ...moved, done: moved.done.filter((id) => id !== step) } } });
  }
  draft.record('passed', at, { no: enrollment.no, step });
}

/** What is left to remember of another version: a goto repeats what it goes back to. */
function movedOn(moved: MovedEnrollment, step: string, entered: PlanStep, visit: number): MovedEnrollment {
  if (entered.kind === 'goto' && visit <= entered.max) return { at: moved.at, from: moved.from, done: [] };
  const { undone, ...rest } = moved;
  const left = undone?.filter((id) => id !== step) ?? [];
  return left.length === 0 ? rest : { ...rest, undone: left };
}

/** The plan's step; an unknown id is the implicit end of the cadence. */
export function planStep(plan: CadencePlan, step: string): PlanStep {
  return plan.steps[step] ?? { kind: 'exit', reason: 'completed' };
}

/** Ends the enrollment with its exit reason; nothing of it is sent any more. */
export function endEnrollment(draft: Draft, reason: string, at: number): void {
  const { enrollment } = draft.process;
  if (!enrollment) return;
  draft.set({ enrollment: undefined });
  draft.record('enrollment_ended', at, { no: enrollment.no, reason });
  if (reason !== 'replied') return;
  // On its way through sales a person acts in any case: the one who acknowledges the return.
  if (draft.process.state === 'nurturing') draft.set({ hold: 'replied' });
  draft.notify('reply', draft.process.handoffs);
}

/** Stops the enrollment's clock. */
export function suspendEnrollment(draft: Draft, at: number): void {
  const { enrollment } = draft.process;
  if (!enrollment || enrollment.suspendedAt !== undefined) return;
  // What is learned late suspends no step before it was entered: more than the whole wait can't be left.
  draft.set({ enrollment: { ...enrollment, suspendedAt: Math.max(at, enrollment.stepAt) } });
  draft.record('suspended', at, { no: enrollment.no, step: enrollment.step });
}

/** Lets a suspended enrollment go on where it stood, with its remaining time. */
export function resumeEnrollment(draft: Draft, plan: CadencePlan, at: number): void {
  const { enrollment } = draft.process;
  if (enrollment?.suspendedAt === undefined) return;
  const { suspendedAt, resumeAt: _, dueAt, nextDueAt: _next, held: _held, heldCursor: _cursor, ...rest } = enrollment;
  const { kind } = planStep(plan, enrollment.step);
  const waits = kind === 'wait' || kind === 'wait_for' || kind === 'todo';
  const remaining = dueAt === undefined ? undefined : Math.max(0, dueAt - suspendedAt);
  draft.set({
    enrollment: {
      ...rest,
      resumedAt: at,
      // A touch that was due is planned anew: its slot may be over. A branch is judged, and left, now.
      ...(waits ? { dueAt: remaining === undefined ? undefined : at + remaining } : { stepAt: at }),
    },
  });
  draft.record('resumed', at, { no: enrollment.no, step: enrollment.step });
}

/** Takes the result of a touch. A result of a step that was left meanwhile changes nothing. */
export function takeTouchResult(draft: Draft, plan: CadencePlan, touch: TouchResult): void {
  const { enrollment } = draft.process;
  if (
    !enrollment ||
    enrollment.no !== touch.enrollmentNo ||
    enrollment.step !== touch.step ||
    enrollment.visit !== touch.visit
  )
    return;
  const { sending: _sending, held: _held, heldCursor: _heldCursor, ...idle } = enrollment;
  if (touch.result === 'sent' || touch.result === 'in_doubt' || touch.result === 'skipped') {
    const step = planStep(plan, touch.step);
    const { suspendedAt } = enrollment;
    draft.set({ enrollment: { ...idle, suspendedAt: undefined } });
    enterStep(draft, plan, step.kind === 'email' ? step.next : touch.step, touch.at);
    // The touch was claimed before the lead was suspended; the next step is entered with its clock stopped.
    if (suspendedAt !== undefined && draft.process.enrollment) {
      draft.set({ enrollment: { ...draft.process.enrollment, suspendedAt: Math.max(suspendedAt, touch.at) } });
    }
    return;
  }
  if (touch.result === 'held') {
    const held = touch.reason ?? 'held';
    draft.set({ enrollment: { ...idle, held, heldCursor: draft.process.cursor, dueAt: touch.until } });
    if (enrollment.held !== held) draft.record('held', touch.at, { no: enrollment.no, step: touch.step, reason: held });
    return;
  }
  // deferred, failed: due again at `until`; stale: facts wait, the next sync brings them.
  draft.set({ enrollment: { ...idle, dueAt: touch.until ?? enrollment.dueAt } });
}
