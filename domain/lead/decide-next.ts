import type { CadencePlan } from '../cadence/cadence-plan.js';
import { planStep } from './advance-enrollment.js';
import { isUnderWay } from './air-cover.js';
import { askOf } from './ask-of.js';
import type { LeadProcess, ProcessFact } from './lead-process.js';
import type { ResumePolicy } from './resume-policy.js';
import { isClosed } from './lead-state.js';
import type { Answers } from './lead-sync.js';
import { isWithSales } from './sales-states.js';

/** One thing the process has to act on, with its instant on the lead's clock. */
export type DueItem =
  | { readonly kind: 'intake'; readonly at: number; readonly ok: boolean; readonly qualified?: Answers['qualified'] }
  | { readonly kind: 'guard'; readonly at: number; readonly index: number }
  | { readonly kind: 'suspended_guard'; readonly at: number; readonly no: number; readonly reason: string }
  | { readonly kind: 'cadence_paused'; readonly at: number; readonly no: number }
  | { readonly kind: 'cadence_resumed'; readonly at: number; readonly policy: ResumePolicy }
  | { readonly kind: 'wait_over'; readonly at: number }
  | { readonly kind: 'winner'; readonly at: number; readonly option: number; readonly seq?: number }
  | { readonly kind: 'branch'; readonly at: number; readonly index: number }
  | ({ readonly kind: 'qualified' } & NonNullable<Answers['qualified']>)
  | { readonly kind: 'offer_step'; readonly at: number }
  | { readonly kind: 'webhook'; readonly at: number }
  | { readonly kind: 'webhook_over'; readonly at: number; readonly delivered: boolean }
  | { readonly kind: 'rung'; readonly at: number }
  | { readonly kind: 'grace_over'; readonly at: number }
  | { readonly kind: 'return_date'; readonly at: number }
  | { readonly kind: 'resume'; readonly at: number }
  | { readonly kind: 'fact'; readonly at: number; readonly fact: ProcessFact }
  | {
      readonly kind: 'entry' | 'supersede' | 'cover';
      readonly at: number;
      readonly plan: CadencePlan;
      readonly step?: string;
    }
  | { readonly kind: 'no_entry'; readonly at: number; readonly until: number }
  | { readonly kind: 'try_offer'; readonly at: number }
  | { readonly kind: 'touch'; readonly at: number };

/** At one instant: guards, then deadlines, then what facts bring. Source: semantics, order on waking. */
const ORDER: readonly DueItem['kind'][] = [
  'intake',
  'guard',
  'suspended_guard',
  'cadence_paused',
  'branch',
  'offer_step',
  'webhook',
  'wait_over',
  'rung',
  'grace_over',
  'return_date',
  'resume',
  'webhook_over',
  'cadence_resumed',
  'winner',
  'qualified',
  'fact',
  'no_entry',
  'entry',
  'supersede',
  'cover',
  'try_offer',
  'touch',
];

/** All deadlines of the process, due or not: instants at which something happens without a fact. */
export function deadlinesOf(process: LeadProcess, plan: CadencePlan | undefined): DueItem[] {
  const { state, enrollment, ladder, handoff, returning } = process;
  if (isClosed(state)) return [];
  const deadlines: DueItem[] = [];
  const add = (
    kind:
      | 'wait_over'
      | 'offer_step'
      | 'webhook'
      | 'rung'
      | 'grace_over'
      | 'return_date'
      | 'resume'
      | 'try_offer'
      | 'touch',
    at: number | undefined,
  ): void => {
    if (at !== undefined) deadlines.push({ kind, at });
  };
  if (enrollment && isUnderWay(process) && plan) {
    if (enrollment.suspendedAt !== undefined) add('resume', process.paused ? undefined : enrollment.resumeAt);
    else {
      const { kind } = planStep(plan, enrollment.step);
      if (kind === 'offer') add('offer_step', enrollment.stepAt);
      else if (kind === 'webhook') add('webhook', enrollment.posted === true ? undefined : enrollment.stepAt);
      else if (kind !== 'email') add('wait_over', enrollment.dueAt);
      else if (enrollment.sending !== true) add('touch', enrollment.dueAt);
    }
  }
  add('rung', ladder?.rungs[ladder.next]?.at);
  // Given back before the grace is over, the enrollment is still there to resume.
  if (handoff?.graceEndsAt && isWithSales(state)) add('grace_over', handoff.graceEndsAt);
  if (state === 'lost' && returning?.path?.to !== 'disqualify') add('return_date', returning?.path?.earliestReturnAt);
  if (state === 'qualified' || state === 'offered') add('try_offer', handoff?.waiting?.retryAt);
  return deadlines;
}

/**
 * The next instant at which the lead has to be looked at, in the past when that is overdue; undefined when only a fact or
 * a person can move it. Without a plan (the sync has none) the instants of the enrollment count all the same.
 */
export function nextWakeAt(process: LeadProcess, plan: CadencePlan | undefined, now: number): number | undefined {
  if (isClosed(process.state)) return undefined;
  const instants = deadlinesOf(process, plan).map((item) => item.at);
  const { enrollment, nextChangeAt, noCadenceUntil } = process;
  if (!plan && enrollment && isUnderWay(process) && enrollment.sending !== true) {
    const resumeAt = process.paused ? undefined : enrollment.resumeAt;
    instants.push((enrollment.suspendedAt === undefined ? enrollment.dueAt : resumeAt) ?? Infinity);
  }
  // These make verdicts possible. Each sync answers them anew with a later instant, so a past one asks for a sync.
  instants.push(nextChangeAt ?? Infinity);
  const ask = askOf(process, now);
  if (ask.entry) instants.push(noCadenceUntil ?? Infinity);
  if (ask.cover) instants.push(process.handoff?.coverAt ?? Infinity);
  const next = Math.min(...instants);
  return next === Infinity ? undefined : next;
}

/** Nobody takes the lead: cadences are asked again after this, since one may be published or a person may change one. */
const ASK_AGAIN_MS = 86_400_000;

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
  // What a lost workflow left says nothing of the facts that wait: pull first.
  if (answers.restored) return undefined;
  const items: DueItem[] = deadlinesOf(process, plan).filter((item) => item.at <= now);
  items.push(...verdictItems(process, answers, now), ...renewedItems(process, answers, now, plan));
  const entry = entryItem(process, answers, now);
  if (entry) items.push(entry);
  // A touch happens when it is claimed, so everything that is known by now comes first.
  const instant = (item: DueItem): number => (item.kind === 'touch' || item.kind === 'try_offer' ? now : item.at);
  const seq = (item: DueItem): number => (item.kind === 'fact' ? item.fact.seq : 0);
  items.sort((a, b) => instant(a) - instant(b) || ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || seq(a) - seq(b));
  return items[0];
}

/** What the facts bring. */
function verdictItems(process: LeadProcess, answers: Answers, now: number): DueItem[] {
  const { state, since, enrollment, cursor, ahead } = process;
  const { intake, qualified, guard, suspendedGuard, winner, branch, supersede, cover } = answers;
  const items: DueItem[] = [];
  if (state === 'raw' && intake) items.push({ kind: 'intake', at: qualified?.at ?? since, ok: intake.ok, qualified });
  else if (qualified) items.push({ kind: 'qualified', ...qualified });
  if (guard) items.push({ kind: 'guard', ...guard });
  if (suspendedGuard) items.push({ kind: 'suspended_guard', ...suspendedGuard });
  items.push(...pauseItems(process, answers));
  if (cover?.plan)
    items.push({ kind: 'cover', at: now, plan: cover.plan, ...(cover.step === undefined ? {} : { step: cover.step }) });
  if (supersede) items.push({ kind: 'supersede', at: now, ...supersede });
  if (winner) items.push({ kind: 'winner', ...winner });
  if (branch !== undefined && enrollment) items.push({ kind: 'branch', at: enrollment.stepAt, index: branch });
  for (const fact of answers.facts) {
    if (fact.seq > cursor && !ahead?.includes(fact.seq)) items.push({ kind: 'fact', at: fact.at, fact });
  }
  return items;
}

/** The pause of the cadence: told once when it began, once when it is over. */
function pauseItems({ enrollment }: LeadProcess, { cadencePause: pause }: Answers): DueItem[] {
  if (!enrollment || !pause) return [];
  if (enrollment.pausedBy === undefined) return [{ kind: 'cadence_paused', at: pause.at, no: pause.no }];
  if (pause.until === undefined) return [];
  return [{ kind: 'cadence_resumed', at: Math.max(pause.at, pause.until), policy: pause.policy ?? 'shift' }];
}

/** What is tried again because something is new since it failed, or because nobody is trying any more. */
function renewedItems(process: LeadProcess, answers: Answers, now: number, plan: CadencePlan | undefined): DueItem[] {
  const { state, handoff, enrollment } = process;
  const items: DueItem[] = webhookItems(process, answers, now);
  const isNew = (since: number | undefined): boolean => since === undefined || answers.cursor > since;
  if ((state === 'qualified' || state === 'offered') && handoff && handoff.offeredAt === undefined) {
    // Without a cursor the try got lost with its workflow.
    if (isNew(handoff.waiting?.cursor)) items.push({ kind: 'try_offer', at: now });
  }
  if (!isUnderWay(process) || !enrollment || !plan || planStep(plan, enrollment.step).kind !== 'email') return items;
  const { suspendedAt, sending, held, heldCursor, dueAt } = enrollment;
  if (suspendedAt !== undefined || sending === true) return items;
  // A touch without a slot is due too: its claim says why it can't go, instead of a lead that waits for nothing.
  if (held === undefined ? dueAt === undefined : isNew(heldCursor)) items.push({ kind: 'touch', at: now });
  return items;
}

/** The receiver's answer counts from when it is learned: its clock is not the lead's. */
function webhookItems(process: LeadProcess, { posted }: Answers, now: number): DueItem[] {
  const { enrollment } = process;
  const waits = isUnderWay(process) && enrollment?.posted === true && enrollment.suspendedAt === undefined;
  return waits && posted !== undefined ? [{ kind: 'webhook_over', at: now, delivered: posted === 'delivered' }] : [];
}

function entryItem({ noCadenceUntil }: LeadProcess, { entry }: Answers, now: number): DueItem | undefined {
  if (!entry) return undefined;
  const { plan, step } = entry;
  if (plan) return { kind: 'entry', at: now, plan, ...(step === undefined ? {} : { step }) };
  const isOver = noCadenceUntil === undefined || noCadenceUntil <= now;
  if (entry.retryAt !== undefined && entry.retryAt !== noCadenceUntil) {
    return { kind: 'no_entry', at: now, until: entry.retryAt };
  }
  return isOver ? { kind: 'no_entry', at: now, until: now + ASK_AGAIN_MS } : undefined;
}

/** How a touch that is due may start without a sync before it. */
export type DirectTouch = 'touch' | 'after_wait';

/**
 * Whether a touch is due, at once or with the end of the wait before it, and nothing else is. Its claim finds out
 * whether it may still go and whether a fact waits, so the sync before it is saved.
 */
export function directTouch(process: LeadProcess, plan: CadencePlan | undefined, now: number): DirectTouch | undefined {
  const { enrollment, nextChangeAt } = process;
  const [due, ...others] = deadlinesOf(process, plan).filter((item) => item.at <= now);
  if (!enrollment || !plan || !due || others.length > 0 || !isUnderWay(process)) return undefined;
  if (nextChangeAt !== undefined && nextChangeAt <= now) return undefined;
  if (due.kind === 'touch') return 'touch';
  const step = planStep(plan, enrollment.step);
  const touchFollows = step.kind === 'wait' && planStep(plan, step.next).kind === 'email';
  return due.kind === 'wait_over' && touchFollows && (enrollment.nextDueAt ?? Infinity) <= now
    ? 'after_wait'
    : undefined;
}
