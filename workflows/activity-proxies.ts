import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { ImportActivities } from '../activities/contracts/import.activities.contract.js';
import type { LeadActivities } from '../activities/contracts/lead.activities.contract.js';
import type { TouchActivities } from '../activities/contracts/touch.activities.contract.js';

/**
 * A few attempts, then whoever called goes on: an endless retry would hold the workflow task and the worker's stop. What
 * another task has overtaken (`StaleTurn`) can only be asked anew.
 */
export const local = proxyLocalActivities<LeadActivities>({
  startToCloseTimeout: '10s',
  scheduleToCloseTimeout: '20s',
  retry: { initialInterval: '100ms', maximumAttempts: 5, nonRetryableErrorTypes: ['LeadNotFound', 'StaleTurn'] },
});

/** Without a sign of life for so long, a mail is taken over from a worker that was killed. */
const HEARTBEAT_TIMEOUT = '10s';

/** On the queue of the workflow. An outage is waited for; a worker that was killed is noticed by its silence. */
export const { importBatch } = proxyActivities<ImportActivities>({
  startToCloseTimeout: '2m',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  scheduleToCloseTimeout: '24h',
  retry: { initialInterval: '1s', maximumInterval: '30s', nonRetryableErrorTypes: ['ImportNotFound'] },
});

/**
 * The mail activities, on the queue of the workers that may send. A touch gives up soon and is planned anew, since the
 * claim has to look again at window, cap and facts; a notice is worth a day of tries.
 */
export function mailActivities(
  taskQueue: string,
): Pick<ReturnType<typeof proxyActivities<TouchActivities>>, 'sendTouch' | 'sendNotice'> {
  const shared = {
    taskQueue,
    startToCloseTimeout: '30s',
    heartbeatTimeout: HEARTBEAT_TIMEOUT,
    retry: { initialInterval: '1s', maximumInterval: '1m' },
  } as const;
  const { sendTouch } = proxyActivities<TouchActivities>({ ...shared, scheduleToCloseTimeout: '10m' });
  const { sendNotice } = proxyActivities<TouchActivities>({ ...shared, scheduleToCloseTimeout: '24h' });
  return { sendTouch, sendNotice };
}
