import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { LeadActivities } from '../activities/contracts/lead.activities.contract.js';
import type { TouchActivities } from '../activities/contracts/touch.activities.contract.js';

/** A few attempts, then `persistently` waits: an endless retry would hold the workflow task and the worker's stop. */
export const local = proxyLocalActivities<LeadActivities>({
  startToCloseTimeout: '10s',
  scheduleToCloseTimeout: '20s',
  retry: { initialInterval: '100ms', maximumAttempts: 5, nonRetryableErrorTypes: ['LeadNotFound'] },
});

/** The mail activities, on the queue of the workers that may send. */
export function mailActivities(taskQueue: string): ReturnType<typeof proxyActivities<TouchActivities>> {
  return proxyActivities<TouchActivities>({
    taskQueue,
    startToCloseTimeout: '30s',
    retry: { initialInterval: '1s', maximumInterval: '1m' },
  });
}
