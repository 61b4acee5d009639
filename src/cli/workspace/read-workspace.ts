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
import { toFieldErrors } from '../../common/field-errors.js';
import { type CsvRow, parseCsv } from './parse-csv.js';
import { WorkspaceProblem } from './workspace-problem.js';

export const ORGANISATION_FILE = 'organisation.yaml';
export const LEADS_FILE = 'leads.csv';
export const ENGAGEMENTS_FILE = 'engagements.csv';
const SIGNATURES = '.signatures.yaml';

const organisationFileSchema = z.strictObject({
  organisation: organisationSchema,
  calendars: z.array(calendarSchema),
  teams: z.array(teamSchema),
  people: z.array(personSchema),
  reasons: z.array(reasonSchema),
  campaigns: z.array(campaignSchema),
  routing: routingSchema,
});

const signaturesSchema = z.strictObject({ marketing: z.string(), sales: z.string() });

export type OrganisationFile = z.output<typeof organisationFileSchema>;

/** A document as its file says; the file's name is its key. */
export interface WorkspaceDocument {
  readonly file: string;
  readonly key: string;
  readonly body: unknown;
}

export interface Workspace {
  readonly organisation: OrganisationFile;
  readonly scoreModels: readonly WorkspaceDocument[];
  readonly definitions: readonly (WorkspaceDocument & { readonly signatures: z.output<typeof signaturesSchema> })[];
  readonly templates: readonly WorkspaceDocument[];
  readonly cadences: readonly WorkspaceDocument[];
  /** By name: sla, recycle, frequency. */
  readonly policies: readonly WorkspaceDocument[];
  readonly leads: readonly CsvRow[];
  readonly engagements: readonly CsvRow[];
}

/** Reads the files of a workspace. What can not be read is a `WorkspaceProblem`. */
export function readWorkspace(folder: string): Workspace {
  if (!existsSync(folder)) throw new WorkspaceProblem(folder, [{ path: '', message: 'there is no such folder' }]);
  return {
    organisation: readChecked(folder, ORGANISATION_FILE, organisationFileSchema),
    scoreModels: readDocuments(folder, 'score-models'),
    definitions: readDocuments(folder, 'definitions').map((document) => ({
      ...document,
      signatures: readChecked(folder, document.file.replace(/\.yaml$/, SIGNATURES), signaturesSchema),
    })),
    templates: readDocuments(folder, 'templates').map((document) => withTexts(folder, document)),
    cadences: readDocuments(folder, 'cadences'),
    policies: readDocuments(folder, 'policies'),
    leads: readCsv(folder, LEADS_FILE),
    engagements: readCsv(folder, ENGAGEMENTS_FILE),
  };
}

function readDocuments(folder: string, kind: string): WorkspaceDocument[] {
  const path = join(folder, kind);
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) => /\.(?:yaml|json)$/.test(name) && !name.endsWith(SIGNATURES))
    .sort()
    .map((name) => {
      const file = `${kind}/${name}`;
      return { file, key: basename(name).replace(/\.(?:yaml|json)$/, ''), body: readYaml(folder, file) };
    });
}

/** A template names the files of its html and text part; they lie beside it. */
function withTexts(folder: string, document: WorkspaceDocument): WorkspaceDocument {
  const { body, file } = document;
  if (typeof body !== 'object' || body === null) return document;
  const texts = Object.entries(body).flatMap(([name, value]) => {
    if (!['html', 'text'].includes(name) || typeof value !== 'string' || !/^[\w.-]+\.(?:html|txt)$/.test(value))
      return [];
    const path = `templates/${value}`;
    if (existsSync(join(folder, path))) return [[name, readFileSync(join(folder, path), 'utf8')] as const];
    throw new WorkspaceProblem(file, [{ path: name, message: `there is no file ${path}` }]);
  });
  return { ...document, body: { ...body, ...Object.fromEntries(texts) } };
}

function readChecked<S extends z.ZodType>(folder: string, file: string, schema: S): z.output<S> {
  const result = schema.safeParse(readYaml(folder, file));
  if (result.success) return result.data;
  throw new WorkspaceProblem(file, toFieldErrors(result.error.issues));
}

function readYaml(folder: string, file: string): unknown {
  const path = join(folder, file);
  if (!existsSync(path)) throw new WorkspaceProblem(file, [{ path: '', message: 'there is no such file' }]);
  const document = parseDocument(readFileSync(path, 'utf8'));
  const [broken] = document.errors;
  if (broken !== undefined) throw new WorkspaceProblem(file, [{ path: '', message: broken.message }]);
  return document.toJS() as unknown;
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
