import type { INestApplicationContext } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { ALL_SCOPES, type Caller } from '../../common/auth/caller.js';
import { toFieldErrors } from '../../common/field-errors.js';
import { normaliseEmail } from '../../common/normalise-email.js';
import { EngagementsService } from '../../engagements/engagements.service.js';
import { type CreateLead, createLeadSchema } from '../../leads/leads.schema.js';
import { LeadsService } from '../../leads/leads.service.js';
import { PeopleService } from '../../people/people.service.js';
import type { CsvRow } from './parse-csv.js';
import type { Workspace } from './read-workspace.js';
import { ENGAGEMENTS_FILE, LEADS_FILE } from './workspace-places.js';
import { ofFile, WorkspaceProblem } from './workspace-problem.js';

const MINUTE_MS = 60_000;
/** Where the engagements of a workspace come from, unless the file says. */
const SOURCE = 'workspace';

/** A column is either one of these or `profile.<name>`. */
const LEAD_COLUMNS: readonly string[] = [
  ...['email', 'name', 'company', 'title', 'phone', 'country', 'time_zone', 'language', 'employees', 'source'],
  ...['campaign', 'external_id', 'consent_basis', 'consent_at', 'hand_raise_kind', 'hand_raise_purpose', 'tags'],
];

const engagementSchema = z.object({
  email: z.string(),
  kind: z.string(),
  occurred_minutes_ago: z.coerce.number().min(0),
  properties_json: z.string().optional(),
  event_id: z.string(),
  source: z.string().default(SOURCE),
});

/** Takes in the leads that are not known yet and what they did. Returns how many of each were new. */
export async function loadLeads(
  app: INestApplicationContext,
  workspace: Workspace,
  now: Date,
): Promise<{ leads: number; engagements: number }> {
  const { manager } = app.get(DataSource);
  const owner = await app.get(PeopleService).accountableOwner(manager);
  const caller: Caller = { keyId: SOURCE, personId: owner.id, scopes: ALL_SCOPES };
  const known = await knownAddresses(app);
  let leads = 0;
  for (const row of workspace.leads) {
    const input = readLead(row);
    const address = normaliseEmail(input.email);
    // A known lead is left alone: its hand-raise is not raised again.
    if (address.ok && known.has(address.address)) continue;
    const { created } = await ofFile(LEADS_FILE, () => app.get(LeadsService).create(input, caller), `line ${row.line}`);
    if (created) leads += 1;
  }
  return { leads, engagements: await loadEngagements(app, workspace.engagements, caller, now) };
}

async function knownAddresses(app: INestApplicationContext): Promise<Set<string>> {
  const rows = await app
    .get(DataSource)
    .query<{ value: string }[]>(`SELECT value FROM lead_identities WHERE kind = 'email'`);
  return new Set(rows.map((row) => row.value));
}

function readLead({ line, fields }: CsvRow): CreateLead {
  const given = Object.entries(fields).filter(([, value]) => value.trim() !== '');
  const unknown = given
    .map(([name]) => name)
    .filter((name) => !LEAD_COLUMNS.includes(name) && !/^profile\./.test(name));
  if (unknown.length > 0) {
    throw new WorkspaceProblem(LEADS_FILE, [{ path: `line ${line}`, message: `unknown column ${unknown.join(', ')}` }]);
  }
  const value = (name: string): string | undefined => (fields[name]?.trim() === '' ? undefined : fields[name]?.trim());
  const [kind, purpose, externalId] = [value('hand_raise_kind'), value('hand_raise_purpose'), value('external_id')];
  const employees = value('employees');
  const profile: Record<string, unknown> = employees === undefined ? {} : { employees: Number(employees) };
  for (const [name, text] of given) {
    if (name.startsWith('profile.')) profile[name.slice('profile.'.length)] = text;
  }
  const result = createLeadSchema.safeParse({
    ...Object.fromEntries(
      ['email', 'name', 'company', 'title', 'phone', 'country', 'language', 'source', 'campaign'].map((name) => [
        name,
        value(name),
      ]),
    ),
    timeZone: value('time_zone'),
    profile,
    tags: value('tags')
      ?.split(';')
      .map((tag) => tag.trim()),
    externalIds: externalId === undefined ? undefined : [externalId],
    consent: { basis: value('consent_basis'), at: value('consent_at') },
    handRaise: kind === undefined ? undefined : { kind, purpose },
  });
  if (result.success) return result.data;
  throw new WorkspaceProblem(LEADS_FILE, toFieldErrors(result.error.issues, [`line ${line}`]));
}

async function loadEngagements(
  app: INestApplicationContext,
  rows: readonly CsvRow[],
  caller: Caller,
  now: Date,
): Promise<number> {
  const items = rows.map((row) => readEngagement(row, now));
  const results = await app.get(EngagementsService).ingest(items, caller);
  const refused = results.flatMap((result, index) =>
    result.result === 'refused' ? [{ path: `line ${rows[index]?.line}`, message: result.problem.detail }] : [],
  );
  if (refused.length > 0) throw new WorkspaceProblem(ENGAGEMENTS_FILE, refused);
  return results.filter((result) => result.result === 'stored').length;
}

function readEngagement({ line, fields }: CsvRow, now: Date) {
  const result = engagementSchema.safeParse(fields);
  if (!result.success)
    throw new WorkspaceProblem(ENGAGEMENTS_FILE, toFieldErrors(result.error.issues, [`line ${line}`]));
  const { email, kind, occurred_minutes_ago: minutes, properties_json: json, event_id: eventId, source } = result.data;
  return {
    source,
    eventId,
    lead: { email },
    kind,
    occurredAt: new Date(now.getTime() - minutes * MINUTE_MS),
    properties: readProperties(json ?? '', line),
  };
}

function readProperties(json: string, line: number): Record<string, unknown> {
  if (json.trim() === '') return {};
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(json));
  } catch {
    const message = 'properties_json is no JSON object';
    throw new WorkspaceProblem(ENGAGEMENTS_FILE, [{ path: `line ${line}`, message }]);
  }
}
