import type { CadencePlan } from '../cadence/cadence-plan.js';
import type { Draft } from './draft.js';
import type { ResumePolicy } from './resume-policy.js';
import { resumeEnrollment, suspendEnrollment } from './suspend-enrollment.js';

/** Its cadence was paused at `at`: the clock stands since then, however late the process hears of it. */
export function pauseByCadence(draft: Draft, pauseNo: number, at: number): void {
  suspendEnrollment(draft, at);
  const { enrollment } = draft.process;
  if (enrollment) draft.set({ enrollment: { ...enrollment, pausedBy: pauseNo } });
}

/** The pause of its cadence is over. A lead that a person paused goes on standing. */
export function resumeByCadence(
  draft: Draft,
  plan: CadencePlan,
  { at, policy }: { readonly at: number; readonly policy: ResumePolicy },
): void {
  const { enrollment, paused } = draft.process;
  if (enrollment?.pausedBy === undefined) return;
  const { pausedBy, ...standing } = enrollment;
  draft.set({ enrollment: { ...standing, pauseNo: pausedBy } });
  if (!paused) resumeEnrollment(draft, plan, at, policy);
}
