import { askCover, isUnderWay, takeCoverAnswer } from './air-cover.js';
import type { EnrollmentProcess, HandoffProcess, LeadProcess } from './lead-process.js';
import { isClosed } from './lead-state.js';
import type { Answers, Ask } from './lead-sync.js';
import { mayBeSuperseded } from './suspend-enrollment.js';

/** What the process has to know at `now` before it can wait. A function of the process alone, so that it may be asked again. */
export function askOf(process: LeadProcess, now: number): Ask {
  if (isClosed(process.state)) return {};
  return {
    intake: process.state === 'raw' ? true : undefined,
    qualify: askQualify(process, now),
    entry: askEntry(process, now),
    supersede: askSupersede(process, now),
    suspended: askSuspended(process, now),
    step: askStep(process, now),
    ladder: askLadder(process),
    grace: askGrace(process),
    cover: askCover(process),
    recycle:
      process.returning && !process.returning.path
        ? {
            reason: process.returning.reason,
            decidedAt: process.returning.decidedAt,
            wantedReturnAt: process.returning.wantedReturnAt,
            loops: process.returns ?? 0,
          }
        : undefined,
    profile: process.handoff?.waiting !== undefined || process.enrollment?.held !== undefined ? true : undefined,
  };
}

function askGrace({ state, handoff }: LeadProcess): Ask['grace'] {
  if (state !== 'accepted' && state !== 'working') return undefined;
  if (handoff?.acceptedAt === undefined || handoff.graceEndsAt !== undefined) return undefined;
  return handoff.assigneeId === undefined ? undefined : { from: handoff.acceptedAt, assigneeId: handoff.assigneeId };
}

/** Clocks of hosts differ a little: what another one judged later than now is judged anew, or this instant would be nobody's. */
const judgedUntil = ({ judgedAt }: LeadProcess, now: number): number | undefined =>
  judgedAt === undefined ? undefined : Math.min(judgedAt, now);

function askQualify(process: LeadProcess, now: number): Ask['qualify'] {
  const { returning, qualifyAfter: after } = process;
  const from = Math.min(Math.max(process.since, process.judgedAt ?? 0), now);
  switch (process.state) {
    // A first contact without a hand-raise always goes to nurture.
    case 'raw':
      return { from, handRaiseOnly: true };
    case 'nurturing':
      return { from, after, rulesFrom: process.earliestReturnAt };
    case 'lost':
      return { from, after, handRaiseOnly: true };
    // Which rule a hand-raise meets on the way back; marketing's acknowledgement acts on it.
    case 'returning':
      if (!returning || returning.raised) return undefined;
      return { from, after: returning.decidedAt, handRaiseOnly: true };
    default:
      return undefined;
  }
}

function askEntry(process: LeadProcess, now: number): Ask['entry'] {
  const { enrollment, nextCadence } = process;
  return enrollment || !mayEnter(process, now) ? undefined : { cadence: nextCadence };
}

/** Whether a cadence may take the lead now. */
const mayEnter = ({ state, contactable, hold, earliestReturnAt, paused }: LeadProcess, now: number): boolean =>
  state === 'nurturing' && contactable && !hold && !paused && (earliestReturnAt ?? 0) <= now;

function askSupersede(process: LeadProcess, now: number): Ask['supersede'] {
  const { v, enrollment, nextCadence } = process;
  if (!enrollment || !mayEnter(process, now) || !mayBeSuperseded(process)) return undefined;
  if (nextCadence !== undefined) return { cadence: nextCadence };
  return v >= 2 && enrollment.suspendedAt === undefined ? {} : undefined;
}

function askSuspended(process: LeadProcess, now: number): Ask['suspended'] {
  const judgedAt = judgedUntil(process, now);
  return process.suspended?.map(({ no, versionId, enteredAt }) => ({ no, versionId, enteredAt, judgedAt }));
}

function askStep(process: LeadProcess, now: number): Ask['step'] {
  const { enrollment } = process;
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
    judgedAt: judgedUntil(process, now),
    movedAt: enrollment.moved?.at,
    measured: enrollment.measured,
    posted: enrollment.posted,
    // A touch under way was claimed before the pause, or is refused by it.
    afterPause:
      isUnderWay(process) && (enrollment.suspendedAt === undefined || enrollment.pausedBy !== undefined)
        ? (enrollment.pauseNo ?? 0)
        : undefined,
    pausedBy: enrollment.pausedBy,
    catchUp: enrollment.catchUp,
    suspended: !isUnderWay(process) || enrollment.suspendedAt !== undefined ? true : undefined,
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

const holds = ({ qualified, guard, suspendedGuard, winner }: Answers): boolean =>
  qualified !== undefined || guard !== undefined || suspendedGuard !== undefined || winner !== undefined;

function planned({ measured: _, ...enrollment }: EnrollmentProcess, { dueAt, nextDueAt }: Answers): EnrollmentProcess {
  return { ...enrollment, dueAt, nextDueAt };
}

const graced = (handoff: HandoffProcess, { graceEndsAt }: Answers): HandoffProcess =>
  graceEndsAt === undefined ? handoff : { ...handoff, graceEndsAt };

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
    judgedAt: holds(answers) ? process.judgedAt : (answers.at ?? process.judgedAt),
    nextChangeAt: answers.nextChangeAt,
    ladder: answers.ladder ?? process.ladder,
    // A held touch waits for a fact, not for its slot.
    enrollment:
      enrollment && answers.dueAt !== undefined && enrollment.held === undefined
        ? planned(enrollment, answers)
        : enrollment,
    handoff: handoff && takeCoverAnswer(graced(handoff, answers), answers),
    returning: returning && answers.recycle ? { ...returning, path: answers.recycle } : returning,
  };
}
