import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';

export type HandoffState = 'offered' | 'accepted' | 'rejected' | 'expired' | 'withdrawn';

export type QualifiedBy = 'definition' | 'person' | 'step';

/** One numbered attempt to pass custody, with the packet frozen at the offer. */
@Entity({ name: 'handoffs' })
@Unique('uq_handoffs_no', ['leadId', 'no'])
@Index('ix_handoffs_assignee', ['assigneeId', 'state'])
@Index('ix_handoffs_state', ['state', 'offeredAt'])
@Check('ck_handoffs_state', `"state" IN ('offered', 'accepted', 'rejected', 'expired', 'withdrawn')`)
@Index('ix_handoffs_qualified_by', ['qualifiedBy'])
@Check('ck_handoffs_qualified_by', `"qualified_by" IN ('definition', 'person', 'step')`)
export class HandoffEntity {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_handoffs' })
  id!: string;

  @ForeignKey('LeadEntity', { name: 'fk_handoffs_lead' })
  @Column({ name: 'lead_id', type: 'uuid' })
  leadId!: string;

  @Column({ name: 'no', type: 'integer' })
  no!: number;

  @Column({ name: 'state', type: 'text' })
  state!: HandoffState;

  @ForeignKey('PersonEntity', { name: 'fk_handoffs_assignee' })
  @Column({ name: 'assignee_id', type: 'uuid' })
  assigneeId!: string;

  @ForeignKey('TeamEntity', { name: 'fk_handoffs_team' })
  @Column({ name: 'team_key', type: 'text' })
  teamKey!: string;

  @Column({ name: 'rule_id', type: 'text', nullable: true })
  ruleId!: string | null;

  @Column({ name: 'qualified_by', type: 'text' })
  qualifiedBy!: QualifiedBy;

  @ForeignKey('DocumentVersionEntity', { name: 'fk_handoffs_definition_version' })
  @Column({ name: 'definition_version_id', type: 'uuid', nullable: true })
  definitionVersionId!: string | null;

  @Column({ name: 'packet', type: 'jsonb' })
  packet!: Record<string, unknown>;

  @Column({ name: 'routing', type: 'jsonb' })
  routing!: Record<string, unknown>;

  /** Ids of the document versions it fell under, by kind. */
  @Column({ name: 'versions', type: 'jsonb', default: {} })
  versions!: Readonly<Partial<Record<string, string>>>;

  @Column({ name: 'offered_at', type: 'timestamptz' })
  offeredAt!: Date;

  @Column({ name: 'accept_due_at', type: 'timestamptz', nullable: true })
  acceptDueAt!: Date | null;

  @Column({ name: 'breached_at', type: 'timestamptz', nullable: true })
  breachedAt!: Date | null;

  @Column({ name: 'decided_at', type: 'timestamptz', nullable: true })
  decidedAt!: Date | null;

  @ForeignKey('PersonEntity', { name: 'fk_handoffs_decided_by' })
  @Column({ name: 'decided_by', type: 'uuid', nullable: true })
  decidedBy!: string | null;

  @Column({ name: 'decided_via', type: 'text', nullable: true })
  decidedVia!: string | null;

  @Column({ name: 'reason', type: 'text', nullable: true })
  reason!: string | null;

  @ForeignKey('NoteEntity', { name: 'fk_handoffs_note' })
  @Column({ name: 'note_id', type: 'uuid', nullable: true })
  noteId!: string | null;

  @Column({ name: 'quality', type: 'integer', nullable: true })
  quality!: number | null;

  @Column({ name: 'first_contact_by', type: 'timestamptz', nullable: true })
  firstContactBy!: Date | null;

  /** When the rep and the lead meet, as the rep said when accepting. */
  @Column({ name: 'meeting_at', type: 'timestamptz', nullable: true })
  meetingAt!: Date | null;

  @Column({ name: 'first_touch_due_at', type: 'timestamptz', nullable: true })
  firstTouchDueAt!: Date | null;

  @Column({ name: 'first_touch_at', type: 'timestamptz', nullable: true })
  firstTouchAt!: Date | null;

  @Column({ name: 'returned_at', type: 'timestamptz', nullable: true })
  returnedAt!: Date | null;

  @Column({ name: 'acknowledged_at', type: 'timestamptz', nullable: true })
  acknowledgedAt!: Date | null;

  @ForeignKey('PersonEntity', { name: 'fk_handoffs_acknowledged_by' })
  @Column({ name: 'acknowledged_by', type: 'uuid', nullable: true })
  acknowledgedBy!: string | null;
}
