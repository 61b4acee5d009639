import type { CadencePlan } from '../cadence/cadence-plan.js';
import { planStep } from './advance-enrollment.js';
import type { LeadProcess, ProcessFact } from './lead-process.js';
import type { Answers } from './lead-sync.js';

/** One thing the process has to act on, with its instant on the lead's clock. */
export type DueItem =
  | { readonly kind: 'intake'; readonly at: number; readonly ok: boolean; readonly qualified?: Answers['qualified'] }
  | { readonly kind: 'guard'; readonly at: number; readonly index: number }
  | { readonly kind: 'wait_over'; readonly at: number }
  | { readonly kind: 'winner'; readonly at: number; readonly option: number; readonly seq?: number }
  | { readonly kind: 'branch'; readonly at: number; readonly index: number }
  | { readonly kind: 'qualified'; readonly at: number; readonly ruleId: string; readonly definitionVersionId: string }
  | { readonly kind: 'rung'; readonly at: number }
  | { readonly kind: 'grace_over'; readonly at: number }
  | { readonly kind: 'return_date'; readonly at: number }
  | { readonly kind: 'resume'; readonly at: number }
  | { readonly kind: 'fact'; readonly at: number; readonly fact: ProcessFact }
  | { readonly kind: 'entry'; readonly at: number; readonly plan: CadencePlan }
  | { readonly kind: 'no_entry'; readonly at: number; readonly until: number }
  | { readonly kind: 'try_offer'; readonly at: number }
  | { readonly kind: 'touch'; readonly at: number };

/** At one instant: guards, then deadlines, then what facts bring. Source: semantics, order on waking. */
const ORDER: readonly DueItem['kind'][] = [
  'intake',
  'guard',
  'branch',
  'wait_over',
  'rung',
  'grace_over',
  'return_date',
  'resume',
  'winner',
  'qualified',
  'fact',
  'no_entry',
  'entry',
  'try_offer',
  'touch',
];

/** All deadlines of the process, due or not: instants at which something happens without a fact. */
export function deadlinesOf(process: LeadProcess, plan: CadencePlan | undefined): DueItem[] {
  const { enrollment, ladder, handoff, returning } = process;
  const deadlines: DueItem[] = [];
  const add = (
    kind: 'wait_over' | 'rung' | 'grace_over' | 'return_date' | 'resume' | 'try_offer' | 'touch',
    at: number | undefined,
  ): void => {
    if (at !== undefined) deadlines.push({ kind, at });
  };
  if (enrollment && process.state === 'nurturing' && plan) {
    if (enrollment.suspendedAt !== undefined) add('resume', enrollment.resumeAt);
    else if (planStep(plan, enrollment.step).kind === 'email') {
      if (enrollment.sending !== true) add('touch', enrollment.dueAt);
    } else add('wait_over', enrollment.dueAt);
  }
  add('rung', ladder?.rungs[ladder.next]?.at);
  if (handoff?.graceEndsAt) add('grace_over', handoff.graceEndsAt);
  if (process.state === 'lost') add('return_date', returning?.path?.earliestReturnAt);
  if (process.state === 'qualified' || process.state === 'offered') add('try_offer', handoff?.waiting?.retryAt);
  return deadlines;
}

/** The next instant at which the lead has to be looked at; undefined when only a fact or a person can move it. */
export function nextWakeAt(process: LeadProcess, plan: CadencePlan | undefined, now: number): number | undefined {
  const instants = deadlinesOf(process, plan).map((item) => item.at);
  // These only make verdicts possible; once passed, the verdict itself is the deadline.
  const looks = [process.nextChangeAt];
  if (process.state === 'nurturing')
    looks.push(process.earliestReturnAt, process.enrollment ? undefined : process.noCadenceUntil);
  for (const at of looks) if (at !== undefined && at > now) instants.push(at);
  return instants.length === 0 ? undefined : Math.min(...instants);
}

/**
 * The one thing to act on now: what the answers bring and the deadlines that have passed, merged by instant. After it
 * the answers are stale and a new sync is due. Undefined: nothing to do before the next wake-up.
 */
export function decideNext(
  process: LeadProcess,
  answers: Answers,
  now: number,
  plan: CadencePlan | undefined,
): DueItem | undefined {
  const items: DueItem[] = deadlinesOf(process, plan).filter((item) => item.at <= now);
  if (process.state === 'raw' && answers.intake) {
    items.push({ kind: 'intake', at: process.since, ok: answers.intake.ok, qualified: answers.qualified });
  } else if (answers.qualified) items.push({ kind: 'qualified', ...answers.qualified });
  if (answers.guard) items.push({ kind: 'guard', ...answers.guard });
  if (answers.winner) items.push({ kind: 'winner', ...answers.winner });
  if (answers.branch !== undefined && process.enrollment)
    items.push({ kind: 'branch', at: process.enrollment.stepAt, index: answers.branch });
  for (const fact of answers.facts) {
    if (fact.seq > process.cursor && !process.ahead?.includes(fact.seq))
      items.push({ kind: 'fact', at: fact.at, fact });
  }
  if (answers.entry?.plan) items.push({ kind: 'entry', at: now, plan: answers.entry.plan });
  else if (answers.entry?.retryAt !== undefined && answers.entry.retryAt > now)
    items.push({ kind: 'no_entry', at: now, until: answers.entry.retryAt });
  // A touch happens when it is claimed, so everything that is known by now comes first.
  const instant = (item: DueItem): number => (item.kind === 'touch' || item.kind === 'try_offer' ? now : item.at);
  const seq = (item: DueItem): number => (item.kind === 'fact' ? item.fact.seq : 0);
  items.sort((a, b) => instant(a) - instant(b) || ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || seq(a) - seq(b));
  return items[0];
}

/** True when a touch is due and nothing else is: the claim itself finds out whether it may still go. */
export function dueTouchOnly(process: LeadProcess, plan: CadencePlan | undefined, now: number): boolean {
  const due = deadlinesOf(process, plan).filter((item) => item.at <= now);
  return (
    due.length === 1 && due[0]?.kind === 'touch' && !(process.nextChangeAt !== undefined && process.nextChangeAt <= now)
  );
}
