import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

export type JobItemState = 'waiting' | 'done' | 'skipped' | 'failed';

/** One lead of a job, and what has become of it. */
@Entity({ name: 'job_items' })
@Index('ix_job_items_waiting', ['jobId', 'retryAt'], { where: `state = 'waiting'` })
@Index('ix_job_items_asked', ['jobId', 'askedAt'], { where: 'asked_at is not null' })
@Check('ck_job_items_state', `"state" IN ('waiting', 'done', 'skipped', 'failed')`)
export class JobItemEntity {
  @ForeignKey('JobEntity', { name: 'fk_job_items_job' })
  @PrimaryColumn({ name: 'job_id', type: 'uuid', primaryKeyConstraintName: 'pk_job_items' })
  jobId!: string;

  @ForeignKey('LeadEntity', { name: 'fk_job_items_lead' })
  @PrimaryColumn({ name: 'lead_id', type: 'uuid', primaryKeyConstraintName: 'pk_job_items' })
  leadId!: string;

  @Column({ name: 'state', type: 'text' })
  state!: JobItemState;

  /** A code: why it was skipped, failed or put off. */
  @Column({ name: 'reason', type: 'text', nullable: true })
  reason!: string | null;

  @Column({ name: 'tries', type: 'integer' })
  tries!: number;

  /** Put off until then. */
  @Column({ name: 'retry_at', type: 'timestamptz', nullable: true })
  retryAt!: Date | null;

  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  endedAt!: Date | null;

  /** Of a take-in: when the lead was told to look. */
  @Column({ name: 'asked_at', type: 'timestamptz', nullable: true })
  askedAt!: Date | null;

  /** Of a take-in: how many enrollments the lead had when it was ordered; one with a later number is what became of it. */
  @Column({ name: 'enrollments_before', type: 'integer', nullable: true })
  enrollmentsBefore!: number | null;
}
