import type { CadencePlan } from '../cadence/cadence-plan.js';
import { enterStep, planStep } from './advance-enrollment.js';
import { isUnderWay } from './air-cover.js';
import type { Draft } from './draft.js';
import type { CommandAnswer, LeadCommand } from './lead-command.js';
import type { LeadProcess } from './lead-process.js';

type CompleteTodo = Extract<LeadCommand, { kind: 'complete_todo' }>;

/** Why the to-do can not be done: the lead is elsewhere by now, or waits with its clock stopped. */
export function refuseTodo(process: LeadProcess, command: CompleteTodo): CommandAnswer | undefined {
  const { state, enrollment } = process;
  const isThere =
    enrollment?.no === command.enrollmentNo && enrollment.step === command.step && enrollment.visit === command.visit;
  if (!isThere) return { ok: false, state, why: 'todo_over' };
  if (!isUnderWay(process) || enrollment.suspendedAt !== undefined) return { ok: false, state, why: 'suspended' };
  return undefined;
}

/** The disposition picks the branch. */
export function completeTodo(
  draft: Draft,
  { step: id, visit, disposition, by, noteId }: CompleteTodo,
  at: number,
  plan: CadencePlan | undefined,
): CommandAnswer {
  const { enrollment, state } = draft.process;
  const step = enrollment && plan ? planStep(plan, id) : undefined;
  const target = step?.kind === 'todo' ? step.dispositions[disposition] : undefined;
  if (!enrollment || !plan || target === undefined) return { ok: false, state, why: 'unknown_disposition' };
  draft.record('todo_done', at, { no: enrollment.no, step: id, visit, disposition, by, noteId });
  enterStep(draft, plan, target, at);
  return { ok: true, state: draft.process.state, at };
}
