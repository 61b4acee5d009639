import { z } from 'zod';
import { END_STEP } from '../../domain/cadence/cadence-plan.js';
import { conditionSchema } from '../../domain/condition/condition.schema.js';
import { keyField } from '../../domain/document-field.schema.js';
import { LANDING_CHANGES } from '../../domain/lead/classify-landing.js';
import { noteField } from '../common/note.schema.js';
import { pageQuery } from '../common/pagination.js';

/** Leads a minute that a migration takes over when nobody says otherwise: a fraction of what the engine does. */
const DEFAULT_RATE = 1_200;
const MAX_LISTED = 10_000;

const version = z.int().min(1).max(999_999_999);
const mapping = z
  .record(keyField, z.union([keyField, z.literal(END_STEP)]))
  .refine((steps) => Object.keys(steps).length <= 200, { error: 'a cadence has at most 200 steps' })
  .default({})
  .describe('Step of the old version → step of the new one, or $end: where leads go who stand on it');

const target = {
  toVersion: version.describe('A published version, older or newer'),
  fromVersion: version.optional().describe('Only leads inside this version; else those of every other version'),
  mapping,
};

const change = z.enum([...LANDING_CHANGES, 'no_place', 'unknown']);

export const dryRunSchema = z
  .strictObject({
    ...target,
    only: z
      .array(change)
      .min(1)
      .optional()
      .describe('Lists only leads to which this would happen; the summary has all'),
    limit: pageQuery.limit,
    cursor: pageQuery.cursor,
  })
  .meta({ id: 'DryRunCadence' });
export type DryRun = z.output<typeof dryRunSchema>;

const who = z.union(
  [
    z.enum(['all', 'none']),
    z.strictObject({ leads: z.array(z.uuid()).min(1).max(MAX_LISTED) }),
    z.strictObject({ steps: z.array(keyField).min(1).max(200) }),
    z.strictObject({ when: conditionSchema }),
  ],
  { error: 'write all, none, { leads: [ids] }, { steps: [ids] } or { when: condition }' },
);

export const migrateSchema = z
  .strictObject({
    ...target,
    who: who.describe('Which of the leads inside go over; the others end on the version they are in'),
    rate: z
      .strictObject({ leads: z.int().min(1).max(100_000), per: z.literal('minute').default('minute') })
      .default({ leads: DEFAULT_RATE, per: 'minute' }),
    note: noteField,
  })
  .meta({ id: 'MigrateCadence' });
export type Migrate = z.output<typeof migrateSchema>;

/** How the job goes on stands under its own address. */
export const orderedJobSchema = z
  .object({
    id: z.uuid().describe('GET /v1/jobs/{id}, POST /v1/jobs/{id}/stop'),
    total: z.int().describe('Leads that go over, or that are looked at'),
    rate: z.object({ leads: z.int(), per: z.enum(['minute', 'hour']) }),
  })
  .meta({ id: 'OrderedJob' });
export type OrderedJobAnswer = z.output<typeof orderedJobSchema>;

const instant = z.iso.datetime();
const standing = z.object({
  step: z.string(),
  dueAt: instant.nullable().describe('When its wait ends or its touch is due'),
  words: z.string().describe('What is sent or awaited there'),
});

const landing = z
  .object({
    lead: z.object({ id: z.uuid(), name: z.string().nullable(), company: z.string().nullable() }),
    version: z.int(),
    now: standing,
    held: z.string().nullable().describe('Why the touch of its step is held now; it is tried again after the move'),
    lands: standing.nullable().describe('Null when it would leave, when its step has no place, or when nobody can say'),
    change,
    why: z.string().nullable().describe('A code: why it leaves or can not be foreseen'),
  })
  .meta({ id: 'CadenceLanding' });
export type LandingAnswer = z.output<typeof landing>;

export const dryRunAnswerSchema = z
  .object({
    checkedAt: instant,
    toVersion: z.int(),
    inside: z.int().describe('Leads inside other versions, or inside fromVersion'),
    summary: z
      .array(
        z.object({
          version: z.int(),
          step: z.string(),
          landsAt: z.string().nullable(),
          change,
          words: z.string().nullable(),
          leads: z.int(),
        }),
      )
      .nullable()
      .describe('Every lead by step and landing, changes first; null on the pages after the first'),
    unmapped: z
      .array(z.object({ version: z.int(), step: z.string(), leads: z.int() }))
      .describe('Steps that are gone and have no place: map them before you migrate'),
    items: z.array(landing),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'CadenceDryRun' });
export type DryRunAnswer = z.output<typeof dryRunAnswerSchema>;
