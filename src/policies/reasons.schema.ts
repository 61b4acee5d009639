import { z } from 'zod';
import { reasonSchema } from '../../domain/organisation/reason.schema.js';
import { noteField } from '../common/note.schema.js';
import { pageQuery, pageSchema } from '../common/pagination.js';

export const listReasonsSchema = z.strictObject(pageQuery);

export const putReasonSchema = reasonSchema
  .partial({ code: true })
  .extend({ note: noteField })
  .meta({ id: 'PutReason' });

export const reasonAnswerSchema = z
  .object({ code: z.string(), label: z.string(), needsNote: z.boolean() })
  .meta({ id: 'ReasonAnswer' });

export const reasonPageSchema = pageSchema(reasonAnswerSchema).meta({ id: 'ReasonPage' });
