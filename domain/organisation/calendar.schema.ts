import { z } from 'zod';
import { keyField, localDateField, unknownKeyMessage, wallTimeField, weekdayField } from '../document-field.schema.js';

/** Days off by local date, each with what people call it. */
export const holidaysField = z
  .array(z.strictObject({ date: localDateField, name: z.string().min(1).max(120) }))
  .max(2000)
  .default([]);

/** documents.md: calendars. Working hours in local wall time of whoever uses it, and holidays by local date. */
export const calendarSchema = z
  .strictObject(
    {
      key: keyField,
      days: z.array(weekdayField).min(1, { error: 'name at least one working day' }),
      from: wallTimeField,
      to: wallTimeField,
      holidays: holidaysField,
    },
    { error: unknownKeyMessage('a calendar', ['key', 'days', 'from', 'to', 'holidays']) },
  )
  .meta({ id: 'Calendar' });

export type CalendarDocument = z.infer<typeof calendarSchema>;
