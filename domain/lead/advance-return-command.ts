import type { CadencePlan } from '../cadence/cadence-plan.js';
import { qualify } from './advance-handoff.js';
import type { Draft } from './draft.js';
import { endEnrollments } from './end-enrollment.js';
import type { CommandAnswer, LeadCommand } from './lead-command.js';
import { resumeEnrollment } from './suspend-enrollment.js';

/** Marketing takes a returned lead; the recycle policy's path says where it goes. */
export function acknowledge(
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
    endEnrollments(draft, 'disqualified', at);
    draft.move('disqualified', 'acknowledged', at, away);
    return { ok: true, state: draft.process.state, at };
  }
  if (returning.raised) {
    qualify(draft, { ...returning.raised, qualifiedBy: 'definition' }, 'hand_raise', at);
    return { ok: true, state: draft.process.state, at };
  }
  const earliest =
    path.earliestReturnAt !== undefined && path.earliestReturnAt > at ? path.earliestReturnAt : undefined;
  draft.move('nurturing', 'acknowledged', at, { ...away, earliestReturnAt: earliest });
  returnToCadence(draft, path, at, earliest, plan);
  return { ok: true, state: draft.process.state, at };
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
  endEnrollments(draft, 'returned', at);
  draft.set({ nextCadence: path.cadence });
  if (path.to === 'review') {
    draft.set({ hold: 'review' });
    draft.notify('review', draft.process.handoffs);
  }
}
