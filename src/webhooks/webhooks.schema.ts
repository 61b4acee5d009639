import { z } from 'zod';
import { keyField } from '../../domain/document-field.schema.js';
import { WEBHOOK_EVENTS } from '../../domain/webhook/webhook-events.js';
import { noteField } from '../common/note.schema.js';
import { pageQuery, pageSchema } from '../common/pagination.js';
import { DELIVERY_STATES } from './webhook-delivery.entity.js';
import { ENDPOINT_STATES } from './webhook-endpoint.entity.js';

const instant = z.iso.datetime();

const events = z
  .array(z.enum(WEBHOOK_EVENTS))
  .transform((list) => [...new Set(list)])
  .describe('An endpoint without events is called by steps of cadences only');
const url = z.string().trim().min(1).max(2_000).describe('https://…; the port is 443 or 8443');

export const createWebhookSchema = z
  .strictObject({ key: keyField, url, events: events.default([]), note: noteField })
  .meta({ id: 'CreateWebhook' });

export const changeWebhookSchema = z
  .strictObject({ url: url.optional(), events: events.optional(), note: noteField })
  .meta({ id: 'ChangeWebhook' });

/** Of the calls that take nothing but a note. */
export const webhookNoteSchema = z.strictObject({ note: noteField }).optional().meta({ id: 'WebhookNote' });

export const webhookSchema = z
  .object({
    key: z.string(),
    url: z.string(),
    events: z.array(z.enum(WEBHOOK_EVENTS)),
    state: z.enum(ENDPOINT_STATES),
    disabledReason: z.enum(['gone', 'person']).nullable(),
    disabledAt: instant.nullable(),
    previousSecretUntil: instant.nullable(),
    createdBy: z.uuid(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Webhook' });
export type WebhookAnswer = z.output<typeof webhookSchema>;

export const shownWebhookSchema = z
  .object({
    webhook: webhookSchema,
    /** Only in the first answer; a replayed answer has null. */
    secret: z.string().nullable(),
  })
  .meta({ id: 'ShownWebhook' });

export const listWebhooksSchema = z.strictObject({ ...pageQuery });
export const webhookPageSchema = pageSchema(webhookSchema).meta({ id: 'WebhookPage' });

export const listDeliveriesSchema = z.strictObject({ ...pageQuery, state: z.enum(DELIVERY_STATES).optional() });

export const deliverySchema = z
  .object({
    id: z.uuid().describe('The webhook-id of every try'),
    webhook: z.string().nullable(),
    event: z.string(),
    leadId: z.uuid(),
    state: z.enum(DELIVERY_STATES),
    tries: z.int(),
    lastTryAt: instant.nullable(),
    lastStatus: z.int().nullable(),
    lastError: z.string().nullable(),
    nextTryAt: instant.nullable(),
    createdAt: instant,
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'WebhookDelivery' });
export type DeliveryAnswer = z.output<typeof deliverySchema>;

export const deliveryPageSchema = pageSchema(deliverySchema).meta({ id: 'WebhookDeliveryPage' });
