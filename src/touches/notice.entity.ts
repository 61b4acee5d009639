import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';

export type NoticeState = 'planned' | 'claimed' | 'sent' | 'failed' | 'in_doubt' | 'skipped' | 'held';

/** One mail to a person of the organisation about one handoff. */
@Entity({ name: 'notices' })
@Unique('uq_notices_ordinal', ['leadId', 'handoffNo', 'kind', 'ordinal', 'personId'])
@Index('ix_notices_state', ['state'])
@Unique('uq_notices_message_id', ['messageId'])
@Unique('uq_notices_touch', ['touchId'])
@Unique('uq_notices_note', ['noteId', 'personId'])
@Check('ck_notices_state', `"state" IN ('planned', 'claimed', 'sent', 'failed', 'in_doubt', 'skipped', 'held')`)
export class NoticeEntity {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_notices' })
  id!: string;

  @ForeignKey('LeadEntity', { name: 'fk_notices_lead' })
  @Column({ name: 'lead_id', type: 'uuid' })
  leadId!: string;

  @Column({ name: 'handoff_no', type: 'integer' })
  handoffNo!: number;

  @Column({ name: 'kind', type: 'text' })
  kind!: string;

  @Column({ name: 'ordinal', type: 'integer' })
  ordinal!: number;

  @ForeignKey('PersonEntity', { name: 'fk_notices_person' })
  @Column({ name: 'person_id', type: 'uuid' })
  personId!: string;

  @Column({ name: 'state', type: 'text' })
  state!: NoticeState;

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

  /** The touch it is about: one notice per touch, and so per (enrollment, step, visit). */
  @ForeignKey('TouchEntity', { name: 'fk_notices_touch' })
  @Column({ name: 'touch_id', type: 'uuid', nullable: true })
  touchId!: string | null;

  /** The note that mentions the person: one notice per note and person. */
  @ForeignKey('NoteEntity', { name: 'fk_notices_note' })
  @Column({ name: 'note_id', type: 'uuid', nullable: true })
  noteId!: string | null;

  @Column({ name: 'error', type: 'text', nullable: true })
  error!: string | null;
}
