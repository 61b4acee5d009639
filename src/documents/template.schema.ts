import { z } from 'zod';
import { keyField, unknownKeyMessage } from '../../domain/document-field.schema.js';

const TEMPLATE_KEYS = ['key', 'name', 'subject', 'html', 'text', 'from', 'language', 'links'];

/**
 * documents.md: templates. Subject, html and text are Liquid; `links` names the tracked targets that the text uses as
 * `{{ links.<name> }}`. Without `text` the text part is made from the html.
 */
export const templateSchema = z
  .strictObject(
    {
      key: keyField,
      name: z.string().min(1).max(200).optional(),
      subject: z.string().trim().min(1, { error: 'a template needs a subject' }).max(500),
      html: z.string().min(1, { error: 'a template needs html' }).max(200_000),
      text: z.string().min(1).max(100_000).optional(),
      from: z.enum(['brand', 'rep'], { error: '`from` is brand or rep' }).optional(),
      language: z
        .string()
        .regex(/^[a-z]{2}$/, { error: 'write the language by its two letters, for example de' })
        .optional(),
      links: z
        .record(
          z.string().regex(/^[a-z][a-z0-9_]*$/, { error: 'a link is named in snake_case, for example case_study' }),
          z.url({ protocol: /^https?$/, error: 'a link is an http or https address' }).max(2_000),
        )
        .default({}),
    },
    { error: unknownKeyMessage('a template', TEMPLATE_KEYS) },
  )
  .meta({ id: 'TemplateDocument' });

export type TemplateDocument = z.infer<typeof templateSchema>;
