import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A change of profile, tags, consent or insight as a fact with its own `seq`. */
@Entity({ name: 'profile_changes' })
@Index('ix_profile_changes_lead', ['leadId', 'seq'])
export class ProfileChangeEntity {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_profile_changes' })
  id!: string;

  @ForeignKey('LeadEntity', { name: 'fk_profile_changes_lead' })
  @Column({ name: 'lead_id', type: 'uuid' })
  leadId!: string;

  @Column({ name: 'seq', type: 'integer' })
  seq!: number;

  @Column({ name: 'at', type: 'timestamptz' })
  at!: Date;

  @Column({ name: 'changes', type: 'jsonb' })
  changes!: Record<string, unknown>;

  @ForeignKey('PersonEntity', { name: 'fk_profile_changes_by_person' })
  @Column({ name: 'by_person_id', type: 'uuid', nullable: true })
  byPersonId!: string | null;
}
