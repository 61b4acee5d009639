import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** Free text about a lead; histories carry its id only. */
@Entity({ name: 'notes' })
@Index('ix_notes_lead', ['leadId', 'at'])
export class NoteEntity {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_notes' })
  id!: string;

  @ForeignKey('LeadEntity', { name: 'fk_notes_lead' })
  @Column({ name: 'lead_id', type: 'uuid' })
  leadId!: string;

  @ForeignKey('PersonEntity', { name: 'fk_notes_by_person' })
  @Column({ name: 'by_person_id', type: 'uuid', nullable: true })
  byPersonId!: string | null;

  @Column({ name: 'text', type: 'text' })
  text!: string;

  @Column({ name: 'at', type: 'timestamptz' })
  at!: Date;
}
