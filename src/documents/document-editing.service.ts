import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { LintProblem } from '../../domain/lint-problem.js';
import { resolveWall } from '../../domain/time/zone.js';
import { AuditService } from '../common/audit/audit.service.js';
import type { Change } from '../common/audit/change.js';
import { conflict, notFound, unprocessable } from '../common/problem.js';
import { sha256, stableJson } from '../common/stable-json.js';
import { insertRows } from '../database/insert-rows.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { OrganisationService } from '../people/organisation.service.js';
import { HeldTouchesService } from '../touches/held-touches.service.js';
import { DocumentEntity, type DocumentKind } from './document.entity.js';
import { DOCUMENT_KIND_INFO, type DocumentBodies, parseDocument } from './document-kinds.js';
import { DocumentLinterService } from './document-linter.service.js';
import { DocumentSignaturesService } from './document-signatures.service.js';
import { DocumentVersionEntity } from './document-version.entity.js';
import { storedKey } from './documents.service.js';
import { checkIfMatch } from './if-match.js';

/** The draft of a document as stored. */
export interface Draft {
  readonly kind: DocumentKind;
  readonly key: string;
  readonly document: unknown;
  readonly etag: string;
  readonly latestVersion: number;
}

export interface Publication {
  readonly id: string;
  readonly version: number;
  readonly effectiveAt: Date | null;
  readonly lint: readonly LintProblem[];
  /** False when the draft was published before: the version is the one from then. */
  readonly fresh: boolean;
}

/** Drafts and publishing. Every method joins the caller's transaction; callers `forget` the kind after the commit. */
@Injectable()
export class DocumentEditingService {
  constructor(
    private readonly linter: DocumentLinterService,
    private readonly signatures: DocumentSignaturesService,
    private readonly organisation: OrganisationService,
    private readonly audit: AuditService,
    private readonly heldTouches: HeldTouchesService,
  ) {}

  async draft(manager: EntityManager, kind: DocumentKind, key: string): Promise<Draft | undefined> {
    return toDraft(await manager.findOneBy(DocumentEntity, { kind, key: storedKey(kind, key) }));
  }

  /** The draft, locked against editing until the transaction ends; 404 when there is none. */
  async lockedDraft(manager: EntityManager, kind: DocumentKind, key: string): Promise<Draft> {
    const draft = toDraft(await this.lock(manager, kind, storedKey(kind, key)));
    if (draft === undefined) throw notFound('There is no draft of that key.');
    return draft;
  }

  /** Locks these documents against editing until the transaction ends; always in one order, so that two callers take turns. */
  async hold(
    manager: EntityManager,
    targets: readonly { readonly kind: DocumentKind; readonly key: string }[],
  ): Promise<void> {
    const places = targets.map(({ kind, key }) => ({ kind, key: storedKey(kind, key) }));
    const nameOf = ({ kind, key }: (typeof places)[number]): string => `${kind} ${key}`;
    for (const { kind, key } of places.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))) {
      await this.lock(manager, kind, key);
    }
  }

  /** Stores the draft. 422 with every field that is wrong; 412 when `ifMatch` names another draft than the stored one. */
  async saveDraft(
    manager: EntityManager,
    target: { readonly kind: DocumentKind; readonly key: string; readonly ifMatch?: string | undefined },
    body: unknown,
    change: Change,
  ): Promise<Draft> {
    const { kind } = target;
    const key = storedKey(kind, target.key);
    const parsed = parseDocument(kind, key, body);
    if (!parsed.ok) throw unprocessable(parsed.errors);
    const known = await this.lock(manager, kind, key);
    checkIfMatch(target.ifMatch, known?.draftEtag ?? null);
    if (known !== null && isDeepStrictEqual(known.draft, jsonOf(parsed.written))) return requireDraft(known);
    const draftEtag = sha256(stableJson([known?.draftEtag ?? null, parsed.written])).slice(0, 32);
    const row: DocumentEntity = {
      kind,
      key,
      draft: parsed.written,
      draftEtag,
      latestVersion: known?.latestVersion ?? 0,
    };
    if (known === null) await insertRows(manager, DocumentEntity, [row]);
    else await manager.save(DocumentEntity, row);
    await this.audit.record(
      manager,
      {
        ...{ actorId: change.actorId, action: 'document.save_draft', subjectKind: kind, subjectId: key },
        ...{ data: { etag: draftEtag }, note: change.note ?? null },
      },
      change.now,
    );
    return requireDraft(row);
  }

  /** Findings about the given document, or about the draft; 422 when it can not be read at all. */
  async lint(
    manager: EntityManager,
    kind: DocumentKind,
    key: string,
    now: Date,
    body?: unknown,
  ): Promise<LintProblem[]> {
    const document = body ?? (await this.draft(manager, kind, key))?.document;
    if (document === undefined) throw notFound('There is no draft of that key: PUT one, or send a document.');
    return this.linter.lint(manager, kind, this.read(kind, storedKey(kind, key), document), now);
  }

  /**
   * Makes the draft the next version. 422 when the lint finds an error, 409 when a signature is missing. A draft that was
   * published before gives the version from then, so that asking twice is safe.
   */
  async publish(manager: EntityManager, kind: DocumentKind, key: string, change: Change): Promise<Publication> {
    const head = await this.lock(manager, kind, storedKey(kind, key));
    const draft = toDraft(head);
    if (head === null || draft === undefined) throw notFound('There is no draft of that key.');
    const document = this.read(kind, draft.key, draft.document);
    const lint = await this.linter.lint(manager, kind, document, change.now);
    const latest = await this.latest(manager, draft);
    if (latest !== null && isDeepStrictEqual(latest.body, draft.document))
      return { ...publicationOf(latest, lint), fresh: false };
    refuseErrors(lint);
    if (DOCUMENT_KIND_INFO[kind].signed) await this.signatures.requireBoth(manager, draft);
    if (change.actorId === null) throw new Error('a publication has a person');
    const row: DocumentVersionEntity = {
      id: uuidV7(),
      kind,
      key: draft.key,
      version: head.latestVersion + 1,
      body: draft.document,
      publishedAt: change.now,
      publishedBy: change.actorId,
      effectiveAt: await this.effectiveAt(manager, document),
      draftEtag: draft.etag,
      state: 'published',
    };
    row.state = row.effectiveAt !== null && row.effectiveAt > change.now ? 'published' : 'effective';
    await insertRows(manager, DocumentVersionEntity, [row]);
    if (row.state === 'effective' && latest !== null) {
      await manager.update(
        DocumentVersionEntity,
        { kind, key: draft.key, state: 'effective', version: latest.version },
        { state: 'superseded' },
      );
    }
    await manager.update(DocumentEntity, { kind, key: draft.key }, { latestVersion: row.version });
    if (kind === 'template') await this.heldTouches.templatePublished(manager, draft.key, change.now);
    await this.audit.record(
      manager,
      {
        ...{ actorId: change.actorId, action: 'document.publish', subjectKind: kind, subjectId: draft.key },
        ...{ data: { version: row.version, versionId: row.id, etag: draft.etag }, note: change.note ?? null },
      },
      change.now,
    );
    return { ...publicationOf(row, lint), fresh: true };
  }

  private read<K extends DocumentKind>(kind: K, key: string, body: unknown): DocumentBodies[K] {
    const parsed = parseDocument(kind, key, body);
    if (!parsed.ok) throw unprocessable(parsed.errors);
    return parsed.document;
  }

  private async lock(manager: EntityManager, kind: DocumentKind, key: string): Promise<DocumentEntity | null> {
    // A row that is not there yet can not be locked: two first drafts at once take turns here.
    await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`document ${kind} ${key}`]);
    return manager.findOne(DocumentEntity, { where: { kind, key }, lock: { mode: 'pessimistic_write' } });
  }

  private latest(manager: EntityManager, { kind, key, latestVersion }: Draft): Promise<DocumentVersionEntity | null> {
    return manager.findOneBy(DocumentVersionEntity, { kind, key, version: latestVersion });
  }

  /** Effective instants are written in the organisation's zone (semantics: Score). */
  private async effectiveAt(manager: EntityManager, document: object): Promise<Date | null> {
    if (!('effectiveFrom' in document) || typeof document.effectiveFrom !== 'string') return null;
    const { zone } = await this.organisation.get(manager);
    return new Date(resolveWall(zone, Date.parse(`${document.effectiveFrom}Z`)));
  }
}

function refuseErrors(lint: readonly LintProblem[]): void {
  const errors = lint.filter((problem) => problem.severity === 'error');
  if (errors.length === 0) return;
  throw unprocessable(
    errors.map(({ path, code, message, fix }) => ({
      path,
      code: code.replaceAll('-', '_'),
      message: fix === undefined ? message : `${message}: ${fix}`,
    })),
  );
}

const publicationOf = (row: DocumentVersionEntity, lint: readonly LintProblem[]) => ({
  id: row.id,
  version: row.version,
  effectiveAt: row.effectiveAt,
  lint,
});

function toDraft(row: DocumentEntity | null): Draft | undefined {
  if (row === null || row.draft === null || row.draftEtag === null) return undefined;
  const { kind, key, draft, draftEtag, latestVersion } = row;
  return { kind, key, document: draft, etag: draftEtag, latestVersion };
}

function requireDraft(row: DocumentEntity): Draft {
  const draft = toDraft(row);
  if (draft === undefined) throw conflict('There is no draft of that key.');
  return draft;
}

/** As the database gives it back. */
const jsonOf = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
