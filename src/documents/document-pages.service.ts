import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { z } from 'zod';
import type { Change } from '../common/audit/change.js';
import { pageByKey } from '../common/list-by-key.js';
import { decodeCursor, pageOf } from '../common/pagination.js';
import { notFound } from '../common/problem.js';
import { inTransaction } from '../database/transaction.js';
import { PeopleService } from '../people/people.service.js';
import type { DocumentKind } from './document.entity.js';
import { type Draft, DocumentEditingService } from './document-editing.service.js';
import { DOCUMENT_KIND_INFO } from './document-kinds.js';
import type { SigningSide } from './document-signature.entity.js';
import { DocumentSignaturesService } from './document-signatures.service.js';
import {
  presentDraft,
  presentHead,
  presentLint,
  presentPublication,
  presentVersionLine,
} from './documents.presenter.js';
import { DocumentsReadModel, type VersionLine } from './documents.read-model.js';
import { DocumentsService } from './documents.service.js';

interface PageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** The answers of the document addresses, each in its own transaction where it changes something. */
@Injectable()
export class DocumentPagesService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly documents: DocumentsService,
    private readonly editing: DocumentEditingService,
    private readonly signatures: DocumentSignaturesService,
    private readonly readModel: DocumentsReadModel,
    private readonly people: PeopleService,
  ) {}

  async list(kind: DocumentKind, query: PageQuery) {
    const { manager } = this.dataSource;
    const heads = await this.readModel.heads(manager, kind);
    const effective = await this.documents.listEffective(manager, kind);
    const versions = new Map(effective.map((version) => [version.key, version.version]));
    return pageByKey(
      heads,
      query,
      (head) => head.key,
      (head) => presentHead(head, versions.get(head.key)),
    );
  }

  async head(kind: DocumentKind, key: string) {
    const { manager } = this.dataSource;
    const head = await this.readModel.head(manager, kind, key);
    if (head === undefined) throw notFound();
    const effective = await this.documents.effective(manager, kind, key);
    return { ...presentHead(head, effective?.version), document: effective?.body ?? null };
  }

  async draft(kind: DocumentKind, key: string) {
    const { manager } = this.dataSource;
    const draft = await this.editing.draft(manager, kind, key);
    if (draft === undefined) throw notFound();
    return this.presentDraft(manager, draft);
  }

  saveDraft(
    target: { readonly kind: DocumentKind; readonly key: string; readonly ifMatch?: string | undefined },
    body: unknown,
    change: Change,
  ) {
    return inTransaction(this.dataSource, async (manager) =>
      this.presentDraft(manager, await this.editing.saveDraft(manager, target, body, change)),
    );
  }

  async lint(kind: DocumentKind, key: string, now: Date, body?: unknown) {
    return presentLint(await this.editing.lint(this.dataSource.manager, kind, key, now, body));
  }

  async publish(kind: DocumentKind, key: string, change: Change) {
    const answer = await inTransaction(this.dataSource, async (manager) => {
      const publication = await this.editing.publish(manager, kind, key, change);
      const inside = kind === 'cadence' ? await this.readModel.leadsInside(manager, key) : undefined;
      return presentPublication(key, publication, inside);
    });
    this.documents.forget(kind);
    return answer;
  }

  sign(kind: DocumentKind, key: string, side: SigningSide, change: Change & { readonly actorId: string }) {
    return inTransaction(this.dataSource, async (manager) => {
      const draft = await this.editing.lockedDraft(manager, kind, key);
      return presentDraft(draft, await this.signatures.sign(manager, draft, side, change));
    });
  }

  async versions(kind: DocumentKind, key: string, query: PageQuery) {
    const { manager } = this.dataSource;
    if ((await this.readModel.head(manager, kind, key)) === undefined) throw notFound();
    const before = decodeCursor(query.cursor, z.tuple([z.int().min(1)]))?.[0];
    const lines = await this.readModel.versions(manager, kind, key, { limit: query.limit + 1, before });
    const { people, effective } = await this.around(manager, kind, key, lines);
    return pageOf(
      lines,
      query.limit,
      (line) => [line.version],
      (line) => presentVersionLine(line, people, effective),
    );
  }

  async version(kind: DocumentKind, key: string, number: number) {
    const { manager } = this.dataSource;
    const version = await this.readModel.version(manager, kind, key, number);
    if (version === undefined) throw notFound();
    const { people, effective } = await this.around(manager, kind, key, [version]);
    return { key, ...presentVersionLine(version, people, effective), document: version.body };
  }

  private async around(manager: EntityManager, kind: DocumentKind, key: string, lines: readonly VersionLine[]) {
    const people = await this.people.byIds(
      manager,
      lines.map((line) => line.publishedBy),
    );
    return { people, effective: (await this.documents.effective(manager, kind, key))?.version };
  }

  private async presentDraft(manager: EntityManager, draft: Draft) {
    const signed = DOCUMENT_KIND_INFO[draft.kind].signed;
    return presentDraft(draft, signed ? await this.signatures.of(manager, draft) : undefined);
  }
}
