import type { CadencePlan } from '../cadence/cadence-plan.js';
import { enroll, enterStep, planStep, takeTouchResult, type TouchResult } from './advance-enrollment.js';
import { dropCover, startCover } from './air-cover.js';
import { takeCommand } from './advance-command.js';
import { climb, endGrace, type OpenHandoffOutcome, qualify, takeOffer } from './advance-handoff.js';
import { callWebhook, endWebhook } from './advance-webhook.js';
import { noticeOfClosed } from './closed-lead.js';
import { isContactStop } from './contact-stops.js';
import type { DueItem } from './decide-next.js';
import { Draft } from './draft.js';
import { endEnrollment, endEnrollments, endSuspended } from './end-enrollment.js';
import type { CommandAnswer, LeadCommand } from './lead-command.js';
import type { Advance, LeadProcess, ProcessFact } from './lead-process.js';
import type { NoticeKind } from './notice-kind.js';
import { pauseByCadence, resumeByCadence } from './pause-enrollment.js';
import { resumeEnrollment, supersedeEnrollment } from './suspend-enrollment.js';

/** Everything that can move a lead. */
export type LeadInput =
  | DueItem
  | { readonly kind: 'touched'; readonly touch: TouchResult }
  | { readonly kind: 'offer_result'; readonly outcome: OpenHandoffOutcome }
  | {
      readonly kind: 'notice_failed';
      readonly at: number;
      readonly notice: NoticeKind;
      readonly handoffNo: number;
      readonly ordinal: number;
      readonly why: string;
    }
  | { readonly kind: 'ignored'; readonly at: number; readonly signal: string; readonly why: string };

/**
 * The reducer: what one input does to a lead's process. Pure; `now` is the lead's clock in epoch milliseconds, `plan`
 * the compiled plan of the running enrollment. Throws only when the transition table has no such edge, which is a
 * defect and stops the workflow task instead of losing the lead.
 */
export function advanceLead(
  process: LeadProcess,
  input: LeadInput,
  now: number,
  plan: CadencePlan | undefined,
): Advance {
  const draft = new Draft(process);
  reduce(draft, input, now, planInForce(process, plan));
  return draft.result();
}

/** The same for a command of a person, with the answer to give once it is stored. */
export function commandLead(
  process: LeadProcess,
  command: LeadCommand,
  now: number,
  plan: CadencePlan | undefined,
): Advance & { readonly answer: CommandAnswer } {
  const draft = new Draft(process);
  const answer = takeCommand(draft, command, now, planInForce(process, plan));
  return { ...draft.result(), answer };
}

/** A plan is of use for its own enrollment only: after one ended, the next sync brings that of the one that resumes. */
const planInForce = ({ enrollment }: LeadProcess, plan: CadencePlan | undefined): CadencePlan | undefined =>
  enrollment && plan?.versionId !== enrollment.versionId ? undefined : plan;

function reduce(draft: Draft, input: LeadInput, now: number, plan: CadencePlan | undefined): void {
  switch (input.kind) {
    case 'intake':
      intake(draft, input);
      return;
    case 'qualified':
      takeQualified(draft, input);
      return;
    case 'guard':
      endEnrollment(draft, plan?.exits[input.index] ?? 'exit_guard', input.at);
      return;
    case 'suspended_guard':
      endSuspended(draft, input.no, input.reason, input.at);
      return;
    case 'cadence_paused':
      pauseByCadence(draft, input.no, input.at);
      return;
    case 'cadence_resumed':
      if (plan) resumeByCadence(draft, plan, input);
      return;
    case 'entry':
      enroll(draft, input.plan, input.at, input.step);
      return;
    case 'supersede':
      supersedeEnrollment(draft, input.plan, input.at, input.step);
      return;
    case 'cover':
      startCover(draft, input.plan, input.at, input.step);
      return;
    case 'no_entry':
      draft.set({ noCadenceUntil: input.until });
      return;
    case 'fact':
      takeFact(draft, input.fact);
      return;
    case 'offer_step':
      if (plan) offerByStep(draft, plan, input.at);
      return;
    case 'webhook':
      if (plan) callWebhook(draft, plan, input.at);
      return;
    case 'webhook_over':
      if (plan) endWebhook(draft, plan, input.delivered, input.at);
      return;
    case 'rung':
      climb(draft, input.at);
      return;
    case 'grace_over':
      endGrace(draft, input.at);
      return;
    case 'return_date':
      returnLost(draft, input.at);
      return;
    case 'resume':
      if (plan) resumeEnrollment(draft, plan, input.at);
      return;
    case 'try_offer':
      lookAgain(draft);
      return;
    case 'touch':
      beginTouch(draft);
      return;
    case 'touched':
      if (plan) takeTouchResult(draft, plan, input.touch);
      return;
    case 'offer_result':
      takeOffer(draft, input.outcome);
      return;
    case 'notice_failed':
      draft.record('notice_failed', input.at, {
        handoffNo: input.handoffNo,
        notice: input.notice,
        ordinal: input.ordinal,
        why: input.why,
      });
      return;
    case 'ignored':
      draft.record('ignored', now, { signal: input.signal, why: input.why });
      return;
    default:
      if (plan) leaveStep(draft, input, plan);
  }
}

const verdictOf = (input: {
  ruleId: string;
  definitionVersionId: string;
}): { ruleId: string; definitionVersionId: string } => ({
  ruleId: input.ruleId,
  definitionVersionId: input.definitionVersionId,
});

/** In nurture a rule may hold without a hand-raise; everywhere else nothing but one counts. */
const causeOf = ({ state }: LeadProcess, input: { handRaise?: boolean }): 'definition_met' | 'hand_raise' =>
  state === 'nurturing' && input.handRaise !== true ? 'definition_met' : 'hand_raise';

function takeQualified(draft: Draft, input: Extract<DueItem, { kind: 'qualified' }>): void {
  const { returning, state } = draft.process;
  draft.set({ nextChangeAt: undefined });
  // Marketing acknowledges first: until then both names stand on the lead.
  if (state === 'returning' && returning) draft.set({ returning: { ...returning, raised: verdictOf(input) } });
  else qualify(draft, { ...verdictOf(input), qualifiedBy: 'definition' }, causeOf(draft.process, input), input.at);
}

/** A step of the cadence offers the lead; what comes after the step waits for its return. */
function offerByStep(draft: Draft, plan: CadencePlan, at: number): void {
  const { enrollment } = draft.process;
  if (!enrollment) return;
  const step = planStep(plan, enrollment.step);
  if (step.kind !== 'offer') return;
  // Sales has it already. No such version is published any more.
  if (enrollment.phase !== undefined) {
    enterStep(draft, plan, step.next, at);
    return;
  }
  const offerStep = { versionId: enrollment.versionId, step: enrollment.step };
  enterStep(draft, plan, step.next, at);
  qualify(draft, { ruleId: null, definitionVersionId: null, qualifiedBy: 'step', offerStep }, 'offer_step', at);
}

/** A lost lead comes back at its date, the way its reason says. */
function returnLost(draft: Draft, at: number): void {
  const { returning } = draft.process;
  const path = returning?.path;
  if (returning && path?.scoreFactor !== undefined && path.scoreFactor !== 1)
    draft.record('score_factor', returning.decidedAt, { factor: path.scoreFactor });
  draft.move('nurturing', 'return_date_reached', at, { returning: undefined, nextCadence: path?.cadence });
  if (path?.to !== 'review') return;
  draft.set({ hold: 'review' });
  draft.notify('review', returning?.handoffNo ?? draft.process.handoffs);
}

function intake(draft: Draft, input: Extract<DueItem, { kind: 'intake' }>): void {
  if (!input.ok) draft.move('disqualified', 'checks_failed', input.at);
  else if (input.qualified)
    qualify(draft, { ...verdictOf(input.qualified), qualifiedBy: 'definition' }, 'hand_raise', input.at);
  else draft.move('nurturing', 'checks_passed', input.at);
}

/** Without `cursor`: when the try gets lost with its workflow, the next one makes another. */
function lookAgain(draft: Draft): void {
  const { why, tries } = draft.process.handoff?.waiting ?? {};
  draft.setHandoff({ waiting: why === undefined ? undefined : { why, ...(tries === undefined ? {} : { tries }) } });
  draft.effects.push({ kind: 'open_handoff' });
}

/** Facts the process itself reacts to; all others act through the verdicts they change. */
function takeFact(draft: Draft, fact: ProcessFact): void {
  const { ahead = [] } = draft.process;
  draft.set({ ahead: [...ahead, fact.seq] });
  tellOfClosed(draft, fact);
  // Whoever is in a conversation gets no first mail of a cadence.
  if (isContactStop(fact.kind) || fact.kind === 'email_reply') dropCover(draft);
  if (isContactStop(fact.kind)) {
    endEnrollments(draft, fact.kind, fact.at);
    draft.set({ contactable: false });
  }
}

/**
 * A lead that closed in the very turn in which the fact came: ingest still took the process for running. Where ingest knew
 * better, it plans the same notice under the same number, and one mail goes out.
 */
function tellOfClosed(draft: Draft, fact: ProcessFact): void {
  const { state, v } = draft.process;
  const notice = noticeOfClosed(state, fact);
  if (notice === undefined || v < 2) return;
  draft.effects.push({ kind: 'notify', notice, handoffNo: 0, ordinal: fact.seq });
}

function beginTouch(draft: Draft): void {
  const { enrollment } = draft.process;
  if (!enrollment) return;
  draft.set({ enrollment: { ...enrollment, sending: true } });
  draft.effects.push({
    kind: 'send_touch',
    enrollmentNo: enrollment.no,
    step: enrollment.step,
    visit: enrollment.visit,
    dueAt: enrollment.dueAt ?? enrollment.stepAt,
    ...(enrollment.catchUp?.skip === true ? { skipBefore: enrollment.catchUp.at } : {}),
  });
}

function leaveStep(
  draft: Draft,
  input: Extract<DueItem, { kind: 'wait_over' | 'winner' | 'branch' }>,
  plan: CadencePlan,
): void {
  const { enrollment } = draft.process;
  if (!enrollment) return;
  const step = planStep(plan, enrollment.step);
  const visit = { no: enrollment.no, step: enrollment.step, visit: enrollment.visit };
  if (step.kind === 'wait' && input.kind === 'wait_over') {
    enterStep(draft, plan, step.next, input.at);
    const entered = draft.process.enrollment;
    if (entered && enrollment.nextDueAt !== undefined) {
      draft.set({ enrollment: { ...entered, dueAt: enrollment.nextDueAt } });
    }
  } else if (step.kind === 'todo' && input.kind === 'wait_over') {
    draft.record('waited', input.at, { ...visit, winner: 'timeout' });
    enterStep(draft, plan, step.overdue, input.at);
  } else if (step.kind === 'wait_for' && input.kind === 'wait_over') {
    draft.record('waited', input.at, { ...visit, winner: 'timeout' });
    enterStep(draft, plan, step.timeout, input.at);
  } else if (step.kind === 'wait_for' && input.kind === 'winner') {
    draft.record('waited', input.at, { ...visit, winner: input.option, seq: input.seq ?? null });
    enterStep(draft, plan, step.any[input.option] ?? step.timeout, input.at);
  } else if (step.kind === 'branch' && input.kind === 'branch') {
    draft.record('branched', input.at, { ...visit, case: input.index });
    enterStep(draft, plan, step.cases[input.index] ?? step.otherwise, input.at);
  }
}
