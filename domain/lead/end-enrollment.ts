import type { Draft } from './draft.js';
import type { EnrollmentProcess } from './lead-process.js';

/** Ends the running enrollment with its exit reason; nothing of it is sent any more. The one it had superseded resumes. */
export function endEnrollment(draft: Draft, reason: string, at: number): void {
  const { enrollment, suspended = [] } = draft.process;
  if (!enrollment) return;
  close(draft, enrollment, reason, at);
  takeUpSuspended(draft, suspended, at);
}

/** Ends every enrollment of the lead: its way through marketing's cadences is over. */
export function endEnrollments(draft: Draft, reason: string, at: number): void {
  const { enrollment, suspended = [] } = draft.process;
  for (const one of suspended) close(draft, one, reason, at);
  draft.set({ suspended: undefined });
  if (enrollment) endEnrollment(draft, reason, at);
}

/** Ends an enrollment that waits below the running one: its guards are armed all the time. */
export function endSuspended(draft: Draft, no: number, reason: string, at: number): void {
  const { suspended = [] } = draft.process;
  const ended = suspended.find((one) => one.no === no);
  if (!ended) return;
  const left = suspended.filter((one) => one !== ended);
  draft.set({ suspended: left.length === 0 ? undefined : left });
  close(draft, ended, reason, at);
}

/**
 * The newest of the suspended enrollments is the lead's again, its clock still stopped: the next sync brings its plan, with
 * which it resumes.
 */
function takeUpSuspended(draft: Draft, suspended: readonly EnrollmentProcess[], at: number): void {
  const newest = suspended.at(-1);
  draft.set({
    enrollment: newest && { ...newest, resumeAt: Math.max(newest.resumeAt ?? at, at) },
    suspended: suspended.length > 1 ? suspended.slice(0, -1) : undefined,
  });
}

function close(draft: Draft, { no }: EnrollmentProcess, reason: string, at: number): void {
  draft.record('enrollment_ended', at, { no, reason });
  const { state, hold, handoff, v } = draft.process;
  if (reason !== 'replied' || hold === 'replied') return;
  // Several enrollments, one above the other, may end by one reply.
  if (v >= 3 && handoff?.repliedAt !== undefined && handoff.repliedAt >= at) return;
  // On its way through sales a person acts in any case: the one who acknowledges the return.
  if (state === 'nurturing') draft.set({ hold: 'replied' });
  else if (v >= 3) draft.setHandoff({ repliedAt: at });
  draft.notify('reply', draft.process.handoffs);
}
