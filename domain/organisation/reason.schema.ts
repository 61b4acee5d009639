import { z } from 'zod';
import { codeField, unknownKeyMessage } from '../document-field.schema.js';

/** documents.md: reasons. One entry of the catalogue a rejection picks from. */
export const reasonSchema = z
  .strictObject(
    { code: codeField, label: z.string().min(1).max(120), needsNote: z.boolean().default(false) },
    { error: unknownKeyMessage('a reason', ['code', 'label', 'needsNote']) },
  )
  .meta({ id: 'RejectionReason' });

export type ReasonDocument = z.infer<typeof reasonSchema>;
