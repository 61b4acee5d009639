/** What a column of an imported file can be: a field of the lead, or `profile.<name>`, `profile.<name>:number`. */
export const IMPORT_FIELDS = [
  ...(['email', 'name', 'firstName', 'lastName', 'company', 'title', 'phone', 'country', 'timeZone'] as const),
  ...(['language', 'tags', 'externalId', 'source', 'campaign', 'consentBasis', 'consentAt', 'consentText'] as const),
  ...(['handRaiseKind', 'handRaisePurpose'] as const),
] as const;

const PROFILE = /^profile\.([A-Za-z][A-Za-z0-9_]{0,63})(:number)?$/;

/** A profile's field and whether its values are numbers; undefined for any other field. */
export function readProfileField(field: string): { readonly name: string; readonly isNumber: boolean } | undefined {
  const [, name, number] = PROFILE.exec(field) ?? [];
  return name === undefined ? undefined : { name, isNumber: number !== undefined };
}

export const isImportField = (field: string): boolean =>
  (IMPORT_FIELDS as readonly string[]).includes(field) || readProfileField(field) !== undefined;
