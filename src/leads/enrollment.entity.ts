import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';

export type EnrollmentState = 'running' | 'suspended' | 'ended';

/** One lead's run through one cadence version. */
@Entity({ name: 'enrollments' })
@Unique('uq_enrollments_no', ['leadId', 'no'])
@Index('ix_enrollments_cadence', ['cadenceKey', 'state'])
@Check('ck_enrollments_state', `"state" IN ('running', 'suspended', 'ended')`)
export class EnrollmentEntity {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_enrollments' })
  id!: string;

  @ForeignKey('LeadEntity', { name: 'fk_enrollments_lead' })
  @Column({ name: 'lead_id', type: 'uuid' })
  leadId!: string;

  @Column({ name: 'no', type: 'integer' })
  no!: number;

  @Column({ name: 'cadence_key', type: 'text' })
  cadenceKey!: string;

  @ForeignKey('DocumentVersionEntity', { name: 'fk_enrollments_version' })
  @Column({ name: 'version_id', type: 'uuid' })
  versionId!: string;

  @Column({ name: 'entered_at', type: 'timestamptz' })
  enteredAt!: Date;

  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  endedAt!: Date | null;

  @Column({ name: 'exit_reason', type: 'text', nullable: true })
  exitReason!: string | null;

  @Column({ name: 'state', type: 'text' })
  state!: EnrollmentState;

  @Column({ name: 'step', type: 'text' })
  step!: string;

  @Column({ name: 'visit', type: 'integer' })
  visit!: number;
}
