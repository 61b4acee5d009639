import { endEnrollment, resumeEnrollment } from './advance-enrollment.js';
import { qualify } from './advance-handoff.js';
import { completeTodo, refuseTodo } from './advance-todo.js';
import type { Draft } from './draft.js';
import type { CadencePlan } from '../cadence/cadence-plan.js';
import type { CommandAnswer, DecisionKind, LastDecision, LeadCommand, LeadProcess } from './lead-process.js';
import type { LeadState } from './lead-state.js';

const done = (draft: Draft, at: number): CommandAnswer => ({ ok: true, state: draft.process.state, at });

/**
 * Why the command does not apply to the process as it stands; undefined when it does. The same person with the same
 * decision gets the same answer again, anything else after a decision is refused with who and when.
 */
export function refuseCommand(process: LeadProcess, command: LeadCommand): CommandAnswer | undefined {
  const { state, handoff, returning } = process;
  const inSales = state === 'accepted' || state === 'working';
  switch (command.kind) {
    case 'accept':
    case 'reject':
    case 'reassign':
      if (state === 'offered' && handoff?.no === command.handoffNo && handoff.offeredAt !== undefined) return undefined;
      return decided(process, command.handoffNo, OFFER_DECISIONS, 'not_offered', (one) => isSame(one, command));
    case 'acknowledge':
      if (state === 'returning' && returning?.handoffNo === command.handoffNo) return undefined;
      return decided(process, command.handoffNo, RETURN_DECISIONS, 'not_returning', (one) => isSame(one, command));
    case 'first_touch':
      return inSales && handoff?.no === command.handoffNo
        ? undefined
        : decided(process, command.handoffNo, SALES_DECISIONS, 'not_accepted', () => false);
    case 'give_back':
      if (inSales && handoff?.no === command.handoffNo) return undefined;
      return decided(process, command.handoffNo, SALES_DECISIONS, 'not_accepted', (one) => isSame(one, command));
    case 'outcome':
      if (inSales) return undefined;
      return decided(process, process.handoffs, SALES_DECISIONS, 'not_accepted', (one) => isSame(one, command));
    case 'complete_todo':
      return refuseTodo(process, command);
    case 'disqualify':
      return MARKETING_STATES.includes(state) ? undefined : { ok: false, state, why: 'not_in_marketing' };
  }
}

const MARKETING_STATES: readonly LeadState[] = ['raw', 'nurturing', 'qualified', 'offered'];
const OFFER_DECISIONS: readonly DecisionKind[] = ['accepted', 'rejected', 'expired', 'withdrawn'];
const SALES_DECISIONS: readonly DecisionKind[] = ['rejected', 'expired', 'withdrawn', 'given_back', 'won', 'lost'];
const RETURN_DECISIONS: readonly DecisionKind[] = ['acknowledged'];

/** The answer of the same decision again, or a refusal that names the one of `kinds` that stands in the way. */
function decided(
  { state, lastDecision, earlierDecisions = [] }: LeadProcess,
  handoffNo: number,
  kinds: readonly DecisionKind[],
  why: string,
  isSameAs: (decision: LastDecision) => boolean,
): CommandAnswer {
  const all = lastDecision ? [lastDecision, ...earlierDecisions] : earlierDecisions;
  const decision = all.find((one) => one.handoffNo === handoffNo && kinds.includes(one.kind));
  if (!decision) return { ok: false, state, why };
  if (isSameAs(decision)) return { ok: true, state, at: decision.at, repeated: true };
  return { ok: false, state, why: 'already_decided', decision };
}

const DECISION_OF = {
  accept: 'accepted',
  reject: 'rejected',
  reassign: 'withdrawn',
  acknowledge: 'acknowledged',
  give_back: 'given_back',
} as const;

function isSame(
  decision: LastDecision,
  command: Exclude<LeadCommand, { kind: 'first_touch' | 'complete_todo' | 'disqualify' }>,
): boolean {
  if (decision.by !== command.by) return false;
  if (command.kind === 'outcome') return decision.kind === command.outcome;
  if (command.kind === 'reassign' && decision.toPersonId !== command.toPersonId) return false;
  return decision.kind === DECISION_OF[command.kind];
}

/** Carries a command out at `at`; the answer is given to the caller once the projection is stored. */
export function takeCommand(
  draft: Draft,
  command: LeadCommand,
  at: number,
  plan: CadencePlan | undefined,
): CommandAnswer {
  const refused = refuseCommand(draft.process, command);
  if (refused) return refused;
  switch (command.kind) {
    case 'accept':
      return accept(draft, command, at);
    case 'reject':
      return reject(draft, command, at);
    case 'reassign':
      return reassign(draft, command, at);
    case 'acknowledge':
      return acknowledge(draft, command, at, plan);
    case 'first_touch':
      return firstTouch(draft, command, at);
    case 'give_back':
      return giveBack(draft, command, at);
    case 'outcome':
      return closeOutcome(draft, command, at);
    case 'complete_todo':
      return completeTodo(draft, command, at, plan);
    case 'disqualify':
      return disqualify(draft, command, at);
  }
}

function accept(draft: Draft, command: Extract<LeadCommand, { kind: 'accept' }>, at: number): CommandAnswer {
  const { handoffNo, by, via, noteId, firstContactBy } = command;
  draft.record('decided', at, { handoffNo, kind: 'accepted', by, via, noteId, firstContactBy });
  draft.setHandoff({ acceptedAt: at, firstContactBy });
  draft.decide({ handoffNo, kind: 'accepted', by, at });
  draft.move('accepted', 'accepted', at, { ladder: undefined });
  return done(draft, at);
}

function reject(draft: Draft, command: Extract<LeadCommand, { kind: 'reject' }>, at: number): CommandAnswer {
  const { handoffNo, by, via, noteId, reason, quality, earliestReturnAt } = command;
  draft.record('decided', at, { handoffNo, kind: 'rejected', by, via, noteId, reason, quality, earliestReturnAt });
  draft.decide({ handoffNo, kind: 'rejected', by, at });
  draft.move('returning', 'rejected', at, {
    ladder: undefined,
    returning: { handoffNo, cause: 'rejected', reason, decidedAt: at, wantedReturnAt: earliestReturnAt },
    returns: (draft.process.returns ?? 0) + 1,
    qualifyAfter: at,
  });
  draft.notify('return_to_acknowledge', handoffNo);
  return done(draft, at);
}

function reassign(draft: Draft, command: Extract<LeadCommand, { kind: 'reassign' }>, at: number): CommandAnswer {
  const { handoffNo, by, toPersonId, noteId } = command;
  const { handoff } = draft.process;
  if (!handoff) return { ok: false, state: draft.process.state, why: 'not_offered' };
  const no = draft.process.handoffs + 1;
  const { qualifiedBy, ruleId, definitionVersionId, qualifiedAt } = handoff;
  draft.record('decided', at, { handoffNo, kind: 'withdrawn', by, noteId, toPersonId });
  draft.decide({ handoffNo, kind: 'withdrawn', by, at, toPersonId });
  draft.move('offered', 'reassigned', at, {
    ladder: undefined,
    handoffs: no,
    handoff: { no, qualifiedBy, ruleId, definitionVersionId, qualifiedAt, wantedAssigneeId: toPersonId },
  });
  draft.effects.push({ kind: 'open_handoff' });
  return done(draft, at);
}

function acknowledge(
  draft: Draft,
  command: Extract<LeadCommand, { kind: 'acknowledge' }>,
  at: number,
  plan: CadencePlan | undefined,
): CommandAnswer {
  const { returning } = draft.process;
  if (!returning) return { ok: false, state: draft.process.state, why: 'not_returning' };
  const { path } = returning;
  // Only in the very activation of the return: the sync after it looks the path up.
  if (!path) return { ok: false, state: draft.process.state, why: 'path_unknown' };
  draft.record('acknowledged', at, {
    handoffNo: command.handoffNo,
    by: command.by,
    noteId: command.noteId,
    to: path.to,
  });
  draft.decide({ handoffNo: command.handoffNo, kind: 'acknowledged', by: command.by, at });
  const away = { handoff: undefined, ladder: undefined, returning: undefined };
  if (path.scoreFactor !== undefined && path.scoreFactor !== 1)
    draft.record('score_factor', returning.decidedAt, { factor: path.scoreFactor });
  if (path.to === 'disqualify') {
    endEnrollment(draft, 'disqualified', at);
    draft.move('disqualified', 'acknowledged', at, away);
    return done(draft, at);
  }
  if (returning.raised) {
    qualify(draft, { ...returning.raised, qualifiedBy: 'definition' }, 'hand_raise', at);
    return done(draft, at);
  }
  const earliest =
    path.earliestReturnAt !== undefined && path.earliestReturnAt > at ? path.earliestReturnAt : undefined;
  draft.move('nurturing', 'acknowledged', at, { ...away, earliestReturnAt: earliest });
  returnToCadence(draft, path, at, earliest, plan);
  return done(draft, at);
}

/** Resumes where the lead left, or makes room for the cadence of the policy; before the earliest return nothing is sent. */
function returnToCadence(
  draft: Draft,
  path: { to: string; cadence?: string },
  at: number,
  earliest: number | undefined,
  plan: CadencePlan | undefined,
): void {
  const { enrollment } = draft.process;
  if (path.to === 'resume' && enrollment) {
    if (earliest === undefined && plan) resumeEnrollment(draft, plan, at);
    else draft.set({ enrollment: { ...enrollment, resumeAt: earliest ?? at } });
    return;
  }
  endEnrollment(draft, 'returned', at);
  draft.set({ nextCadence: path.cadence });
  if (path.to === 'review') {
    draft.set({ hold: 'review' });
    draft.notify('review', draft.process.handoffs);
  }
}

function disqualify(draft: Draft, command: Extract<LeadCommand, { kind: 'disqualify' }>, at: number): CommandAnswer {
  const { by, noteId } = command;
  const { handoff } = draft.process;
  // Whoever answers the offer after that hears that it was taken back, by whom and when.
  if (handoff?.offeredAt !== undefined) {
    draft.record('decided', at, { handoffNo: handoff.no, kind: 'withdrawn', by, noteId });
    draft.decide({ handoffNo: handoff.no, kind: 'withdrawn', by, at });
  }
  draft.record('decided', at, { kind: 'disqualified', by, noteId, handoffNo: handoff?.no ?? null });
  endEnrollment(draft, 'disqualified', at);
  draft.move('disqualified', 'disqualified_by_person', at, { handoff: undefined, ladder: undefined });
  return done(draft, at);
}

function firstTouch(draft: Draft, command: Extract<LeadCommand, { kind: 'first_touch' }>, at: number): CommandAnswer {
  const { handoffNo, by, disposition, occurredAt, noteId } = command;
  draft.record('first_touch', at, { handoffNo, by, disposition, occurredAt, noteId });
  if (draft.process.state === 'working') return done(draft, at);
  draft.setHandoff({ firstTouchAt: occurredAt });
  draft.move('working', 'first_touch', at, { ladder: undefined });
  return done(draft, at);
}

function giveBack(draft: Draft, command: Extract<LeadCommand, { kind: 'give_back' }>, at: number): CommandAnswer {
  const { handoffNo, by, reason, noteId, earliestReturnAt } = command;
  draft.record('decided', at, { handoffNo, kind: 'given_back', by, reason, noteId, earliestReturnAt });
  draft.decide({ handoffNo, kind: 'given_back', by, at });
  draft.move('returning', 'given_back', at, {
    ladder: undefined,
    returning: { handoffNo, cause: 'given_back', reason, decidedAt: at, wantedReturnAt: earliestReturnAt },
    returns: (draft.process.returns ?? 0) + 1,
    qualifyAfter: at,
  });
  draft.notify('return_to_acknowledge', handoffNo);
  return done(draft, at);
}

function closeOutcome(draft: Draft, command: Extract<LeadCommand, { kind: 'outcome' }>, at: number): CommandAnswer {
  const { outcome, by, reason, amount, currency, externalId, noteId } = command;
  const handoffNo = draft.process.handoff?.no ?? draft.process.handoffs;
  draft.record('outcome', at, { handoffNo, outcome, by, reason, amount, currency, externalId, noteId });
  draft.decide({ handoffNo, kind: outcome, by, at });
  endEnrollment(draft, 'handed_over', at);
  if (outcome === 'won') {
    draft.move('won', 'won', at, { ladder: undefined });
    return done(draft, at);
  }
  draft.move('lost', 'lost', at, {
    ladder: undefined,
    handoff: undefined,
    returning: { handoffNo, cause: 'lost', reason: reason ?? null, decidedAt: at },
    returns: (draft.process.returns ?? 0) + 1,
    qualifyAfter: at,
  });
  return done(draft, at);
}
