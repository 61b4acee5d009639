import { z } from 'zod';
import { wallTimeField, weekdayField } from '../document-field.schema.js';

/** One row of a send window, half-open `[from, to)`; `from >= to` crosses midnight (semantics: Send window). */
const windowRow = z
  .strictObject({
    days: z.array(weekdayField).min(1, { error: 'name at least one weekday, for example [mon, tue]' }),
    from: wallTimeField,
    to: wallTimeField,
    holidays: z
      .boolean()
      .optional()
      .describe("true: closed on the holidays of the lead's country and of the organisation"),
  })
  .meta({ id: 'SendWindowRow' });

export const sendWindowSchema = z
  .union([z.literal('any'), windowRow, z.array(windowRow).min(1)], {
    error: 'say when touches may go: { days: [mon, tue], from: "09:00", to: "17:00" }, a list of those, or any',
  })
  .meta({ id: 'SendWindow' });
