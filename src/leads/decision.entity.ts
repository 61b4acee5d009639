import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** What a person, a rule or a policy decided about a lead; append-only. Outcomes are of kind `won` or `lost`. */
@Entity({ name: 'decisions' })
@Index('ix_decisions_lead', ['leadId', 'at'])
export class DecisionEntity {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_decisions' })
  id!: string;

  @ForeignKey('LeadEntity', { name: 'fk_decisions_lead' })
  @Column({ name: 'lead_id', type: 'uuid' })
  leadId!: string;

  @Column({ name: 'handoff_no', type: 'integer', nullable: true })
  handoffNo!: number | null;

  @Column({ name: 'kind', type: 'text' })
  kind!: string;

  @ForeignKey('PersonEntity', { name: 'fk_decisions_by_person' })
  @Column({ name: 'by_person_id', type: 'uuid', nullable: true })
  byPersonId!: string | null;

  @Column({ name: 'at', type: 'timestamptz' })
  at!: Date;

  @Column({ name: 'reason', type: 'text', nullable: true })
  reason!: string | null;

  @ForeignKey('NoteEntity', { name: 'fk_decisions_note' })
  @Column({ name: 'note_id', type: 'uuid', nullable: true })
  noteId!: string | null;

  @Column({ name: 'data', type: 'jsonb' })
  data!: Record<string, unknown>;
}
