import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { calendarSchema } from '../../../domain/organisation/calendar.schema.js';
import { campaignSchema } from '../../../domain/organisation/campaign.schema.js';
import { organisationSchema } from '../../../domain/organisation/organisation.schema.js';
import { personSchema } from '../../../domain/organisation/person.schema.js';
import { reasonSchema } from '../../../domain/organisation/reason.schema.js';
import { routingSchema } from '../../../domain/organisation/routing.schema.js';
import { teamSchema } from '../../../domain/organisation/team.schema.js';
import { checkText } from './check-text.js';
import { toFieldErrors } from '../../common/field-errors.js';
import { type CsvRow, parseCsv } from './parse-csv.js';
import {
  ENGAGEMENTS_FILE,
  FOLDERS,
  LEADS_FILE,
  ORGANISATION_FILE,
  POLICIES,
  POLICIES_FOLDER,
  SIGNATURES,
  signaturesOf,
} from './workspace-places.js';
import { WorkspaceProblem } from './workspace-problem.js';

/** `organisation.yaml`: everything that is no document of its own, and the routing. */
export const organisationFileSchema = z.strictObject({
  organisation: organisationSchema,
  calendars: z.array(calendarSchema),
  teams: z.array(teamSchema),
  people: z.array(personSchema.extend({ active: z.boolean().default(true).describe('false: has left') })),
  reasons: z.array(reasonSchema),
  campaigns: z.array(campaignSchema),
  routing: routingSchema,
});

const signaturesSchema = z.strictObject({
  marketing: z.string().optional(),
  sales: z.string().optional(),
  of: z.string().optional().describe('digest of the text that was signed; left out, whatever the document says'),
});

export type OrganisationFile = z.output<typeof organisationFileSchema>;

/** Who signs a definition, by keys of people. */
export type SignaturesFile = z.output<typeof signaturesSchema>;

/** A document as its file says; the file's name is its key. */
export interface WorkspaceDocument {
  readonly file: string;
  readonly key: string;
  readonly body: unknown;
}

export interface Workspace {
  readonly organisation: OrganisationFile;
  readonly scoreModels: readonly WorkspaceDocument[];
  /** Nobody signs a definition that has no such file. */
  readonly definitions: readonly (WorkspaceDocument & { readonly signatures: SignaturesFile })[];
  readonly templates: readonly WorkspaceDocument[];
  readonly cadences: readonly WorkspaceDocument[];
  /** By name: `POLICIES`. */
  readonly policies: readonly WorkspaceDocument[];
  readonly leads: readonly CsvRow[];
  readonly engagements: readonly CsvRow[];
}

/** Reads the files of a workspace. What can not be read is a `WorkspaceProblem`. */
export function readWorkspace(folder: string): Workspace {
  if (!existsSync(folder)) throw new WorkspaceProblem(folder, [{ path: '', message: 'there is no such folder' }]);
  return {
    organisation: readChecked(folder, ORGANISATION_FILE, organisationFileSchema),
    scoreModels: readDocuments(folder, FOLDERS.score_model),
    definitions: readDocuments(folder, FOLDERS.definition).map((document) => ({
      ...document,
      signatures: readSignatures(folder, document.file),
    })),
    templates: readDocuments(folder, FOLDERS.template).map((document) => withTexts(folder, document)),
    cadences: readDocuments(folder, FOLDERS.cadence),
    policies: readPolicies(folder),
    leads: readCsv(folder, LEADS_FILE),
    engagements: readCsv(folder, ENGAGEMENTS_FILE),
  };
}

function readDocuments(folder: string, kind: string): WorkspaceDocument[] {
  const path = join(folder, kind);
  if (!existsSync(path)) return [];
  const documents = readdirSync(path)
    .filter((name) => /\.(?:yaml|json)$/.test(name) && !name.endsWith(SIGNATURES))
    .sort()
    .map((name) => {
      const file = `${kind}/${name}`;
      return { file, key: basename(name).replace(/\.(?:yaml|json)$/, ''), body: readYaml(folder, file) };
    });
  for (const [index, { file, key }] of documents.entries()) {
    const other = documents[index - 1];
    if (other?.key !== key) continue;
    throw new WorkspaceProblem(file, [
      { path: '', message: `${other.file} has the same key: take one of the two out` },
    ]);
  }
  return documents;
}

function readPolicies(folder: string): WorkspaceDocument[] {
  return readDocuments(folder, POLICIES_FOLDER).map((document) => {
    if (POLICIES.some((name) => name === document.key)) return document;
    const message = `there is no policy ${document.key}: use one of ${POLICIES.join(', ')}`;
    throw new WorkspaceProblem(document.file, [{ path: '', message }]);
  });
}

function readSignatures(folder: string, definition: string): SignaturesFile {
  const file = signaturesOf(definition);
  return existsSync(join(folder, file)) ? readChecked(folder, file, signaturesSchema) : {};
}

/** A template, and each of its translations, names the files of its html and text part; they lie beside it. */
function withTexts(folder: string, document: WorkspaceDocument): WorkspaceDocument {
  const { body, file } = document;
  if (!isObject(body)) return document;
  const { translations } = body;
  if (!isObject(translations)) return { ...document, body: readTexts(folder, file, body) };
  const read = Object.entries(translations).map(([language, parts]) => [
    language,
    isObject(parts) ? readTexts(folder, file, parts, `translations.${language}.`) : parts,
  ]);
  return { ...document, body: { ...readTexts(folder, file, body), translations: Object.fromEntries(read) as unknown } };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readTexts(folder: string, file: string, parts: Readonly<Record<string, unknown>>, prefix = '') {
  const texts = Object.entries(parts).flatMap(([name, value]) => {
    if (!['html', 'text'].includes(name) || typeof value !== 'string' || !/^[\w.-]+\.(?:html|txt)$/.test(value))
      return [];
    const path = `${FOLDERS.template}/${value}`;
    const at = join(folder, path);
    if (existsSync(at)) return [[name, checkText(path, () => readFileSync(at, 'utf8'))] as const];
    throw new WorkspaceProblem(file, [{ path: `${prefix}${name}`, message: `there is no file ${path}` }]);
  });
  return { ...parts, ...Object.fromEntries(texts) };
}

function readChecked<S extends z.ZodType>(folder: string, file: string, schema: S): z.output<S> {
  const result = schema.safeParse(readYaml(folder, file));
  if (result.success) return result.data;
  throw new WorkspaceProblem(file, toFieldErrors(result.error.issues));
}

function readYaml(folder: string, file: string): unknown {
  const path = join(folder, file);
  if (!existsSync(path)) throw new WorkspaceProblem(file, [{ path: '', message: 'there is no such file' }]);
  const document = parseDocument(readFileSync(path, 'utf8'), { logLevel: 'error' });
  const [broken] = document.errors;
  if (broken !== undefined) throw new WorkspaceProblem(file, [{ path: '', message: broken.message }]);
  return checkText(file, () => document.toJS({ maxAliasCount: 20 }) as unknown);
}

function readCsv(folder: string, file: string): CsvRow[] {
  const path = join(folder, file);
  if (!existsSync(path)) return [];
  try {
    return parseCsv(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new WorkspaceProblem(file, [{ path: '', message: error instanceof Error ? error.message : String(error) }]);
  }
}
