import { z } from 'zod';
import { keyField, languageField, unknownKeyMessage } from '../../domain/document-field.schema.js';

const TEMPLATE_KEYS = ['key', 'name', 'subject', 'html', 'text', 'from', 'language', 'links', 'translations'];
const TRANSLATION_KEYS = ['subject', 'html', 'text', 'links'];
const MAX_TRANSLATIONS = 40;

const parts = {
  subject: z.string().trim().min(1, { error: 'a template needs a subject' }).max(500),
  html: z.string().min(1, { error: 'a template needs html' }).max(200_000),
  text: z.string().min(1).max(100_000).optional(),
};

const linksField = z.record(
  z.string().regex(/^[a-z][a-z0-9_]*$/, { error: 'a link is named in snake_case, for example case_study' }),
  z.url({ protocol: /^https?$/, error: 'a link is an http or https address' }).max(2_000),
);

const translationSchema = z
  .strictObject(
    { ...parts, links: linksField.optional().describe('targets that are others in this language') },
    { error: unknownKeyMessage('a translation', TRANSLATION_KEYS) },
  )
  .meta({ id: 'TemplateTranslation' });

/**
 * documents.md: templates. Subject, html and text are Liquid; `links` names the tracked targets that the text uses as
 * `{{ links.<name> }}`. Without `text` the text part is made from the html. `translations` are the same mail in other
 * languages; which one a lead reads, `chooseLanguage` says.
 */
export const templateSchema = z
  .strictObject(
    {
      key: keyField,
      name: z.string().min(1).max(200).optional(),
      ...parts,
      from: z.enum(['brand', 'rep'], { error: '`from` is brand or rep' }).optional(),
      language: languageField.optional().describe('what subject, html and text are written in'),
      links: linksField.default({}),
      translations: z.record(languageField, translationSchema).optional().describe('language → the same mail in it'),
    },
    { error: unknownKeyMessage('a template', TEMPLATE_KEYS) },
  )
  .superRefine(({ language, translations = {} }, context) => {
    const languages = Object.keys(translations);
    const refuse = (path: string[], message: string): void => context.addIssue({ code: 'custom', path, message });
    if (languages.length > MAX_TRANSLATIONS) refuse(['translations'], `at most ${MAX_TRANSLATIONS} translations`);
    if (languages.length > 0 && language === undefined)
      refuse(['language'], 'say which language the template itself is written in, since it has translations');
    if (language !== undefined && languages.includes(language))
      refuse(['translations', language], `the template itself is written in ${language}: leave this one out`);
  })
  .meta({ id: 'TemplateDocument' });

export type TemplateDocument = z.infer<typeof templateSchema>;
