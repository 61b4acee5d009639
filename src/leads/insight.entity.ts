import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** What a person learned about a lead. */
@Entity({ name: 'insights' })
@Index('ix_insights_lead', ['leadId', 'at'])
export class InsightEntity {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_insights' })
  id!: string;

  @ForeignKey('LeadEntity', { name: 'fk_insights_lead' })
  @Column({ name: 'lead_id', type: 'uuid' })
  leadId!: string;

  /** Its place among the lead's facts; null for what earlier releases stored. */
  @Column({ name: 'seq', type: 'integer', nullable: true })
  seq!: number | null;

  /** Earlier releases took other codes too. */
  @Column({ name: 'kind', type: 'text' })
  kind!: string;

  @Column({ name: 'text', type: 'text' })
  text!: string;

  @ForeignKey('PersonEntity', { name: 'fk_insights_by_person' })
  @Column({ name: 'by_person_id', type: 'uuid', nullable: true })
  byPersonId!: string | null;

  @Column({ name: 'at', type: 'timestamptz' })
  at!: Date;
}
