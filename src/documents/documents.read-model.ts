import { Injectable } from '@nestjs/common';
import { type EntityManager, LessThan } from 'typeorm';
import { DocumentEntity, type DocumentKind } from './document.entity.js';
import { DocumentVersionEntity } from './document-version.entity.js';
import { storedKey } from './documents.service.js';

export interface DocumentHead {
  readonly key: string;
  readonly draftEtag: string | null;
  readonly latestVersion: number;
}

/** A version without its body, newest first in lists. */
export interface VersionLine {
  readonly id: string;
  readonly version: number;
  readonly publishedAt: Date;
  readonly publishedBy: string;
  readonly effectiveAt: Date | null;
}

/** What lists of documents and versions show. */
@Injectable()
export class DocumentsReadModel {
  /** By key. */
  heads(manager: EntityManager, kind: DocumentKind): Promise<DocumentHead[]> {
    return manager.find(DocumentEntity, {
      select: { key: true, draftEtag: true, latestVersion: true, kind: true },
      where: { kind },
      order: { key: 'ASC' },
    });
  }

  async head(manager: EntityManager, kind: DocumentKind, key: string): Promise<DocumentHead | undefined> {
    return (await manager.findOneBy(DocumentEntity, { kind, key: storedKey(kind, key) })) ?? undefined;
  }

  /** At most `limit`, newest first, those before the version `before`. */
  versions(
    manager: EntityManager,
    kind: DocumentKind,
    key: string,
    { limit, before }: { readonly limit: number; readonly before?: number | undefined },
  ): Promise<VersionLine[]> {
    return manager.find(DocumentVersionEntity, {
      select: { id: true, version: true, publishedAt: true, publishedBy: true, effectiveAt: true },
      where: {
        kind,
        key: storedKey(kind, key),
        ...(before === undefined ? {} : { version: LessThan(before) }),
      },
      order: { version: 'DESC' },
      take: limit,
    });
  }

  async version(
    manager: EntityManager,
    kind: DocumentKind,
    key: string,
    version: number,
  ): Promise<(VersionLine & { readonly body: unknown }) | undefined> {
    return (await manager.findOneBy(DocumentVersionEntity, { kind, key: storedKey(kind, key), version })) ?? undefined;
  }

  /** Leads inside a cadence, whatever its version. */
  async leadsInside(manager: EntityManager, cadenceKey: string): Promise<number> {
    const rows: { inside: number }[] = await manager.query(
      `SELECT count(DISTINCT lead_id)::int AS inside FROM enrollments WHERE cadence_key = $1 AND state <> 'ended'`,
      [cadenceKey],
    );
    return rows[0]?.inside ?? 0;
  }
}
