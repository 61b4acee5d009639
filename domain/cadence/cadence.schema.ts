import { z } from 'zod';
import { conditionSchema } from '../condition/condition.schema.js';
import { codeField, durationField, keyField, unknownKeyMessage } from '../document-field.schema.js';
import { sendWindowSchema } from './send-window.schema.js';
import { stepSchema } from './steps/step-kinds.schema.js';

const guardSchema = z
  .union([z.enum(['unsubscribed', 'replied']), z.strictObject({ when: conditionSchema, reason: codeField })], {
    error: 'an exit guard is unsubscribed, replied or { when, reason }',
  })
  .meta({ id: 'ExitGuard' });
export type ExitGuard = z.infer<typeof guardSchema>;

const reentrySchema = z
  .union([z.enum(['never', 'restart', 'resume']), z.strictObject({ after: durationField })], {
    error: '`reentry` is never, restart, resume or { after: P30D }',
  })
  .meta({ id: 'Reentry' });
export type Reentry = z.infer<typeof reentrySchema>;

const CADENCE_KEYS = [
  'key',
  'name',
  'goal',
  'entry',
  'priority',
  'reentry',
  'phase',
  'window',
  'spread',
  'minGap',
  'frequency',
  'exits',
  'steps',
];

/** documents.md: Cadence. Steps are a list; a step without `next` goes on to the one below it. */
export const cadenceSchema = z
  .strictObject(
    {
      key: keyField,
      name: z.string().min(1).max(200),
      goal: codeField.default('qualified'),
      entry: conditionSchema.optional(),
      priority: z.int().min(0).max(1000).default(0),
      reentry: reentrySchema.default('never'),
      phase: z
        .enum(['air_cover'])
        .optional()
        .describe('air_cover: runs beside sales, for accepted leads, until the grace is over'),
      window: sendWindowSchema,
      spread: durationField.default('PT0S'),
      minGap: durationField.default('PT0S'),
      frequency: codeField.optional(),
      exits: z.array(guardSchema).max(20).default([]),
      steps: z.array(stepSchema).min(1, { error: 'a cadence needs at least one step' }).max(200),
    },
    { error: unknownKeyMessage('a cadence', CADENCE_KEYS) },
  )
  .meta({ id: 'CadenceDocument' });

export type CadenceDocument = z.infer<typeof cadenceSchema>;
