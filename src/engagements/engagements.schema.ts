import { z } from 'zod';

const MAX_PROPERTIES_CHARS = 8_000;
const MAX_PROPERTIES = 50;
const MAX_BATCH = 1_000;

const EARLIEST = Date.parse('2000-01-01T00:00:00Z');
const LATEST = Date.parse('2100-01-01T00:00:00Z');

const leadRefSchema = z
  .union([
    z.strictObject({ id: z.uuid() }),
    z.strictObject({ email: z.string().min(3).max(320) }),
    z.strictObject({ externalId: z.string().min(1).max(200) }),
  ])
  .meta({ id: 'LeadRef' });

const occurredAt = z.iso
  .datetime({ offset: true })
  .refine((text) => Date.parse(text) >= EARLIEST && Date.parse(text) < LATEST, {
    error: 'Must lie between the years 2000 and 2100',
  });

const properties = z
  .record(z.string().min(1).max(100), z.json())
  .refine((value) => Object.keys(value).length <= MAX_PROPERTIES, { error: `At most ${MAX_PROPERTIES} properties` })
  .refine((value) => JSON.stringify(value).length <= MAX_PROPERTIES_CHARS, {
    error: `At most ${MAX_PROPERTIES_CHARS} characters as JSON`,
  });

export const newEngagementSchema = z
  .strictObject({
    source: z.string().trim().min(1).max(100),
    eventId: z.string().trim().min(1).max(200),
    lead: leadRefSchema,
    kind: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, { error: 'A kind is written in snake_case' }),
    occurredAt,
    properties: properties.optional(),
    purpose: z.string().trim().max(500).optional(),
  })
  .meta({ id: 'NewEngagement' });

export type NewEngagement = z.output<typeof newEngagementSchema>;

/** Items are parsed one by one: a bad one is refused alone. */
export const engagementBatchSchema = z
  .strictObject({
    items: z
      .array(z.unknown().meta({ allOf: [{ $ref: '#/components/schemas/NewEngagement' }] }))
      .min(1)
      .max(MAX_BATCH),
  })
  .meta({ id: 'NewEngagementBatch' });

const engagementClass = z.enum(['human', 'machine', 'unknown']);

export const engagementAnswerSchema = z
  .object({
    engagementId: z.uuid(),
    duplicate: z.boolean(),
    /** True when the same (source, eventId) came before with other content; the first stands. */
    conflict: z.boolean(),
    class: engagementClass,
  })
  .meta({ id: 'EngagementAnswer' });

export const batchAnswerSchema = z
  .object({
    items: z.array(
      z.object({
        eventId: z.string().nullable(),
        result: z.enum(['stored', 'duplicate', 'refused']),
        engagementId: z.uuid().optional(),
        conflict: z.boolean().optional(),
        problem: z.looseObject({ type: z.string(), title: z.string(), status: z.int(), detail: z.string() }).optional(),
      }),
    ),
  })
  .meta({ id: 'EngagementBatchAnswer' });
