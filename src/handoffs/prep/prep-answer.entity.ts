import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** What a lead said last about one item of its checklist. */
@Entity({ name: 'prep_answers' })
@Check('ck_prep_answers_owner', `"owner" IN ('lead', 'rep')`)
@Index('ix_prep_answers_lead', ['leadId'])
export class PrepAnswerEntity {
  @ForeignKey('HandoffEntity', { name: 'fk_prep_answers_handoff' })
  @PrimaryColumn({ name: 'handoff_id', type: 'uuid', primaryKeyConstraintName: 'pk_prep_answers' })
  handoffId!: string;

  @PrimaryColumn({ name: 'item', type: 'text', primaryKeyConstraintName: 'pk_prep_answers' })
  item!: string;

  @ForeignKey('LeadEntity', { name: 'fk_prep_answers_lead' })
  @Column({ name: 'lead_id', type: 'uuid' })
  leadId!: string;

  /** The words it answered to. */
  @Column({ name: 'ask', type: 'text' })
  ask!: string;

  @Column({ name: 'owner', type: 'text' })
  owner!: 'lead' | 'rep';

  @Column({ name: 'confirmed', type: 'boolean' })
  confirmed!: boolean;

  @Column({ name: 'text', type: 'text', nullable: true })
  text!: string | null;

  @Column({ name: 'answered_at', type: 'timestamptz' })
  answeredAt!: Date;
}
