import { proxyActivities, sleep } from '@temporalio/workflow';
import type { WebhookActivities } from '../activities/contracts/webhook.activities.contract.js';
import type { DeliverWebhookInput } from './contracts/webhook-delivery.contract.js';
import { failureName } from './failure-name.js';

/** After a day in which nobody could even try: the record was away, or no worker ran. */
const TRY_AGAIN = '5m';

/**
 * One round of tries of a delivery: days of outage are timers, which cost nothing. The record says what to send and how
 * each try went; when to try again comes back with the try.
 */
export async function deliverWebhook({ deliveryId, round, queue }: DeliverWebhookInput): Promise<void> {
  const { postWebhook } = proxyActivities<WebhookActivities>({
    taskQueue: queue,
    startToCloseTimeout: '30s',
    heartbeatTimeout: '10s',
    scheduleToCloseTimeout: '24h',
    retry: { initialInterval: '1s', maximumInterval: '1m' },
  });
  for (let no = 1; ; ) {
    try {
      const { pauseMs } = await postWebhook.executeWithOptions({ summary: `try ${no}` }, [{ deliveryId, round, no }]);
      if (pauseMs === undefined) return;
      await sleep(pauseMs, { summary: `before try ${no + 1}` });
      no += 1;
    } catch (error) {
      failureName(error);
      await sleep(TRY_AGAIN, { summary: 'nobody could try' });
    }
  }
}
