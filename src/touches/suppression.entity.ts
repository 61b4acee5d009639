import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** An address that may not be written to; it outlives the lead. */
@Entity({ name: 'suppressions' })
export class SuppressionEntity {
  @PrimaryColumn({ name: 'address', type: 'text', primaryKeyConstraintName: 'pk_suppressions' })
  address!: string;

  @Column({ name: 'cause', type: 'text' })
  cause!: string;

  @ForeignKey('LeadEntity', { name: 'fk_suppressions_lead' })
  @Column({ name: 'lead_id', type: 'uuid', nullable: true })
  leadId!: string | null;

  @Column({ name: 'at', type: 'timestamptz' })
  at!: Date;

  @Column({ name: 'lifted_at', type: 'timestamptz', nullable: true })
  liftedAt!: Date | null;
}
