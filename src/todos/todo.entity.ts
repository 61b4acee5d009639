import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';

export const TODO_STATES = ['open', 'done', 'overdue', 'withdrawn'] as const;
export type TodoState = (typeof TODO_STATES)[number];

/** A manual piece of work for a person: a step of a cadence asks for it, or a handoff that lacks mandatory fields. */
@Entity({ name: 'todos' })
@Unique('uq_todos_step', ['leadId', 'enrollmentNo', 'step', 'visit'])
@Unique('uq_todos_handoff', ['leadId', 'handoffNo'])
@Index('ix_todos_person', ['personId', 'state', 'dueAt'])
@Check('ck_todos_state', `"state" IN ('open', 'done', 'overdue', 'withdrawn')`)
@Check(
  'ck_todos_origin',
  `CASE WHEN "handoff_no" IS NULL THEN "enrollment_no" IS NOT NULL AND "step" IS NOT NULL AND "visit" IS NOT NULL ELSE "missing" IS NOT NULL AND "enrollment_no" IS NULL END`,
)
export class TodoEntity {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_todos' })
  id!: string;

  @ForeignKey('LeadEntity', { name: 'fk_todos_lead' })
  @Column({ name: 'lead_id', type: 'uuid' })
  leadId!: string;

  @Column({ name: 'enrollment_no', type: 'integer', nullable: true })
  enrollmentNo!: number | null;

  @Column({ name: 'step', type: 'text', nullable: true })
  step!: string | null;

  @Column({ name: 'visit', type: 'integer', nullable: true })
  visit!: number | null;

  /** Of a handoff that waits for fields. */
  @Column({ name: 'handoff_no', type: 'integer', nullable: true })
  handoffNo!: number | null;

  /** Mandatory fields of the definition that are not known; with `handoffNo` only. */
  @Column({ name: 'missing', type: 'text', array: true, nullable: true })
  missing!: string[] | null;

  @ForeignKey('PersonEntity', { name: 'fk_todos_person' })
  @Column({ name: 'person_id', type: 'uuid' })
  personId!: string;

  @Column({ name: 'text', type: 'text' })
  text!: string;

  /** Codes the person can choose from, by name. */
  @Column({ name: 'dispositions', type: 'text', array: true })
  dispositions!: string[];

  @Column({ name: 'state', type: 'text' })
  state!: TodoState;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'due_at', type: 'timestamptz', nullable: true })
  dueAt!: Date | null;

  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  endedAt!: Date | null;

  @Column({ name: 'disposition', type: 'text', nullable: true })
  disposition!: string | null;

  @ForeignKey('PersonEntity', { name: 'fk_todos_done_by' })
  @Column({ name: 'done_by', type: 'uuid', nullable: true })
  doneBy!: string | null;

  @ForeignKey('NoteEntity', { name: 'fk_todos_note' })
  @Column({ name: 'note_id', type: 'uuid', nullable: true })
  noteId!: string | null;
}
