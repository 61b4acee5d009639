import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

export const DOCUMENT_KINDS = [
  'score_model',
  'definition',
  'cadence',
  'template',
  'sla',
  'recycle',
  'frequency',
  'routing',
  'prep',
  'playbook',
] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** The head of a document people edit: its draft and the number of its latest version. */
@Entity({ name: 'documents' })
@Check(
  'ck_documents_kind',
  `"kind" IN ('score_model', 'definition', 'cadence', 'template', 'sla', 'recycle', 'frequency', 'routing', 'prep', 'playbook')`,
)
export class DocumentEntity {
  @PrimaryColumn({ name: 'kind', type: 'text', primaryKeyConstraintName: 'pk_documents' })
  kind!: DocumentKind;

  @PrimaryColumn({ name: 'key', type: 'text', primaryKeyConstraintName: 'pk_documents' })
  key!: string;

  /** As people wrote it; null before the first save. */
  @Column({ name: 'draft', type: 'jsonb', nullable: true })
  draft!: unknown;

  /** Hash of the draft and of the ETag before it: going back to an older text does not bring its signatures back. */
  @Column({ name: 'draft_etag', type: 'text', nullable: true })
  draftEtag!: string | null;

  @Column({ name: 'latest_version', type: 'integer' })
  latestVersion!: number;
}
