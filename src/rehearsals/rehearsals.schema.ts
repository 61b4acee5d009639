import { z } from 'zod';
import { durationField, keyField, localDateField } from '../../domain/document-field.schema.js';
import { rehearsalLeadSchema } from '../../domain/rehearsal/rehearsal-lead.schema.js';
import { rehearsalScriptSchema } from '../../domain/rehearsal/rehearsal-script.schema.js';
import type { TrackEntry } from '../../domain/rehearsal/track-entry.js';
import { durationToMs, parseDuration } from '../../domain/time/duration.js';

/** Longer ones would hold a worker for minutes; the longest example cadence takes 200 days. */
const LONGEST_MS = 400 * 86_400_000;

const instant = z.iso.datetime({ offset: true, error: 'write an instant like 2026-12-01T09:00:00Z' });

const cadence = z.union(
  [
    z.strictObject({ key: keyField, version: z.int().min(1).optional().describe('Default: the one in force') }),
    z.strictObject({ document: z.record(z.string(), z.unknown()).describe('A cadence that need not be published') }),
  ],
  { error: 'name a cadence by { key, version } or give a { document }' },
);

const lead = z.union([z.strictObject({ id: z.uuid() }), z.strictObject({ profile: rehearsalLeadSchema })], {
  error: 'give { id } of a real lead, which is copied, or the { profile } of a made-up one with at least its source',
});

const horizon = durationField.refine((text) => {
  const duration = parseDuration(text);
  const ms = duration === undefined ? 0 : durationToMs(duration);
  return ms > 0 && ms <= LONGEST_MS;
}, 'At most 400 days');

export const newRehearsalSchema = z
  .strictObject({
    cadence,
    lead,
    startAt: instant,
    script: rehearsalScriptSchema.default([]),
    horizon: horizon.describe('How long the lead is lived, for example P90D'),
    calendar: z
      .strictObject({ holidays: z.array(localDateField).max(100) })
      .optional()
      .describe('Days off in every calendar, besides its own'),
  })
  .meta({ id: 'NewRehearsal' });

export type RehearsalOrder = z.output<typeof newRehearsalSchema>;

const trackEntry = z
  .object({
    at: z.string(),
    localAt: z.string(),
    zone: z.string(),
    kind: z.string(),
    step: z.string().optional(),
    winner: z.string().optional(),
    template: z.string().optional(),
    subject: z.string().optional(),
    score: z.number().optional(),
    detail: z.string(),
  })
  .meta({ id: 'TrackEntry' });

export const rehearsalAnswerSchema = z
  .object({
    id: z.uuid(),
    state: z.enum(['queued', 'running', 'done', 'failed']),
    cadence: z.object({ key: z.string(), version: z.int().nullable() }),
    lead: z.object({ id: z.uuid(), real: z.boolean() }),
    startAt: z.string(),
    until: z.string(),
    progress: z
      .object({ at: z.string(), until: z.string(), steps: z.int(), share: z.number() })
      .nullable()
      .describe('Instants on the clock of the lead; share from 0 to 1'),
    track: z.array(trackEntry).nullable().describe('Null until it is done'),
    failure: z
      .object({ code: z.string(), message: z.string() })
      .nullable()
      .describe('interrupted: ask for the same again; rehearsal_unsupported: the Temporal server is too old'),
    createdAt: z.string(),
    finishedAt: z.string().nullable(),
    tookMs: z.int().nullable(),
  })
  .meta({ id: 'Rehearsal' });

export type RehearsalAnswer = Omit<z.output<typeof rehearsalAnswerSchema>, 'track'> & {
  readonly track: readonly TrackEntry[] | null;
};
