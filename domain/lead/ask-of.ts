import type { LeadProcess } from './lead-process.js';
import { isClosed } from './lead-state.js';
import type { Answers, Ask } from './lead-sync.js';

/** What the process has to know at `now` before it can wait. A function of the process alone, so that it may be asked again. */
export function askOf(process: LeadProcess, now: number): Ask {
  if (isClosed(process.state)) return {};
  return {
    intake: process.state === 'raw' ? true : undefined,
    qualify: askQualify(process),
    entry: askEntry(process, now),
    step: askStep(process),
    ladder: askLadder(process),
    grace:
      process.handoff?.acceptedAt !== undefined &&
      process.handoff.graceEndsAt === undefined &&
      process.handoff.assigneeId !== undefined
        ? { from: process.handoff.acceptedAt, assigneeId: process.handoff.assigneeId }
        : undefined,
    recycle:
      process.returning && !process.returning.path
        ? {
            reason: process.returning.reason,
            decidedAt: process.returning.decidedAt,
            wantedReturnAt: process.returning.wantedReturnAt,
          }
        : undefined,
    profile: process.handoff?.waiting !== undefined || process.enrollment?.held !== undefined ? true : undefined,
  };
}

function askQualify(process: LeadProcess): Ask['qualify'] {
  const after = process.qualifyAfter;
  switch (process.state) {
    // A first contact without a hand-raise always goes to nurture.
    case 'raw':
      return { from: process.since, handRaiseOnly: true };
    case 'nurturing':
      return { from: process.since, after, rulesFrom: process.earliestReturnAt };
    case 'lost':
      return { from: process.since, after, handRaiseOnly: true };
    default:
      return undefined;
  }
}

function askEntry(process: LeadProcess, now: number): Ask['entry'] {
  const { state, enrollment, contactable, hold, noCadenceUntil, earliestReturnAt } = process;
  if (state !== 'nurturing' || enrollment || !contactable || hold) return undefined;
  if ((noCadenceUntil ?? 0) > now || (earliestReturnAt ?? 0) > now) return undefined;
  return { cadence: process.nextCadence };
}

function askStep(process: LeadProcess): Ask['step'] {
  const { enrollment, state } = process;
  if (!enrollment) return undefined;
  return {
    versionId: enrollment.versionId,
    enrollmentNo: enrollment.no,
    enteredAt: enrollment.enteredAt,
    step: enrollment.step,
    visit: enrollment.visit,
    stepAt: enrollment.stepAt,
    dueAt: enrollment.dueAt,
    resumedAt: enrollment.resumedAt,
    suspended: state !== 'nurturing' || enrollment.suspendedAt !== undefined ? true : undefined,
  };
}

function askLadder(process: LeadProcess): Ask['ladder'] {
  const { state, handoff, returning, ladder } = process;
  if (ladder) return undefined;
  if (state === 'offered' && handoff?.offeredAt !== undefined)
    return { purpose: 'accept', from: handoff.offeredAt, assigneeId: handoff.assigneeId };
  if (state === 'accepted' && handoff?.acceptedAt !== undefined) {
    return {
      purpose: 'first_touch',
      from: handoff.acceptedAt,
      assigneeId: handoff.assigneeId,
      firstContactBy: handoff.firstContactBy,
    };
  }
  if (state === 'returning' && returning) return { purpose: 'acknowledge', from: returning.decidedAt };
  return undefined;
}

/**
 * Takes planned instants and looked-up paths into the process. The sync applies it before it stores the projection and
 * the workflow applies it to what comes back, so both hold the same.
 */
export function applyAnswers(process: LeadProcess, answers: Answers): LeadProcess {
  const { enrollment, handoff, returning } = process;
  const left = answers.facts.some((fact) => !process.ahead?.includes(fact.seq));
  return {
    ...process,
    ...(left ? {} : { cursor: Math.max(process.cursor, answers.cursor), ahead: undefined }),
    contactable: answers.contactable,
    nextChangeAt: answers.nextChangeAt,
    ladder: answers.ladder ?? process.ladder,
    enrollment: enrollment && answers.dueAt !== undefined ? { ...enrollment, dueAt: answers.dueAt } : enrollment,
    handoff: handoff && answers.graceEndsAt !== undefined ? { ...handoff, graceEndsAt: answers.graceEndsAt } : handoff,
    returning: returning && answers.recycle ? { ...returning, path: answers.recycle } : returning,
  };
}
