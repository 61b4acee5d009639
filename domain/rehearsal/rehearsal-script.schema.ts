import { z } from 'zod';
import { codeField, durationField, keyField, unknownKeyMessage } from '../document-field.schema.js';
import { durationToMs, requireDuration } from '../time/duration.js';

const instant = z.iso.datetime({ offset: true, error: 'write an instant like 2026-12-21T13:00:00Z' });
const note = z.string().trim().min(1).max(2_000).optional();
const ordinal = z.int().min(1).max(1_000);

const delay = durationField.optional().describe('Nothing: at once');

/** What an answer may follow: a touch that went out, a handoff that was offered, a return from sales. */
const afterSchema = z.union(
  [
    z.strictObject({ touch: keyField, delay }),
    z.strictObject({ handoff: ordinal, delay }),
    z.strictObject({ return: ordinal, delay }),
  ],
  { error: 'an answer comes after { touch: <step> }, { handoff: <no> } or { return: <no> }, each with a delay' },
);

const money = z.strictObject({
  amount: z.string().regex(/^\d{1,15}(\.\d{1,2})?$/, { error: 'write money as "12000.00"' }),
  currency: z.string().regex(/^[A-Z]{3}$/, { error: 'three capital letters, for example EUR' }),
});

const doSchema = z
  .union(
    [
      z.enum(['accept', 'acknowledge', 'withdraw', 'stop_air_cover'], {
        error: 'in one word: accept, acknowledge, withdraw or stop_air_cover',
      }),
      z.strictObject({
        engagement: codeField,
        of: keyField.optional().describe('The touch it answers, by its step'),
        properties: z.record(z.string().min(1).max(100), z.json()).optional(),
        purpose: z.string().trim().max(500).optional(),
      }),
      z.strictObject({
        reject: codeField,
        note,
        quality: z.int().min(1).max(5).optional(),
        earliestReturnAt: instant.optional(),
      }),
      z.strictObject({ return: codeField, note, earliestReturnAt: instant.optional() }),
      z.strictObject({ firstTouch: codeField, note }),
      z.strictObject({ outcome: z.enum(['won', 'lost']), reason: codeField.optional(), value: money.optional() }),
      z.strictObject({ offer: z.string().trim().min(1).max(2_000).describe('Marketing pushes it: the reason') }),
      z.strictObject({ todo: codeField.describe('The disposition of the open to-do'), note }),
    ],
    {
      error:
        'one of accept, acknowledge, withdraw, stop_air_cover, { engagement, of? }, { reject }, { return }, { firstTouch }, { outcome }, { offer }, { todo }',
    },
  )
  .meta({ id: 'RehearsalDeed' });

const entry = z
  .strictObject(
    { at: instant.optional(), after: afterSchema.optional(), do: doSchema },
    { error: unknownKeyMessage('an entry of the script', ['at', 'after', 'do']) },
  )
  .refine((one) => (one.at === undefined) !== (one.after === undefined), {
    error: 'an entry happens either `at` an instant or `after` something',
  })
  .meta({ id: 'RehearsalEntry' });

/** What lead, sales and marketing do in a rehearsal (documents.md); everybody else stays silent. */
export const rehearsalScriptSchema = z.array(entry).max(200, { error: 'a script has at most 200 entries' });

export type RehearsalScript = z.output<typeof rehearsalScriptSchema>;
export type ScriptEntry = RehearsalScript[number];
export type ScriptDeed = ScriptEntry['do'];

/** Milliseconds after what the entry follows; a day counts 24 hours here. */
export const delayMs = (after: NonNullable<ScriptEntry['after']>): number =>
  after.delay === undefined ? 0 : durationToMs(requireDuration(after.delay));
