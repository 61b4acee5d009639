import { z } from 'zod';
import { durationField, wallTimeField, weekdayField } from '../../document-field.schema.js';
import { describeDuration, durationToMs, requireDuration } from '../../time/duration.js';
import { stepKind } from './step-kind.schema.js';

const WEEKDAYS = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
} as const;

const args = z.union(
  [
    durationField,
    z.strictObject({ businessDays: z.int().min(1).max(366) }),
    z.strictObject({ until: z.strictObject({ weekday: weekdayField, at: wallTimeField }) }),
  ],
  { error: 'a wait is a duration such as P2D, { businessDays: 3 } or { until: { weekday: tue, at: "10:00" } }' },
);

/** A duration, business days, or until a weekday and time in the lead's zone. */
export const waitStep = stepKind({
  args,
  goesOn: true,
  describe: (wait) => {
    if (typeof wait === 'string') return `Wait ${describeDuration(requireDuration(wait))}`;
    if ('businessDays' in wait) return `Wait ${wait.businessDays} business day${wait.businessDays === 1 ? '' : 's'}`;
    return `Wait until ${WEEKDAYS[wait.until.weekday]} ${wait.until.at}`;
  },
  targets: () => [],
  compile: (_, next) => ({ kind: 'wait', next }),
  lint: () => [],
  quickTargets: (wait, targets) =>
    typeof wait === 'string' && durationToMs(requireDuration(wait)) === 0 ? targets : [],
});
