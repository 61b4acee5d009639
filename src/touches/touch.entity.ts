import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';

export type TouchState = 'planned' | 'claimed' | 'sent' | 'failed' | 'in_doubt' | 'skipped' | 'held';

/** One execution of an outbound step to one lead; `claimed` commits before SMTP. */
@Entity({ name: 'touches' })
@Unique('uq_touches_step', ['enrollmentId', 'step', 'visit'])
@Index('ix_touches_state', ['state', 'dueAt'])
@Index('ix_touches_refused', ['finishedAt'], { where: `"state" = 'failed' OR "reason" = 'refused_recipient'` })
@Index('ix_touches_claimed', ['claimedAt'], { where: '"claimed_at" IS NOT NULL' })
@Index('ix_touches_lead', ['leadId', 'dueAt'])
@Unique('uq_touches_message_id', ['messageId'])
@Check('ck_touches_state', `"state" IN ('planned', 'claimed', 'sent', 'failed', 'in_doubt', 'skipped', 'held')`)
export class TouchEntity {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_touches' })
  id!: string;

  @ForeignKey('LeadEntity', { name: 'fk_touches_lead' })
  @Column({ name: 'lead_id', type: 'uuid' })
  leadId!: string;

  @ForeignKey('EnrollmentEntity', { name: 'fk_touches_enrollment' })
  @Column({ name: 'enrollment_id', type: 'uuid' })
  enrollmentId!: string;

  @Column({ name: 'step', type: 'text' })
  step!: string;

  @Column({ name: 'visit', type: 'integer' })
  visit!: number;

  @ForeignKey('DocumentVersionEntity', { name: 'fk_touches_template_version' })
  @Column({ name: 'template_version_id', type: 'uuid' })
  templateVersionId!: string;

  @Column({ name: 'state', type: 'text' })
  state!: TouchState;

  @Column({ name: 'reason', type: 'text', nullable: true })
  reason!: string | null;

  @Column({ name: 'due_at', type: 'timestamptz' })
  dueAt!: Date;

  @Column({ name: 'claimed_at', type: 'timestamptz', nullable: true })
  claimedAt!: Date | null;

  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true })
  finishedAt!: Date | null;

  @Column({ name: 'message_id', type: 'text', nullable: true })
  messageId!: string | null;

  @Column({ name: 'subject', type: 'text', nullable: true })
  subject!: string | null;

  @Column({ name: 'html', type: 'text', nullable: true })
  html!: string | null;

  @Column({ name: 'text', type: 'text', nullable: true })
  text!: string | null;

  @Column({ name: 'attempts', type: 'integer', default: 0 })
  attempts!: number;

  @Column({ name: 'error', type: 'text', nullable: true })
  error!: string | null;
}
