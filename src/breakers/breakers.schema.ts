import { z } from 'zod';
import { noteField } from '../common/note.schema.js';
import { pageQuery, pageSchema } from '../common/pagination.js';
import { BREAKER_SCOPES } from './breaker.entity.js';

const instant = z.iso.datetime();

export const breakerIdField = z.uuid();

export const listBreakersSchema = z.strictObject({
  ...pageQuery,
  state: z.enum(['open', 'released']).optional(),
});

export const breakerSchema = z
  .object({
    id: z.uuid(),
    scope: z.enum(BREAKER_SCOPES),
    key: z.string().describe('Of the cadence, or the domain of the addresses'),
    state: z.enum(['open', 'released']),
    openedAt: instant,
    touches: z.int().describe('Sent in the day before it opened'),
    failures: z.int().describe('Of these: refused for good, bounced or complained about'),
    held: z.int().describe('Touches it holds now; of a released one, when it was released'),
    releasedAt: instant.nullable(),
    releasedBy: z.object({ id: z.uuid(), name: z.string() }).nullable(),
  })
  .meta({ id: 'Breaker' });

export const breakerPageSchema = pageSchema(breakerSchema).meta({ id: 'BreakerPage' });

export const releaseBreakerSchema = z.strictObject({ note: noteField }).optional().meta({ id: 'ReleaseBreaker' });

export type BreakerAnswer = z.output<typeof breakerSchema>;
