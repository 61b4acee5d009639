import { z } from 'zod';
import { conditionSchema } from '../condition/condition.schema.js';
import { keyField, unknownKeyMessage } from '../document-field.schema.js';

/** documents.md: teams. `covers` says which leads a team takes when no routing row does. */
export const teamSchema = z
  .strictObject(
    {
      key: keyField,
      side: z.enum(['marketing', 'sales'], { error: '`side` is marketing or sales' }),
      owner: keyField.optional(),
      covers: conditionSchema.optional(),
    },
    { error: unknownKeyMessage('a team', ['key', 'side', 'owner', 'covers']) },
  )
  .meta({ id: 'Team' });

export type TeamDocument = z.infer<typeof teamSchema>;
