import { readProfileField } from './import-field.js';
import type { ImportColumn, MappingProblem } from './map-columns.js';

/** What holds for every row that does not say otherwise. */
export interface ImportDefaults {
  readonly source?: string;
  readonly campaign?: string;
  readonly consentBasis?: string;
  /** ISO-8601 instant. */
  readonly consentAt?: string;
  readonly consentText?: string;
}

export type ImportRow =
  | { readonly ok: true; readonly lead: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly problem: MappingProblem };

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const NUMBER = /^[+-]?\d+(\.\d+)?$/;

/**
 * A row as a body of `POST /v1/leads`, not checked yet: cells are trimmed and empty ones left out, a country is put into
 * capitals, a language into small letters, tags are split at `;` `,` and `|`, the ground of
 * the consent is written in snake_case, a date alone is its midnight in UTC.
 */
export function readImportRow(
  columns: readonly ImportColumn[],
  cells: readonly string[],
  defaults: ImportDefaults,
): ImportRow {
  if (cells.length !== columns.length) {
    const message = `The row has ${cells.length} cells, the header has ${columns.length}`;
    return { ok: false, problem: { path: 'row', code: 'wrong_column_count', message } };
  }
  const values = new Map<string, string>();
  columns.forEach(({ field }, index) => {
    const text = cells[index]?.trim() ?? '';
    if (field !== null && text !== '') values.set(field, text);
  });
  const profile: Record<string, string | number> = {};
  for (const [field, text] of values) {
    const target = readProfileField(field);
    if (target === undefined) continue;
    if (target.isNumber && !NUMBER.test(text)) {
      const path = `profile.${target.name}`;
      return { ok: false, problem: { path, code: 'invalid_number', message: 'Write a number, for example 410' } };
    }
    profile[target.name] = target.isNumber ? Number(text) : text;
  }
  return { ok: true, lead: leadOf((field) => values.get(field), profile, defaults) };
}

function leadOf(
  value: (field: string) => string | undefined,
  profile: Readonly<Record<string, unknown>>,
  defaults: ImportDefaults,
): Record<string, unknown> {
  const given = (field: keyof ImportDefaults): string | undefined => value(field) ?? defaults[field];
  const parts = [value('firstName'), value('lastName')].filter((part) => part !== undefined);
  const kind = value('handRaiseKind');
  const externalId = value('externalId');
  const [basis, at] = [given('consentBasis'), given('consentAt')];
  const lead = {
    email: value('email') ?? '',
    name: value('name') ?? (parts.length === 0 ? undefined : parts.join(' ')),
    company: value('company'),
    title: value('title'),
    phone: value('phone'),
    country: value('country')?.toUpperCase(),
    timeZone: value('timeZone'),
    language: value('language')?.toLowerCase(),
    tags: value('tags')
      ?.split(/[;,|]/)
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
    externalIds: externalId === undefined ? undefined : [externalId],
    profile: Object.keys(profile).length === 0 ? undefined : profile,
    source: given('source'),
    campaign: given('campaign'),
    consent: present({
      basis: basis === undefined ? undefined : asBasis(basis),
      at: at !== undefined && DATE.test(at) ? `${at}T00:00:00Z` : at,
      text: given('consentText'),
    }),
    handRaise: kind === undefined ? undefined : present({ kind, purpose: value('handRaisePurpose') }),
  };
  return present(lead);
}

/** `Legitimate interest` as `legitimate_interest`: sheets write it for people. */
export const asBasis = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');

const present = (members: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

/** Names of the mapping for what a body of `POST /v1/leads` calls otherwise. */
const PATHS: readonly (readonly [body: RegExp, field: string])[] = [
  [/^externalIds(\.|$)/, 'externalId'],
  [/^consent\.basis$/, 'consentBasis'],
  [/^consent\.at$/, 'consentAt'],
  [/^consent\.text$/, 'consentText'],
  [/^consent$/, 'consentBasis'],
  [/^handRaise\.purpose$/, 'handRaisePurpose'],
  [/^handRaise(\.|$)/, 'handRaiseKind'],
  [/^tags(\.|$)/, 'tags'],
];

/** The field a person mapped, for the path of an error. */
export const importFieldOf = (path: string): string => PATHS.find(([body]) => body.test(path))?.[1] ?? path;
