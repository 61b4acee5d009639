import { z } from 'zod';
import { NO_ENTRY_REASONS } from '../../domain/lead/foresee-entry.js';
import { noteField } from '../common/note.schema.js';
import { pageQuery } from '../common/pagination.js';

/** Leads a minute when nobody says otherwise: each may cost a touch at once. */
const DEFAULT_RATE = { leads: 60, per: 'minute' } as const;

const rate = z.strictObject({
  leads: z.int().min(1).max(100_000),
  per: z.enum(['minute', 'hour'], { error: '`per` is minute or hour' }),
});
const LISTS = ['entering', 'others'] as const;

export const takeInSchema = z
  .strictObject({
    dryRun: z.boolean().default(false).describe('True: only says who would enter, and asks nobody'),
    rate: rate.default(DEFAULT_RATE).describe('How many leads are asked in how long'),
    list: z.enum(LISTS).default('entering').describe('Of a dry run: whom it lists; the summary has all'),
    limit: pageQuery.limit.describe('Of a dry run'),
    cursor: pageQuery.cursor.describe('Of a dry run'),
    note: noteField,
  })
  .prefault({})
  .meta({ id: 'TakeIn' });
/** As imports take it; whatever else stands there is refused: a dry run that was misspelt would be none. */
export const takeInQuerySchema = z.strictObject({ dryRun: z.enum(['true', 'false']).optional() });
export type TakeIn = z.output<typeof takeInSchema>;

const instant = z.iso.datetime();
const why = z.enum(NO_ENTRY_REASONS);

const foreseenEntry = z
  .object({
    lead: z.object({ id: z.uuid(), name: z.string().nullable(), company: z.string().nullable() }),
    inside: z
      .string()
      .nullable()
      .describe('The cadence it is in now; where it enters, that one waits with its clock stopped'),
    enters: z.boolean(),
    why: why.nullable().describe('Why it does not enter now'),
    from: instant.nullable().describe('When that ends by itself, where it does'),
  })
  .meta({ id: 'ForeseenEntry' });
export type ForeseenEntryAnswer = z.output<typeof foreseenEntry>;

export const takeInPreviewSchema = z
  .object({
    checkedAt: instant,
    cadence: z.string(),
    version: z.int().describe('The version they would enter'),
    summary: z
      .object({
        leads: z.int().describe('Leads whose process is not over'),
        entering: z.int(),
        superseding: z
          .int()
          .describe('Of those who enter: leads taken from a cadence of lower priority, which waits meanwhile'),
        others: z.array(z.object({ why, leads: z.int() })).describe('Why the others do not, most first'),
        minutes: z.int().describe('How long the job would take at the rate'),
      })
      .nullable()
      .describe('Everybody; null on the pages after the first'),
    items: z.array(foreseenEntry).describe('Leads in nurture, by id'),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'TakeInPreview' });
export type TakeInPreview = z.output<typeof takeInPreviewSchema>;
