import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** Everything the reducer says happened, in order; append-only. */
@Entity({ name: 'lead_records' })
export class LeadRecordEntity {
  @ForeignKey('LeadEntity', { name: 'fk_lead_records_lead' })
  @PrimaryColumn({ name: 'lead_id', type: 'uuid', primaryKeyConstraintName: 'pk_lead_records' })
  leadId!: string;

  @PrimaryColumn({ name: 'rev', type: 'integer', primaryKeyConstraintName: 'pk_lead_records' })
  rev!: number;

  @PrimaryColumn({ name: 'n', type: 'integer', primaryKeyConstraintName: 'pk_lead_records' })
  n!: number;

  @Column({ name: 'kind', type: 'text' })
  kind!: string;

  @Column({ name: 'at', type: 'timestamptz' })
  at!: Date;

  @Column({ name: 'data', type: 'jsonb' })
  data!: Record<string, unknown>;
}
