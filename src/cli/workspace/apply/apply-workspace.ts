import type { INestApplicationContext } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { inTransaction } from '../../../database/transaction.js';
import { DOCUMENT_KINDS } from '../../../documents/document.entity.js';
import { DocumentEditingService } from '../../../documents/document-editing.service.js';
import { DocumentsService } from '../../../documents/documents.service.js';
import { PeopleService, type Person } from '../../../people/people.service.js';
import { HeldTouchesService } from '../../../touches/held-touches.service.js';
import { readStored } from '../export/stored-workspace.js';
import { judgeWorkspace, locateProblem, renderWorkspaceFinding } from '../lint-workspace.js';
import type { Workspace } from '../read-workspace.js';
import { WorkspaceProblem } from '../workspace-problem.js';
import { applyDocuments } from './apply-documents.js';
import { applyOrganisation } from './apply-organisation.js';
import { changesOf, type PlanEntry, planWorkspace } from './plan-workspace.js';

export interface ApplyOptions {
  /** Key of the person in whose name it is done; else the accountable owner publishes. */
  readonly as?: string | undefined;
  /** Kept in the audit. */
  readonly note: string;
  readonly now: Date;
  /** Is shown the plan; nothing is done unless it answers true. */
  readonly confirm: (plan: readonly PlanEntry[]) => boolean | Promise<boolean>;
  readonly say: (line: string) => void;
}

export interface Applied {
  readonly workspace: Workspace;
  readonly plan: readonly PlanEntry[];
  /** Versions of documents that were published. */
  readonly versions: number;
}

/** Written by plain PUTs, which take no lock that could be taken first. */
const ROWS = 'calendars, teams, people, organisation, reasons, campaigns';

/**
 * Brings the database to what the folder says, all of it or nothing. Throws, with nothing changed, for a folder in which the
 * lint finds an error (file, line, field, fix), and when somebody changed what the plan rests on before it was carried
 * out. What the folder does not have stays.
 */
export async function applyWorkspace(
  app: INestApplicationContext,
  folder: string,
  options: ApplyOptions,
): Promise<Applied> {
  const workspace = readSound(folder);
  const plan = await planNow(app, workspace);
  const nothing = { workspace, plan, versions: 0 };
  if (!(await options.confirm(plan)) || changesOf(plan).length === 0) return nothing;
  try {
    const versions = await inTransaction(app.get(DataSource), (manager) =>
      carryOut(app, manager, { workspace, plan }, options),
    );
    return { workspace, plan, versions };
  } catch (error) {
    if (!(error instanceof WorkspaceProblem)) throw error;
    throw new Error(locateProblem(folder, error).map(renderWorkspaceFinding).join('\n'), { cause: error });
  } finally {
    for (const kind of DOCUMENT_KINDS) app.get(DocumentsService).forget(kind);
  }
}

/** The folder's content. Throws every error that the lint finds, a line each. */
function readSound(folder: string): Workspace {
  const { workspace, findings } = judgeWorkspace(folder);
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0 || workspace === undefined) throw new Error(errors.map(renderWorkspaceFinding).join('\n'));
  return workspace;
}

/** What applying the folder would change now; one snapshot of the database. */
export function planNow(app: INestApplicationContext, workspace: Workspace): Promise<PlanEntry[]> {
  return app
    .get(DataSource)
    .transaction('REPEATABLE READ', async (manager) => planWorkspace(workspace, await readStored(app, manager)));
}

async function carryOut(
  app: INestApplicationContext,
  manager: EntityManager,
  { workspace, plan }: { readonly workspace: Workspace; readonly plan: readonly PlanEntry[] },
  { as, note, now, say }: ApplyOptions,
): Promise<number> {
  const changes = changesOf(plan);
  await holdEverything(app, manager, plan);
  const fresh = new Map(planWorkspace(workspace, await readStored(app, manager)).map((one) => [one.what, one]));
  const moved = plan.filter(({ change, what, state }) => change !== 'left' && fresh.get(what)?.state !== state);
  if (moved.length > 0) {
    const names = moved.map(({ what }) => what).join(', ');
    throw new Error(`somebody changed ${names} meanwhile; nothing was applied. Look at the plan again`);
  }
  const before = as === undefined ? undefined : await app.get(PeopleService).byKey(manager, as);
  const rows = changes.filter(({ document }) => document === undefined);
  if (rows.length > 0) {
    await applyOrganisation(app, manager, workspace.organisation, { actorId: before?.id ?? null, now, note });
    say(`organisation.yaml: ${rows.length} rows written`);
  }
  const publisher = await publisherOf(app, manager, as);
  return applyDocuments(app, manager, changes, { actorId: publisher.id, now, note }, say);
}

/**
 * Takes every lock before the first audit entry: the audit's chain is locked until the commit, and who waits for it must
 * not hold what is still needed here.
 */
async function holdEverything(
  app: INestApplicationContext,
  manager: EntityManager,
  plan: readonly PlanEntry[],
): Promise<void> {
  await manager.query(`LOCK TABLE ${ROWS} IN SHARE ROW EXCLUSIVE MODE`);
  const documents = plan.flatMap(({ document }) => document ?? []);
  await app.get(DocumentEditingService).hold(manager, documents);
  const templates = changesOf(plan).flatMap(({ document }) => (document?.kind === 'template' ? [document.key] : []));
  await app.get(HeldTouchesService).holdLeads(manager, templates);
}

async function publisherOf(
  app: INestApplicationContext,
  manager: EntityManager,
  key: string | undefined,
): Promise<Person> {
  const people = app.get(PeopleService);
  if (key === undefined) return people.accountableOwner(manager);
  const person = await people.byKey(manager, key);
  if (person?.active !== true)
    throw new Error(`--as ${key}: there is no active person of that key; nothing was applied`);
  return person;
}
