import { endEnrollment, resumeEnrollment } from './advance-enrollment.js';
import type { Draft } from './draft.js';
import type { CadencePlan } from '../cadence/cadence-plan.js';
import type { CommandAnswer, LastDecision, LeadCommand, LeadProcess } from './lead-process.js';

const done = (draft: Draft, at: number): CommandAnswer => ({ ok: true, state: draft.process.state, at });

/**
 * Why the command does not apply to the process as it stands; undefined when it does. The same person with the same
 * decision gets the same answer again, anything else after a decision is refused with who and when.
 */
export function refuseCommand(process: LeadProcess, command: LeadCommand): CommandAnswer | undefined {
  const { state, handoff, returning, lastDecision } = process;
  const refuse = (why: string, decision?: LastDecision): CommandAnswer => ({ ok: false, state, why, decision });
  switch (command.kind) {
    case 'accept':
    case 'reject':
    case 'reassign': {
      if (state === 'offered' && handoff?.no === command.handoffNo && handoff.offeredAt !== undefined) return undefined;
      if (lastDecision?.handoffNo === command.handoffNo) {
        const same = lastDecision.by === command.by && lastDecision.kind === DECISION_OF[command.kind];
        return same
          ? { ok: true, state, at: lastDecision.at, repeated: true }
          : refuse('already_decided', lastDecision);
      }
      return refuse('not_offered');
    }
    case 'acknowledge':
      if (state === 'returning' && returning?.handoffNo === command.handoffNo) return undefined;
      return refuse('not_returning');
    case 'first_touch':
      return (state === 'accepted' || state === 'working') && handoff?.no === command.handoffNo
        ? undefined
        : refuse('not_accepted');
    case 'give_back':
      return (state === 'accepted' || state === 'working') && handoff?.no === command.handoffNo
        ? undefined
        : refuse('not_accepted');
    case 'outcome':
      return state === 'accepted' || state === 'working' ? undefined : refuse('not_accepted');
    case 'disqualify':
      return ['raw', 'nurturing', 'qualified', 'offered'].includes(state) ? undefined : refuse('not_in_marketing');
  }
}

const DECISION_OF = { accept: 'accepted', reject: 'rejected', reassign: 'withdrawn' } as const;

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
    case 'disqualify':
      draft.record('decided', at, {
        kind: 'disqualified',
        by: command.by,
        noteId: command.noteId,
        handoffNo: draft.process.handoff?.no ?? null,
      });
      endEnrollment(draft, 'disqualified', at);
      draft.move('disqualified', 'disqualified_by_person', at, { handoff: undefined, ladder: undefined });
      return done(draft, at);
  }
}

function accept(draft: Draft, command: Extract<LeadCommand, { kind: 'accept' }>, at: number): CommandAnswer {
  const { handoffNo, by, via, noteId, firstContactBy } = command;
  draft.record('decided', at, { handoffNo, kind: 'accepted', by, via, noteId, firstContactBy });
  draft.setHandoff({ acceptedAt: at, firstContactBy });
  draft.move('accepted', 'accepted', at, { ladder: undefined, lastDecision: { handoffNo, kind: 'accepted', by, at } });
  return done(draft, at);
}

function reject(draft: Draft, command: Extract<LeadCommand, { kind: 'reject' }>, at: number): CommandAnswer {
  const { handoffNo, by, via, noteId, reason, quality, earliestReturnAt } = command;
  draft.record('decided', at, { handoffNo, kind: 'rejected', by, via, noteId, reason, quality, earliestReturnAt });
  draft.move('returning', 'rejected', at, {
    ladder: undefined,
    lastDecision: { handoffNo, kind: 'rejected', by, at },
    returning: { handoffNo, cause: 'rejected', reason, decidedAt: at, wantedReturnAt: earliestReturnAt },
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
  draft.move('offered', 'reassigned', at, {
    ladder: undefined,
    handoffs: no,
    lastDecision: { handoffNo, kind: 'withdrawn', by, at },
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
  const path = returning.path ?? { to: 'resume' as const };
  draft.record('acknowledged', at, {
    handoffNo: command.handoffNo,
    by: command.by,
    noteId: command.noteId,
    to: path.to,
  });
  const away = { handoff: undefined, ladder: undefined, returning: undefined };
  if (path.scoreFactor !== undefined && path.scoreFactor !== 1)
    draft.record('score_factor', returning.decidedAt, { factor: path.scoreFactor });
  if (path.to === 'disqualify') {
    endEnrollment(draft, 'disqualified', at);
    draft.move('disqualified', 'acknowledged', at, away);
    return done(draft, at);
  }
  if (returning.handRaised) {
    const no = draft.process.handoffs + 1;
    draft.move('qualified', 'hand_raise', at, {
      ...away,
      handoffs: no,
      handoff: { no, qualifiedBy: 'definition', ruleId: 'hand-raise', definitionVersionId: null, qualifiedAt: at },
    });
    draft.record('qualified', at, { handoffNo: no, by: 'definition', ruleId: 'hand-raise', definitionVersionId: null });
    draft.effects.push({ kind: 'open_handoff' });
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
  draft.move('returning', 'given_back', at, {
    ladder: undefined,
    returning: { handoffNo, cause: 'given_back', reason, decidedAt: at, wantedReturnAt: earliestReturnAt },
    qualifyAfter: at,
  });
  draft.notify('return_to_acknowledge', handoffNo);
  return done(draft, at);
}

function closeOutcome(draft: Draft, command: Extract<LeadCommand, { kind: 'outcome' }>, at: number): CommandAnswer {
  const { outcome, by, reason, amount, currency, externalId, noteId } = command;
  const handoffNo = draft.process.handoff?.no ?? draft.process.handoffs;
  draft.record('outcome', at, { handoffNo, outcome, by, reason, amount, currency, externalId, noteId });
  endEnrollment(draft, 'handed_over', at);
  if (outcome === 'won') {
    draft.move('won', 'won', at, { ladder: undefined });
    return done(draft, at);
  }
  draft.move('lost', 'lost', at, {
    ladder: undefined,
    handoff: undefined,
    returning: { handoffNo, cause: 'lost', reason: reason ?? null, decidedAt: at },
    qualifyAfter: at,
  });
  return done(draft, at);
}
