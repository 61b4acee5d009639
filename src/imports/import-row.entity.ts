import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { ImportResult } from './import-result.js';

/** What became of one row. It repeats no value of the file; who the lead is stands in the lead. */
@Entity({ name: 'import_rows' })
@Index('ix_import_rows_lead', ['leadId'], { where: '"lead_id" IS NOT NULL' })
@Check('ck_import_rows_result', `"result" IN ('created', 'known', 'changed', 'refused', 'invalid')`)
export class ImportRowEntity {
  @ForeignKey('ImportEntity', { name: 'fk_import_rows_import' })
  @PrimaryColumn({ name: 'import_id', type: 'uuid', primaryKeyConstraintName: 'pk_import_rows' })
  importId!: string;

  /** As a spreadsheet counts: the header is 1. */
  @PrimaryColumn({ name: 'row_no', type: 'integer', primaryKeyConstraintName: 'pk_import_rows' })
  rowNo!: number;

  @Column({ name: 'result', type: 'text' })
  result!: ImportResult;

  @ForeignKey('LeadEntity', { name: 'fk_import_rows_lead' })
  @Column({ name: 'lead_id', type: 'uuid', nullable: true })
  leadId!: string | null;

  /** Where the trouble is. */
  @Column({ name: 'field', type: 'text', nullable: true })
  field!: string | null;

  @Column({ name: 'code', type: 'text', nullable: true })
  code!: string | null;

  @Column({ name: 'message', type: 'text', nullable: true })
  message!: string | null;

  /** Fields the lead did not have. */
  @Column({ name: 'filled', type: 'text', array: true })
  filled!: string[];

  /** Fields the lead has otherwise, and keeps. */
  @Column({ name: 'kept', type: 'text', array: true })
  kept!: string[];
}
