/** Who says which language a mail is written in, first to last; two small letters each. */
export interface LanguageCandidates {
  readonly lead?: string | null;
  readonly campaign?: string | null;
  readonly organisation?: string | null;
}

export interface LanguageChoice {
  /** Undefined: the template does not say what it is written in. */
  readonly language: string | undefined;
  /** `template`: it is written in none of theirs, so its own words go out. */
  readonly from: keyof LanguageCandidates | 'template';
}

const ORDER = ['lead', 'campaign', 'organisation'] as const;

/**
 * The lead's language, else the campaign's, else the organisation's: the first of them the template is written in. One it
 * is not written in counts as missing, as with zones; where it is written in none, its own.
 */
export function chooseLanguage(
  { own, translations }: { readonly own: string | undefined; readonly translations: readonly string[] },
  candidates: LanguageCandidates,
): LanguageChoice {
  for (const from of ORDER) {
    const language = candidates[from]?.trim().toLowerCase();
    if (language && (language === own || translations.includes(language))) return { language, from };
  }
  return { language: own, from: 'template' };
}
