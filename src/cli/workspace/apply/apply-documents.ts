import type { INestApplicationContext } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Change } from '../../../common/audit/change.js';
import { unprocessable } from '../../../common/problem.js';
import { DocumentEditingService } from '../../../documents/document-editing.service.js';
import { DocumentSignaturesService } from '../../../documents/document-signatures.service.js';
import { DocumentsService } from '../../../documents/documents.service.js';
import { PeopleService } from '../../../people/people.service.js';
import { ofFile } from '../workspace-problem.js';
import type { FolderDocument } from './folder-documents.js';
import { type PlanEntry, signersFor } from './plan-workspace.js';

type PublishedBy = Change & { readonly actorId: string };

/**
 * Drafts, signs and publishes the documents of the entries, in the caller's transaction. Returns how many versions were
 * made; `say` is told of each document.
 */
export async function applyDocuments(
  app: INestApplicationContext,
  manager: EntityManager,
  entries: readonly PlanEntry[],
  change: PublishedBy,
  say: (line: string) => void,
): Promise<number> {
  let versions = 0;
  for (const { what, document, change: planned } of entries) {
    if (document === undefined) continue;
    const version = await ofFile(
      document.file,
      () => applyDocument(app, manager, document, { ...change, publish: planned !== 'draft' }),
      document.prefix,
    );
    if (version === undefined) {
      say(`${what}: draft stored`);
      continue;
    }
    // What is judged next is judged together with it.
    app.get(DocumentsService).forget(document.kind);
    say(`${what}: version ${version}`);
    versions += 1;
  }
  return versions;
}

/** The version made; undefined where the draft still has to be signed. */
async function applyDocument(
  app: INestApplicationContext,
  manager: EntityManager,
  { kind, key, body, signatures }: FolderDocument,
  { publish, ...change }: PublishedBy & { readonly publish: boolean },
): Promise<number | undefined> {
  const editing = app.get(DocumentEditingService);
  const signing = app.get(DocumentSignaturesService);
  const draft = await editing.saveDraft(manager, { kind, key }, body, change);
  const signers = signersFor(signatures, draft.document);
  const signed = (await signing.of(manager, draft)).map(({ side }) => side);
  for (const side of ['marketing', 'sales'] as const) {
    const signer = signers[side];
    if (signer === undefined || signed.includes(side)) continue;
    const person = await app.get(PeopleService).byKey(manager, signer);
    if (person === undefined) {
      const message = `${signer} is to sign for ${side}, but there is no such person`;
      throw unprocessable([{ path: 'signatures', code: 'unknown_person', message }]);
    }
    await signing.sign(manager, draft, side, { ...change, actorId: person.id });
  }
  return publish ? (await editing.publish(manager, kind, key, change)).version : undefined;
}
