import { requireDuration } from '../time/duration.js';
import { addDuration } from '../time/wait.js';
import type { RecyclePolicy, RecycleRule } from './recycle-policy.schema.js';

/** Row of the policy for a lead that came back without a reason: nobody answered in time. */
const EXPIRED = 'expired';

export interface ReturnedLead {
  /** How often the lead has come back, this time included. */
  readonly loops: number;
  readonly decidedAt: number;
  /** Of the lead. */
  readonly zone: string;
  /** The rep's own date; goes before the policy's. */
  readonly earliestReturnAt?: number | undefined;
}

/** Where a returned lead goes once marketing has acknowledged it. */
export type RecyclePath = (
  | { readonly to: 'resume' }
  | { readonly to: 'cadence'; readonly key: string }
  | { readonly to: 'disqualify' }
  | { readonly to: 'review' }
) & {
  /** Until then only a hand-raise passes. */
  readonly earliestReturnAt?: number;
  /** Multiplies every score item before the decision. */
  readonly scoreFactor?: number;
  readonly credit: 'keep' | 'reverse';
};

/**
 * What the recycle policy says for a rejection reason (product: The zone, recycle policy per reason). Without a row for
 * the reason a person looks at the lead; without a reason (`expired`) it goes on where it left, unless a row says
 * otherwise. Past `maxLoops` returns `then` decides, review when it is not given.
 */
export function recyclePath(policy: RecyclePolicy, reason: string | null, returned: ReturnedLead): RecyclePath {
  const code = reason ?? EXPIRED;
  const rule = Object.hasOwn(policy, code) ? policy[code] : undefined;
  const { loops, earliestReturnAt } = returned;
  if (!rule) {
    const credit = 'keep' as const;
    return { ...(reason === null ? { to: 'resume' } : { to: 'review' }), credit, ...given({ earliestReturnAt }) };
  }
  const { credit } = rule;
  const isOver = rule.maxLoops !== undefined && loops > rule.maxLoops;
  if (rule.disqualify || (isOver && rule.then === 'disqualify')) return { to: 'disqualify', credit };
  const rest = { credit, ...given({ earliestReturnAt: earliestReturn(rule, returned), scoreFactor: rule.score }) };
  if (isOver) return { to: 'review', ...rest };
  return typeof rule.to === 'object' ? { to: 'cadence', key: rule.to.cadence, ...rest } : { to: 'resume', ...rest };
}

function earliestReturn(rule: RecycleRule, { decidedAt, zone, earliestReturnAt }: ReturnedLead): number | undefined {
  if (earliestReturnAt !== undefined || rule.earliestAfter === undefined) return earliestReturnAt;
  return addDuration(decidedAt, requireDuration(rule.earliestAfter), zone);
}

/** Only what has a value, so that paths compare by what they say. */
function given(part: { earliestReturnAt?: number | undefined; scoreFactor?: number | undefined }): {
  earliestReturnAt?: number;
  scoreFactor?: number;
} {
  const { earliestReturnAt, scoreFactor } = part;
  return {
    ...(earliestReturnAt === undefined ? {} : { earliestReturnAt }),
    ...(scoreFactor === undefined ? {} : { scoreFactor }),
  };
}
