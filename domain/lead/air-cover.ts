import type { CadencePlan } from '../cadence/cadence-plan.js';
import { enroll } from './advance-enrollment.js';
import type { Draft } from './draft.js';
import { endEnrollment } from './end-enrollment.js';
import type { CommandAnswer, LeadCommand } from './lead-command.js';
import type { HandoffProcess, LeadProcess } from './lead-process.js';
import type { Answers, Ask } from './lead-sync.js';
import { isWithSales } from './sales-states.js';
import { putBelow } from './suspend-enrollment.js';
import { SETTLED_AFTER_MS } from './undo-time.js';

/**
 * The air cover: a cadence that goes on writing to an accepted lead, beside sales, until the grace of the shared zone is
 * over or sales stops it. What the lead was in before waits below. Source: product, The zone, acceptance.
 */

/** Whether the steps of the lead's enrollment go on: in marketing's hands, those of an air cover beside sales. */
export const isUnderWay = ({ state, enrollment }: Pick<LeadProcess, 'state' | 'enrollment'>): boolean =>
  enrollment?.phase === 'air_cover' ? isWithSales(state) : state === 'nurturing';

const isCovered = ({ enrollment }: LeadProcess): boolean => enrollment?.phase === 'air_cover';

/**
 * Asked from the acceptance on until one has begun or none is there. Not while a touch is under way, whose result would find
 * another enrollment.
 */
export function askCover(process: LeadProcess): Ask['cover'] {
  const { handoff, contactable, paused, enrollment } = process;
  // Leads of earlier versions are accepted without one.
  if (!isComing(process) || handoff?.acceptedAt === undefined) return undefined;
  if (!contactable || paused !== undefined || enrollment?.sending === true) return undefined;
  return { from: handoff.acceptedAt + SETTLED_AFTER_MS };
}

/** What a sync says about it; a plan is acted on, and is over then. One that would begin after the grace never does. */
export function takeCoverAnswer(handoff: HandoffProcess, { cover }: Pick<Answers, 'cover'>): HandoffProcess {
  if (cover === undefined || cover.plan !== undefined) return handoff;
  const { at = 0 } = cover;
  return { ...handoff, coverAt: at < (handoff.graceEndsAt ?? Infinity) ? at : 0 };
}

/** Nothing of one that is planned or could still be: none begins in this handoff any more. */
export function dropCover(draft: Draft): void {
  if (isComing(draft.process)) draft.setHandoff({ coverAt: 0 });
}

/** Whether one may still begin: whether it is planned is known with the first sync after the acceptance. */
const isComing = ({ v, state, handoff }: LeadProcess): boolean =>
  v >= 3 &&
  handoff?.acceptedAt !== undefined &&
  isWithSales(state) &&
  handoff.coverAt !== 0 &&
  handoff.graceEndsAt !== 0;

export function startCover(draft: Draft, plan: CadencePlan, at: number, step?: string): void {
  if (!isWithSales(draft.process.state)) return;
  putBelow(draft, at, plan.key);
  draft.setHandoff({ coverAt: 0 });
  enroll(draft, plan, at, step);
}

/** Ends it, where one runs: what the lead was in before stands where it stood. */
export function endCover(draft: Draft, reason: string, at: number): void {
  if (isCovered(draft.process)) endEnrollment(draft, reason, at);
}

type StopCover = Extract<LeadCommand, { kind: 'stop_cover' }>;

/** Why there is nothing to stop, or the answer of one that was stopped. The handoff is accepted and the lead's present one. */
export function refuseStopCover(process: LeadProcess): CommandAnswer | undefined {
  const { state, handoff } = process;
  if (handoff?.coverStoppedAt !== undefined) return { ok: true, state, at: handoff.coverStoppedAt, repeated: true };
  return isComing(process) || isCovered(process) ? undefined : { ok: false, state, why: 'no_air_cover' };
}

/** Sales stops it, or one that has not begun: none comes in this handoff any more. */
export function stopCover(draft: Draft, { handoffNo, by, via, noteId }: StopCover, at: number): CommandAnswer {
  draft.record('decided', at, { handoffNo, kind: 'air_cover_stopped', by, via, noteId });
  draft.setHandoff({ coverAt: 0, coverStoppedAt: at });
  endCover(draft, 'stopped_by_sales', at);
  return { ok: true, state: draft.process.state, at };
}
