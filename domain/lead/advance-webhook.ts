import type { CadencePlan } from '../cadence/cadence-plan.js';
import { enterStep, planStep } from './advance-enrollment.js';
import type { Draft } from './draft.js';

/**
 * The call is recorded, and with the record the delivery is written: from then on it goes out, whatever becomes of the
 * lead. Without a way for its failure the lead goes on at once.
 */
export function callWebhook(draft: Draft, plan: CadencePlan, at: number): void {
  const { enrollment } = draft.process;
  if (!enrollment) return;
  const step = planStep(plan, enrollment.step);
  if (step.kind !== 'webhook') return;
  const { no, versionId, step: id, visit } = enrollment;
  draft.record('webhook', at, { no, step: id, visit, versionId });
  if (step.onFailure === undefined) enterStep(draft, plan, step.next, at);
  else draft.set({ enrollment: { ...enrollment, posted: true } });
}

/** The receiver took it, or never will. */
export function endWebhook(draft: Draft, plan: CadencePlan, delivered: boolean, at: number): void {
  const { enrollment } = draft.process;
  if (!enrollment) return;
  const step = planStep(plan, enrollment.step);
  if (step.kind !== 'webhook') return;
  const { no, step: id, visit } = enrollment;
  draft.record('webhook_done', at, { no, step: id, visit, delivered });
  enterStep(draft, plan, delivered ? step.next : (step.onFailure ?? step.next), at);
}
