import type { INestApplicationContext } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { unprocessable } from '../../common/problem.js';
import { inTransaction } from '../../database/transaction.js';
import type { DocumentKind } from '../../documents/document.entity.js';
import { DocumentEditingService } from '../../documents/document-editing.service.js';
import { DocumentSignaturesService } from '../../documents/document-signatures.service.js';
import { DocumentsService } from '../../documents/documents.service.js';
import { PeopleService } from '../../people/people.service.js';
import { ORGANISATION_FILE, type Workspace, type WorkspaceDocument } from './read-workspace.js';
import { ofFile } from './workspace-problem.js';

interface LoadedDocument extends WorkspaceDocument {
  readonly kind: DocumentKind;
  readonly prefix?: string;
  readonly signatures?: { readonly marketing: string; readonly sales: string };
}

/**
 * Drafts, signs and publishes every document, each after those it names. What is published already stays as it is.
 * Returns how many versions were made now.
 */
export async function loadDocuments(app: INestApplicationContext, workspace: Workspace, now: Date): Promise<number> {
  const dataSource = app.get(DataSource);
  let made = 0;
  for (const document of inOrder(workspace)) {
    const fresh = await ofFile(
      document.file,
      () => inTransaction(dataSource, (manager) => loadDocument(app, manager, document, now)),
      document.prefix,
    );
    app.get(DocumentsService).forget(document.kind);
    if (fresh) made += 1;
  }
  return made;
}

function inOrder(workspace: Workspace): LoadedDocument[] {
  const of = (kind: DocumentKind, documents: readonly WorkspaceDocument[]): LoadedDocument[] =>
    documents.map((document) => ({ ...document, kind }));
  const policy = (name: 'sla' | 'recycle' | 'frequency'): LoadedDocument[] =>
    of(
      name,
      workspace.policies.filter((document) => document.key === name),
    );
  return [
    ...of('score_model', workspace.scoreModels),
    ...of('template', workspace.templates),
    ...policy('frequency'),
    ...policy('sla'),
    {
      ...{ kind: 'routing', key: 'routing', file: ORGANISATION_FILE, prefix: 'routing' },
      body: workspace.organisation.routing,
    },
    ...workspace.definitions.map((document) => ({ ...document, kind: 'definition' as const })),
    ...of('cadence', workspace.cadences),
    ...policy('recycle'),
  ];
}

async function loadDocument(
  app: INestApplicationContext,
  manager: EntityManager,
  { kind, key, body, signatures }: LoadedDocument,
  now: Date,
): Promise<boolean> {
  const editing = app.get(DocumentEditingService);
  const people = app.get(PeopleService);
  const publisher = await people.accountableOwner(manager);
  const change = { actorId: publisher.id, now, note: 'workspace' };
  const draft = await editing.saveDraft(manager, { kind, key }, body, change);
  for (const side of ['marketing', 'sales'] as const) {
    const signer = signatures?.[side];
    if (signer === undefined) continue;
    const person = await people.byKey(manager, signer);
    if (person === undefined) {
      const message = `${signer} is to sign for ${side}, but there is no such person`;
      throw unprocessable([{ path: 'signatures', code: 'unknown_person', message }]);
    }
    await app.get(DocumentSignaturesService).sign(manager, draft, side, { ...change, actorId: person.id });
  }
  return (await editing.publish(manager, kind, key, change)).fresh;
}
