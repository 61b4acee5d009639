import type { CadenceDocument } from './cadence.schema.js';
import type { PastEnrollment } from './choose-cadence.js';

/**
 * The cadences that may take a lead from `running`: those of higher priority for leads in marketing's hands. Equal priority
 * never does, or two cadences would take a lead from each other. Source: product, Cadences.
 */
export const rivalsOf = (cadences: readonly CadenceDocument[], running: CadenceDocument): CadenceDocument[] =>
  cadences.filter(
    ({ key, phase, priority }) => phase !== 'air_cover' && key !== running.key && priority > running.priority,
  );

/** Where the lead left this cadence last, when its re-entry policy is `resume` and the step still exists. */
export function leftAtStep(
  { key, reentry, steps }: CadenceDocument,
  past: readonly PastEnrollment[],
): string | undefined {
  if (reentry !== 'resume') return undefined;
  const earlier = past.filter((one) => one.key === key).sort((a, b) => b.enteredAt - a.enteredAt);
  const left = earlier[0]?.step;
  return steps.some(({ id }) => id === left) ? left : undefined;
}
