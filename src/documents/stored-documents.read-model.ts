import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { DocumentKind } from './document.entity.js';
import type { SigningSide } from './document-signature.entity.js';

/** Who signed for each side, by key of the person. */
export type Signers = Readonly<Partial<Record<SigningSide, string>>>;

/** A document as it stands: what is edited, what was published last, and whose signatures each of them has. */
export interface StoredDocument {
  readonly kind: DocumentKind;
  readonly key: string;
  /** As people wrote it; undefined when there is none. */
  readonly draft: unknown;
  readonly draftEtag: string | null;
  readonly draftSigners: Signers;
  /** 0 before the first publication. */
  readonly latestVersion: number;
  /** Body of the latest version, as people wrote it. */
  readonly published: unknown;
  /** Of the latest version; only approvers who still are. */
  readonly publishedSigners: Signers;
}

interface HeadRow {
  readonly kind: DocumentKind;
  readonly key: string;
  readonly draft: unknown;
  readonly draft_etag: string | null;
  readonly latest_version: number;
  readonly body: unknown;
  readonly published_at: Date | null;
}

interface SignatureRow {
  readonly kind: DocumentKind;
  readonly key: string;
  readonly draft_etag: string;
  readonly side: SigningSide;
  readonly signed_at: Date;
  readonly person: string;
  /** Whether the person could sign today. */
  readonly able: boolean;
}

/** Whole documents of every kind, for those who compare or copy a workspace. */
@Injectable()
export class StoredDocumentsReadModel {
  /** All documents by kind and key, compared by code point. */
  async list(manager: EntityManager): Promise<StoredDocument[]> {
    const heads: HeadRow[] = await manager.query(
      `SELECT d.kind, d.key, d.draft, d.draft_etag, d.latest_version, v.body, v.published_at
         FROM documents d
         LEFT JOIN document_versions v ON v.kind = d.kind AND v.key = d.key AND v.version = d.latest_version
        ORDER BY d.kind COLLATE "C", d.key COLLATE "C"`,
    );
    const signatures: SignatureRow[] = await manager.query(
      `SELECT s.kind, s.key, s.draft_etag, s.side, s.signed_at, p.key AS person,
              (p.active AND 'approver' = ANY(p.roles) AND t.side = s.side) IS TRUE AS able
         FROM document_signatures s
         JOIN people p ON p.id = s.person_id
         LEFT JOIN teams t ON t.key = p.team_key
        ORDER BY s.signed_at`,
    );
    return heads.map((head) => {
      const own = signatures.filter(({ kind, key }) => kind === head.kind && key === head.key);
      const isPublished = head.body !== null && isDeepStrictEqual(head.draft, head.body);
      const etag = isPublished ? head.draft_etag : publishedEtag(own, head.published_at);
      return {
        kind: head.kind,
        key: head.key,
        draft: head.draft ?? undefined,
        draftEtag: head.draft_etag,
        draftSigners: signersOf(own.filter((one) => one.draft_etag === head.draft_etag)),
        latestVersion: head.latest_version,
        published: head.body ?? undefined,
        publishedSigners: signersOf(own.filter((one) => one.draft_etag === etag && one.able)),
      };
    });
  }
}

/** A version was made from the draft that both sides had signed last when it was published. */
function publishedEtag(signatures: readonly SignatureRow[], publishedAt: Date | null): string | null {
  if (publishedAt === null) return null;
  const before = signatures.filter((one) => one.signed_at <= publishedAt);
  const complete = before.filter(({ draft_etag: etag, side }) =>
    before.some((other) => other.draft_etag === etag && other.side !== side),
  );
  return complete.at(-1)?.draft_etag ?? null;
}

const signersOf = (signatures: readonly SignatureRow[]): Signers =>
  Object.fromEntries(signatures.map(({ side, person }) => [side, person]));
