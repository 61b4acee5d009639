import type { CadencePlan, PlanStep } from '../cadence/cadence-plan.js';
import { touchNext } from '../cadence/map-steps.js';
import type { Draft } from './draft.js';
import { endEnrollment } from './end-enrollment.js';
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

/** Puts the lead into a cadence at `at`, at its first step or where it left earlier. */
export function enroll(draft: Draft, plan: CadencePlan, at: number, step: string = plan.start): void {
  const no = draft.process.enrollments + 1;
  const enrollment: EnrollmentProcess = {
    no,
    cadence: plan.key,
    versionId: plan.versionId,
    version: plan.version,
    ...(plan.phase === undefined ? {} : { phase: plan.phase }),
    enteredAt: at,
    step,
    visit: 1,
    visits: {},
    stepAt: at,
  };
  draft.set({ enrollments: no, enrollment, nextCadence: undefined, noCadenceUntil: undefined });
  draft.record('enrolled', at, { no, cadence: plan.key, version: plan.version, versionId: plan.versionId });
  enterStep(draft, plan, step, at);
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
  const { pauseNo, catchUp, phase } = enrollment;
  draft.set({
    // Looked at late, the step before was found to hold nothing up to then; this one nobody has judged yet.
    judgedAt: judgedAt === undefined ? undefined : Math.min(judgedAt, at),
    enrollment: {
      no: enrollment.no,
      cadence: enrollment.cadence,
      versionId: enrollment.versionId,
      version: enrollment.version,
      ...(phase === undefined ? {} : { phase }),
      enteredAt: enrollment.enteredAt,
      step,
      visit,
      visits: { ...enrollment.visits, [step]: visit },
      stepAt: at,
      ...(enrollment.moved ? { moved: movedOn(enrollment.moved, step, entered, visit) } : {}),
      ...(pauseNo === undefined ? {} : { pauseNo }),
      // A step entered after the resume is not late.
      ...(catchUp === undefined || catchUp.at <= at ? {} : { catchUp }),
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
    const entered = draft.process.enrollment;
    if (suspendedAt !== undefined && entered?.no === enrollment.no) {
      const { pausedBy, resumeAt } = enrollment;
      draft.set({
        enrollment: {
          ...entered,
          suspendedAt: Math.max(suspendedAt, touch.at),
          ...(pausedBy === undefined ? {} : { pausedBy }),
          ...(resumeAt === undefined || draft.process.v < 2 ? {} : { resumeAt }),
        },
      });
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
