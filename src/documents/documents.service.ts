import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { DocumentKind } from './document.entity.js';
import { DOCUMENT_KIND_INFO, type DocumentBodies } from './document-kinds.js';
import { DocumentVersionEntity } from './document-version.entity.js';

/** A kind of which there is one only has this key; so has the score model in force. */
export const SINGLE_KEY = 'default';

/** One published edition; `body` was read through the schema of its kind. */
export interface DocumentVersion<K extends DocumentKind = DocumentKind> {
  readonly id: string;
  readonly kind: K;
  readonly key: string;
  readonly version: number;
  readonly body: DocumentBodies[K];
  readonly publishedAt: Date;
  /** From when on it decides; null = whenever. */
  readonly effectiveAt: Date | null;
  /** The draft the signatures stand under; null where nobody knows any more. */
  readonly draftEtag: string | null;
}

interface VersionHead {
  readonly id: string;
  readonly key: string;
  readonly version: number;
  readonly effectiveAt: Date | null;
}

/** A newly published version decides in every process at most this much later. */
const BELIEVED_MS = 1_000;
const MAX_BODIES = 2_000;

/** Reads published documents. Bodies never change, so they are kept; which one is in force is asked anew every second. */
@Injectable()
export class DocumentsService {
  private readonly bodies = new Map<string, DocumentVersion>();
  private readonly heads = new Map<DocumentKind, { readonly readAtMs: number; readonly heads: VersionHead[] }>();

  /**
   * The version of that key that decides at `now`: the newest whose `effectiveAt` is reached. Of a policy there is one,
   * whatever it is called.
   */
  async effective<K extends DocumentKind>(
    manager: EntityManager,
    kind: K,
    key: string,
    now: Date = new Date(),
  ): Promise<DocumentVersion<K> | undefined> {
    const head = newestByKey(await this.headsOf(manager, kind), now).get(storedKey(kind, key));
    return head === undefined ? undefined : this.load(manager, kind, head.id);
  }

  /** One version per key, by key. */
  async listEffective<K extends DocumentKind>(
    manager: EntityManager,
    kind: K,
    now: Date = new Date(),
  ): Promise<DocumentVersion<K>[]> {
    const heads = [...newestByKey(await this.headsOf(manager, kind), now).values()];
    const versions: DocumentVersion<K>[] = [];
    for (const head of heads.sort((a, b) => (a.key < b.key ? -1 : 1))) {
      const version = await this.load(manager, kind, head.id);
      if (version !== undefined) versions.push(version);
    }
    return versions;
  }

  async byId(manager: EntityManager, id: string): Promise<DocumentVersion | undefined> {
    const known = this.bodies.get(id);
    if (known !== undefined) return known;
    const row = await manager.findOneBy(DocumentVersionEntity, { id });
    if (row === null) return undefined;
    const version = toVersion(row);
    if (this.bodies.size >= MAX_BODIES) this.bodies.clear();
    this.bodies.set(id, version);
    return version;
  }

  /** `byId` where the kind is known too: another kind is a mistake of the caller. */
  async load<K extends DocumentKind>(
    manager: EntityManager,
    kind: K,
    id: string,
  ): Promise<DocumentVersion<K> | undefined> {
    const version = await this.byId(manager, id);
    if (version !== undefined && version.kind !== kind) throw new Error(`${id} is no ${kind}`);
    return version as DocumentVersion<K> | undefined;
  }

  /** To be called after a publication was committed, so that this process sees it at once. */
  forget(kind: DocumentKind): void {
    this.heads.delete(kind);
  }

  private async headsOf(manager: EntityManager, kind: DocumentKind): Promise<VersionHead[]> {
    const known = this.heads.get(kind);
    const readAtMs = Date.now();
    if (known !== undefined && readAtMs - known.readAtMs < BELIEVED_MS) return known.heads;
    const heads = await manager.find(DocumentVersionEntity, {
      select: { id: true, key: true, version: true, effectiveAt: true },
      where: { kind },
    });
    this.heads.set(kind, { readAtMs, heads });
    return heads;
  }
}

/** A kind whose documents carry no key has one document. */
export const storedKey = (kind: DocumentKind, key: string): string =>
  DOCUMENT_KIND_INFO[kind].keyed ? key : SINGLE_KEY;

function newestByKey(heads: readonly VersionHead[], now: Date): Map<string, VersionHead> {
  const newest = new Map<string, VersionHead>();
  for (const head of heads) {
    if (head.effectiveAt !== null && head.effectiveAt > now) continue;
    const other = newest.get(head.key);
    if (other === undefined || other.version < head.version) newest.set(head.key, head);
  }
  return newest;
}

/** Shapes a row; the schema fills in defaults that came after the version was published. */
function toVersion(row: DocumentVersionEntity): DocumentVersion {
  return {
    id: row.id,
    kind: row.kind,
    key: row.key,
    version: row.version,
    body: DOCUMENT_KIND_INFO[row.kind].schema.parse(row.body),
    publishedAt: row.publishedAt,
    effectiveAt: row.effectiveAt,
    draftEtag: row.draftEtag,
  };
}
