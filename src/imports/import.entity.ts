import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { Delimiter } from '../../domain/import/guess-delimiter.js';
import type { ImportColumn } from '../../domain/import/map-columns.js';
import type { ImportDefaults } from '../../domain/import/read-import-row.js';
import type { ImportCounts } from './import-result.js';

export type ImportState = 'queued' | 'running' | 'done' | 'stopped';

/** One file of leads that somebody sent, and how far it has come. */
@Entity({ name: 'imports' })
@Index('ix_imports_created', ['createdAt', 'id'])
@Index('ix_imports_open', ['createdAt'], { where: `"state" IN ('queued', 'running')` })
@Check('ck_imports_state', `"state" IN ('queued', 'running', 'done', 'stopped')`)
export class ImportEntity {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_imports' })
  id!: string;

  @Column({ name: 'state', type: 'text' })
  state!: ImportState;

  @Column({ name: 'dry_run', type: 'boolean' })
  dryRun!: boolean;

  @Column({ name: 'file_name', type: 'text' })
  fileName!: string;

  /** As it was sent. */
  @Column({ name: 'file_bytes', type: 'bigint' })
  fileBytes!: number;

  /** SHA-256 of what was sent, hex. */
  @Column({ name: 'file_hash', type: 'text' })
  fileHash!: string;

  /** As it was sent; it is stored in UTF-8. */
  @Column({ name: 'encoding', type: 'text' })
  encoding!: string;

  @Column({ name: 'delimiter', type: 'text' })
  delimiter!: Delimiter;

  @Column({ name: 'columns', type: 'jsonb' })
  columns!: ImportColumn[];

  @Column({ name: 'defaults', type: 'jsonb' })
  defaults!: ImportDefaults;

  /** Without the header and empty rows. */
  @Column({ name: 'rows_total', type: 'integer' })
  rowsTotal!: number;

  @Column({ name: 'counts', type: 'jsonb' })
  counts!: ImportCounts;

  /** Byte of the stored file at which the next row begins. */
  @Column({ name: 'cursor', type: 'bigint' })
  cursor!: number;

  /** The last row read, as a spreadsheet counts: the header is 1. */
  @Column({ name: 'row_cursor', type: 'integer' })
  rowCursor!: number;

  /** Null for Baton itself. */
  @ForeignKey('PersonEntity', { name: 'fk_imports_created_by' })
  @Column({ name: 'created_by', type: 'uuid', nullable: true })
  createdBy!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'started_at', type: 'timestamptz', nullable: true })
  startedAt!: Date | null;

  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true })
  finishedAt!: Date | null;

  /** When a worker last saw to it that its workflow runs. */
  @Column({ name: 'looked_at', type: 'timestamptz', nullable: true })
  lookedAt!: Date | null;
}
