import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';

export type PrepMailState = 'planned' | 'claimed' | 'sent' | 'failed' | 'in_doubt' | 'skipped';

/** One mail to a lead about its checklist: the one that brings it (`ordinal` 0), or a reminder. */
@Entity({ name: 'prep_mails' })
@Unique('uq_prep_mails_ordinal', ['handoffId', 'ordinal'])
@Unique('uq_prep_mails_message_id', ['messageId'])
@Index('ix_prep_mails_due', ['state', 'dueAt'])
@Index('ix_prep_mails_lead', ['leadId'])
@Check('ck_prep_mails_state', `"state" IN ('planned', 'claimed', 'sent', 'failed', 'in_doubt', 'skipped')`)
export class PrepMailEntity {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_prep_mails' })
  id!: string;

  @ForeignKey('HandoffEntity', { name: 'fk_prep_mails_handoff' })
  @Column({ name: 'handoff_id', type: 'uuid' })
  handoffId!: string;

  @ForeignKey('LeadEntity', { name: 'fk_prep_mails_lead' })
  @Column({ name: 'lead_id', type: 'uuid' })
  leadId!: string;

  @Column({ name: 'ordinal', type: 'integer' })
  ordinal!: number;

  @Column({ name: 'state', type: 'text' })
  state!: PrepMailState;

  /** Why it was skipped. */
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

  /** Certain failures so far. */
  @Column({ name: 'attempts', type: 'integer', default: 0 })
  attempts!: number;

  @Column({ name: 'error', type: 'text', nullable: true })
  error!: string | null;
}
