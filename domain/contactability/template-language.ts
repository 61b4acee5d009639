import { chooseLanguage, type LanguageCandidates, type LanguageChoice } from './choose-language.js';

interface Parts {
  readonly subject: string;
  readonly html: string;
  readonly text?: string | undefined;
}

/** A template as it is published, as far as its languages go. */
export interface Translated extends Parts {
  readonly language?: string | undefined;
  readonly links: Readonly<Record<string, string>>;
  readonly translations?:
    | Readonly<Record<string, Parts & { readonly links?: Readonly<Record<string, string>> | undefined }>>
    | undefined;
}

/** The languages a template is written in, its own first. */
export const languagesOf = ({ language, translations = {} }: Translated): string[] => [
  ...(language === undefined ? [] : [language]),
  ...Object.keys(translations),
];

/** The template in the language these name, as if it had been written in that one alone; see `chooseLanguage`. */
export function templateFor<T extends Translated>(
  template: T,
  candidates: LanguageCandidates,
): { readonly written: T; readonly choice: LanguageChoice } {
  const { language: own, translations = {} } = template;
  const choice = chooseLanguage({ own, translations: Object.keys(translations) }, candidates);
  return { written: templateIn(template, choice.language), choice };
}

/** The same in a language that is known to be one of `languagesOf`. */
export function templateIn<T extends Translated>(template: T, language: string | undefined): T {
  const { translations = {}, links } = template;
  if (language === undefined || !Object.hasOwn(translations, language)) return template;
  const translation = translations[language];
  if (!translation) return template;
  const { subject, html, text } = translation;
  return { ...template, language, subject, html, text, links: { ...links, ...translation.links } };
}
