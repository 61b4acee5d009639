import { IMPORT_FIELDS } from './import-field.js';

/** Headers people and programs write, as `plainHeader` leaves them, by the field they mean. */
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  email: ['mail', 'emailaddress', 'mailaddress', 'emailadresse', 'workemail', 'businessemail', 'courriel', 'correo'],
  name: ['fullname', 'contact', 'contactname', 'leadname', 'person'],
  firstName: ['givenname', 'forename', 'vorname', 'prenom', 'nombre'],
  lastName: ['surname', 'familyname', 'nachname', 'apellido', 'apellidos'],
  company: [
    'companyname',
    'organisation',
    'organization',
    'account',
    'accountname',
    'firma',
    'unternehmen',
    'employer',
  ],
  title: ['jobtitle', 'position', 'role', 'funktion'],
  phone: ['phonenumber', 'telephone', 'tel', 'mobile', 'mobilephone', 'telefon', 'telefonnummer'],
  country: ['countrycode', 'land', 'pays', 'pais'],
  timeZone: ['timezone', 'zone', 'tz'],
  language: ['lang', 'locale', 'sprache', 'languagecode'],
  tags: ['tag', 'labels'],
  externalId: ['externalids', 'crmid', 'contactid', 'leadid'],
  source: ['leadsource', 'quelle'],
  campaign: ['campaignkey', 'kampagne'],
  consentBasis: ['legalbasis', 'lawfulbasis'],
  consentAt: ['consentdate', 'consentedat', 'optinat', 'optindate'],
  consentText: [],
  handRaiseKind: [],
  handRaisePurpose: [],
  'profile.employees:number': ['employees', 'employeecount', 'numberofemployees'],
};

const FIELD_OF = new Map<string, string>([
  ...IMPORT_FIELDS.map((field) => [field.toLowerCase(), field] as const),
  ...Object.entries(HEADERS).flatMap(([field, names]) => names.map((name) => [name, field] as const)),
]);

/** Letters and digits only, without accents and case. */
const plainHeader = (header: string): string =>
  header
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');

/** The field a header means; undefined when nobody can tell. `profile.<name>` means itself. */
export function guessField(header: string): string | undefined {
  const trimmed = header.trim();
  if (/^profile\.[A-Za-z][A-Za-z0-9_]{0,63}(:number)?$/.test(trimmed)) return trimmed;
  return FIELD_OF.get(plainHeader(trimmed));
}
