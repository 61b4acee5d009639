import type { WebhookEvent } from '../../domain/webhook/webhook-events.js';
import type { DeliveryView } from './webhook-deliveries.read-model.js';
import type { WebhookEndpoint } from './webhook-endpoints.service.js';
import type { DeliveryAnswer, WebhookAnswer } from './webhooks.schema.js';

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

/** What may be shown of a receiver: never a secret. */
export const presentWebhook = (endpoint: WebhookEndpoint): WebhookAnswer => ({
  key: endpoint.key,
  url: endpoint.url,
  events: endpoint.events as WebhookEvent[],
  state: endpoint.state,
  disabledReason: endpoint.disabledReason,
  disabledAt: iso(endpoint.disabledAt),
  previousSecretUntil: iso(endpoint.previousUntilAt),
  createdBy: endpoint.createdBy,
  createdAt: endpoint.createdAt.toISOString(),
  updatedAt: endpoint.updatedAt.toISOString(),
});

export const presentDelivery = (view: DeliveryView): DeliveryAnswer => ({
  id: view.id,
  webhook: view.webhook,
  event: view.event,
  leadId: view.leadId,
  state: view.state,
  tries: view.tries,
  lastTryAt: iso(view.lastTryAt),
  lastStatus: view.lastStatus,
  lastError: view.lastError,
  nextTryAt: iso(view.nextTryAt),
  createdAt: view.createdAt.toISOString(),
  finishedAt: iso(view.finishedAt),
});
