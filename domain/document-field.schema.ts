import { z } from 'zod';

/** Fields that several documents share (documents.md): each message names the form and shows one that works. */

/** Key or id of something people name: kebab-case. */
export const keyField = z
  .string()
  .max(80, { error: 'a key has at most 80 characters' })
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: 'write keys and ids in kebab-case, for example case-study' });

/** Code in the data: snake_case. */
export const codeField = z
  .string()
  .max(80, { error: 'a code has at most 80 characters' })
  .regex(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/, { error: 'write codes in snake_case, for example not_ready' });

/** ISO-8601 duration of weeks, days, hours, minutes, seconds. Months and years have no fixed length and are refused. */
export const durationField = z
  .string()
  .regex(/^P(?=\d|T\d)(\d{1,5}W)?(\d{1,5}D)?(T(?=\d)(\d{1,6}H)?(\d{1,7}M)?(\d{1,8}S)?)?$/, {
    error: 'write an ISO-8601 duration of weeks, days, hours, minutes or seconds, for example P2D or PT36H',
  });

/** Wall time of a day, `00:00` to `24:00`. */
export const wallTimeField = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, { error: 'write the time as HH:MM in quotes, for example "09:00"' });

/** Calendar date, one there is. */
export const localDateField = z.iso.date({ error: 'write the date as YYYY-MM-DD' });

/** Date and wall time without a zone; that there is such a day is judged by the lint, since the schema reads stored versions too. */
export const localDateTimeField = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/, {
    error: "write the instant as YYYY-MM-DDTHH:MM without a zone; it is read in the organisation's zone",
  });

export const weekdayField = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], {
  error: 'a weekday is one of mon, tue, wed, thu, fri, sat, sun',
});

/** IANA zone name; whether it exists is looked up where zones are known. */
export const zoneField = z
  .string()
  .max(64)
  .regex(/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/, {
    error: 'write the zone by its IANA name, for example Europe/Berlin',
  });

/** ISO-3166 two-letter country. YAML reads a bare NO as text only when it is quoted. */
export const countryField = z
  .string()
  .regex(/^[A-Z]{2}$/, { error: 'write the country by its two letters in capitals, for example CH (quote "NO")' });

/** ISO-639 two-letter language. */
export const languageField = z
  .string()
  .regex(/^[a-z]{2}$/, { error: 'write the language by its two letters, for example de' });

/** Exact decimal amount in one currency. */
export const moneyField = z
  .strictObject({
    amount: z.string().regex(/^\d{1,15}(\.\d{1,4})?$/, { error: 'write the amount in quotes, for example "18500.00"' }),
    currency: z.string().regex(/^[A-Z]{3}$/, { error: 'write the currency by its three letters, for example EUR' }),
  })
  .meta({ id: 'Money' });

/** Message for a strict object: names the key that is not known and those that are. */
export function unknownKeyMessage(what: string, known: readonly string[]) {
  return (issue: { code?: string | undefined; keys?: readonly string[] | undefined }): string | undefined => {
    if (issue.code !== 'unrecognized_keys') return undefined;
    return `${what} has no ${(issue.keys ?? []).join(', ')}; it takes ${known.join(', ')}`;
  };
}

/** Names that are fields of the lead itself: a copy in the profile would hide behind them. */
const OWN_FIELDS: readonly string[] = ['email', 'name', 'company', 'title', 'phone'];

/** Name of a field of the profile. */
export const profileNameField = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, {
    error: 'A name has letters, digits and underscores and begins with a letter',
  })
  .refine((name) => !OWN_FIELDS.includes(name), { error: 'This is a field of the lead, not of its profile' });
