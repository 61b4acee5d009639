import { z } from 'zod';
import { noteField } from '../common/note.schema.js';
import { pageQuery, pageSchema } from '../common/pagination.js';

const states = ['planned', 'claimed', 'sent', 'failed', 'in_doubt', 'skipped', 'held'] as const;
const instant = z.iso.datetime();

export const touchIdField = z.uuid();

export const listTouchesSchema = z.strictObject({
  ...pageQuery,
  state: z.enum(states).optional(),
  leadId: z.uuid().optional(),
});

export const touchSchema = z
  .object({
    id: z.uuid(),
    lead: z.object({ id: z.uuid(), name: z.string().nullable(), company: z.string().nullable() }),
    cadence: z.string(),
    enrollmentNo: z.number().int(),
    step: z.string(),
    visit: z.number().int(),
    template: z.object({ key: z.string(), version: z.number().int() }),
    state: z.enum(states),
    /** A code; of a held touch with what is missing, of a resolved doubt how a person resolved it. */
    reason: z.string().nullable(),
    /** What the mail server said last. */
    error: z.string().nullable(),
    attempts: z.number().int(),
    dueAt: instant,
    claimedAt: instant.nullable(),
    finishedAt: instant.nullable(),
    messageId: z.string().nullable(),
  })
  .meta({ id: 'Touch' });

export const touchPageSchema = pageSchema(touchSchema).meta({ id: 'TouchPage' });

export const resolveTouchSchema = z
  .strictObject({
    as: z.enum(['sent', 'not_sent']).describe('What the mail server, or the lead, said'),
    note: noteField,
  })
  .meta({ id: 'ResolveTouch' });

export type TouchAnswer = z.output<typeof touchSchema>;
