import { z } from 'zod';
import { codeField, durationField, unknownKeyMessage } from '../document-field.schema.js';

/** documents.md: frequency. How many touches one person gets over all cadences, by class; days in the lead's zone. */
export const frequencyPolicySchema = z
  .record(
    codeField,
    z.strictObject(
      {
        max: z.int().min(1).max(1000),
        per: z.union([z.literal('day'), durationField], { error: '`per` is day or a duration such as P7D' }),
      },
      { error: unknownKeyMessage('a frequency class', ['max', 'per']) },
    ),
  )
  .meta({ id: 'FrequencyPolicy' });

export type FrequencyPolicy = z.infer<typeof frequencyPolicySchema>;
