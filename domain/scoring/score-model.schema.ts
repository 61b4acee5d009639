import { z } from 'zod';
import { conditionSchema, engagementFilterSchema } from '../condition/condition.schema.js';
import { codeField, keyField, unknownKeyMessage } from '../document-field.schema.js';
import type { ScoreModel } from './score-model.js';

const MAX_RULES = 200;

const points = z
  .int({ error: 'write points as a whole number' })
  .min(-10_000, { error: 'points are at least -10000' })
  .max(10_000, { error: 'points are at most 10000' });

const cap = z
  .int({ error: 'write a cap as a whole number, negative for negative points' })
  .min(-1_000_000)
  .max(1_000_000);

const fitRule = z.strictObject(
  { id: keyField, when: conditionSchema, points, group: keyField.optional() },
  { error: unknownKeyMessage('a fit rule', ['id', 'when', 'points', 'group']) },
);

const engagementRule = z.strictObject(
  {
    id: keyField,
    kind: codeField,
    where: engagementFilterSchema.optional(),
    points,
    perDay: cap.optional(),
    total: cap.optional(),
    halfLifeDays: z
      .number({ error: 'write the half-life as a number of days' })
      .min(0.01, { error: 'a half-life is at least 0.01 days; leave it out for points that stay' })
      .max(36_500, { error: 'a half-life is at most 36500 days; leave it out for points that stay' })
      .optional(),
  },
  {
    error: unknownKeyMessage('an engagement rule', [
      'id',
      'kind',
      'where',
      'points',
      'perDay',
      'total',
      'halfLifeDays',
    ]),
  },
);

/** A score model as people write it (documents: Score model). What it means is judged by `lintScoreModel`. */
export const scoreModelSchema: z.ZodType<ScoreModel, ScoreModel> = z
  .strictObject(
    {
      key: keyField,
      fit: z.strictObject(
        {
          rules: z.array(fitRule).max(MAX_RULES),
          grades: z.strictObject(
            { A: points, B: points, C: points, D: points },
            { error: unknownKeyMessage('grades', ['A', 'B', 'C', 'D']) },
          ),
        },
        { error: unknownKeyMessage('fit', ['rules', 'grades']) },
      ),
      engagement: z.strictObject(
        { rules: z.array(engagementRule).max(MAX_RULES) },
        { error: unknownKeyMessage('engagement', ['rules']) },
      ),
      handRaises: z.array(codeField).max(MAX_RULES),
    },
    { error: unknownKeyMessage('a score model', ['key', 'fit', 'engagement', 'handRaises']) },
  )
  .meta({ id: 'ScoreModel' });
