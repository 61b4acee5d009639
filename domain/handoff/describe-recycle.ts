import { describeDuration, requireDuration } from '../time/duration.js';
import type { RecycleRule } from './recycle-policy.schema.js';

/**
 * What follows from a rejection reason, in a few words beside it: `resumes in 30 days, half score`. Without a row in the
 * policy a person looks at the lead.
 */
export function describeRecycle(rule: RecycleRule | undefined): string {
  if (rule === undefined) return 'marketing decides';
  const credit = rule.credit === 'reverse' ? ['credit reversed'] : [];
  if (rule.disqualify === true) return ['ends', ...credit].join(', ');
  const when = rule.earliestAfter === undefined ? '' : ` in ${describeDuration(requireDuration(rule.earliestAfter))}`;
  const where = typeof rule.to === 'object' ? `goes into ${rule.to.cadence.replaceAll('-', ' ')}` : 'resumes';
  return [`${where}${when}`, ...scoreWords(rule.score), ...credit].join(', ');
}

function scoreWords(factor: number | undefined): string[] {
  if (factor === undefined || factor === 1) return [];
  if (factor === 0.5) return ['half score'];
  return [`${Math.round(factor * 100)} % of the score`];
}
