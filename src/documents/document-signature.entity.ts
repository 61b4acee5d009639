import { Check, Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import type { DocumentKind } from './document.entity.js';

export type SigningSide = 'marketing' | 'sales';

/** One side's signature under one exact draft; another draft has another ETag and so none. */
@Entity({ name: 'document_signatures' })
@Unique('uq_document_signatures_side', ['kind', 'key', 'draftEtag', 'side'])
@Check('ck_document_signatures_side', `"side" IN ('marketing', 'sales')`)
export class DocumentSignatureEntity {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_document_signatures' })
  id!: string;

  @Column({ name: 'kind', type: 'text' })
  kind!: DocumentKind;

  @Column({ name: 'key', type: 'text' })
  key!: string;

  @Column({ name: 'draft_etag', type: 'text' })
  draftEtag!: string;

  @Column({ name: 'side', type: 'text' })
  side!: SigningSide;

  @ForeignKey('PersonEntity', { name: 'fk_document_signatures_person' })
  @Column({ name: 'person_id', type: 'uuid' })
  personId!: string;

  @Column({ name: 'signed_at', type: 'timestamptz' })
  signedAt!: Date;
}
