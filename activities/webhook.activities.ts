import type { WebhookPostingService } from '../src/webhooks/webhook-posting.service.js';
import { asActivity } from './activity-failure.js';
import type { WebhookActivities } from './contracts/webhook.activities.contract.js';
import { withHeartbeats } from './with-heartbeats.js';

/** Calls to receivers over the deliveries in the record. */
export function webhookActivities(posting: WebhookPostingService): WebhookActivities {
  return {
    postWebhook: (input) => asActivity(() => withHeartbeats(() => posting.post(input, new Date()))),
  };
}
