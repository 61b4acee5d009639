import type { CadenceDocument } from './cadence.schema.js';
import { type CadencePlan, END_STEP, type PlanStep } from './cadence-plan.js';
import { kindOf } from './steps/step-kinds.schema.js';

/**
 * The plan of a published version: ids and targets. The step after the last one is `$end`, an exit with `completed`.
 * Expects a document without lint errors; a target that does not exist stays as it is written.
 */
export function compileCadence(
  document: CadenceDocument,
  published: { readonly version: number; readonly versionId: string },
): CadencePlan {
  const steps: Record<string, PlanStep> = {};
  for (const [index, step] of document.steps.entries()) {
    const { kind, args } = kindOf(step);
    steps[step.id] = kind.compile(args, step.next ?? document.steps[index + 1]?.id ?? END_STEP);
  }
  steps[END_STEP] = { kind: 'exit', reason: 'completed' };
  return {
    key: document.key,
    ...(document.phase === undefined ? {} : { phase: document.phase }),
    version: published.version,
    versionId: published.versionId,
    start: document.steps[0]?.id ?? END_STEP,
    steps,
    exits: document.exits.map((guard) => (typeof guard === 'string' ? guard : guard.reason)),
  };
}

/** Where a compiled step can lead. */
export function targetsOf(step: PlanStep): readonly string[] {
  switch (step.kind) {
    case 'email':
    case 'wait':
    case 'set':
    case 'offer':
      return [step.next];
    case 'webhook':
      return step.onFailure === undefined ? [step.next] : [step.next, step.onFailure];
    case 'wait_for':
      return [...step.any, step.timeout];
    case 'branch':
      return [...step.cases, step.otherwise];
    case 'todo':
      return [...Object.values(step.dispositions), step.overdue];
    case 'goto':
      return [step.to, step.then];
    case 'exit':
      return [];
  }
}
