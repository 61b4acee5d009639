import { Check, Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import type { DocumentKind } from './document.entity.js';

export type DocumentVersionState = 'published' | 'effective' | 'superseded';

/** One immutable edition of a document. */
@Entity({ name: 'document_versions' })
@Unique('uq_document_versions_version', ['kind', 'key', 'version'])
@Check('ck_document_versions_state', `"state" IN ('published', 'effective', 'superseded')`)
export class DocumentVersionEntity {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_document_versions' })
  id!: string;

  @Column({ name: 'kind', type: 'text' })
  kind!: DocumentKind;

  @Column({ name: 'key', type: 'text' })
  key!: string;

  @Column({ name: 'version', type: 'integer' })
  version!: number;

  @Column({ name: 'body', type: 'jsonb' })
  body!: unknown;

  @Column({ name: 'published_at', type: 'timestamptz' })
  publishedAt!: Date;

  @ForeignKey('PersonEntity', { name: 'fk_document_versions_published_by' })
  @Column({ name: 'published_by', type: 'uuid' })
  publishedBy!: string;

  /** From when on it decides; null = from publishing on. */
  @Column({ name: 'effective_at', type: 'timestamptz', nullable: true })
  effectiveAt!: Date | null;

  /** The draft it was made from: what the signatures stand under. */
  @Column({ name: 'draft_etag', type: 'text', nullable: true })
  draftEtag!: string | null;

  @Column({ name: 'state', type: 'text' })
  state!: DocumentVersionState;
}
