import { stableHash } from '../time/stable-hash.js';
import type { SplitStep } from './steps/step-kinds.schema.js';

/**
 * The arm of a split this lead takes, by a hash of lead and step: sticky, and in the long run in the shares of the
 * weights. Its index, -1 for the last one, as the plan of a split has it.
 */
export function chooseArm({ id, split: { arms } }: SplitStep, leadId: string): number {
  const total = arms.reduce((sum, { weight }) => sum + weight, 0);
  let rest = (stableHash(`split/${leadId}/${id}`) / 2 ** 32) * total;
  for (const [index, { weight }] of arms.slice(0, -1).entries()) {
    rest -= weight;
    if (rest < 0) return index;
  }
  return -1;
}
