import { z } from 'zod';
import { codeField, durationField, unknownKeyMessage } from '../../document-field.schema.js';

/** documents.md: playbook. How often sales tries to reach a lead it has accepted, and what may come of a try. */
export const playbookSchema = z
  .strictObject(
    {
      attempts: z.int().min(1).max(50),
      gap: durationField.describe('from one try to the next; days in the zone of the rep'),
      dispositions: z
        .array(codeField)
        .min(1)
        .max(30)
        .refine((codes) => new Set(codes).size === codes.length, { error: 'a disposition stands in the list once' }),
      again: z
        .array(codeField)
        .max(30)
        .default(['no_answer'])
        .describe('dispositions after which the next try is due; after every other one the lead counts as reached'),
    },
    { error: unknownKeyMessage('a playbook', ['attempts', 'gap', 'dispositions', 'again']) },
  )
  .meta({ id: 'Playbook' });

export type Playbook = z.infer<typeof playbookSchema>;
