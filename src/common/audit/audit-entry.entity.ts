import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** Who did what, when and why; each row carries the hash of the one before. Append-only. */
@Entity({ name: 'audit_entries' })
@Index('ix_audit_entries_subject', ['subjectKind', 'subjectId'])
export class AuditEntryEntity {
  @PrimaryGeneratedColumn('identity', {
    name: 'seq',
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'pk_audit_entries',
  })
  seq!: number;

  @Column({ name: 'at', type: 'timestamptz' })
  at!: Date;

  @Column({ name: 'actor_id', type: 'uuid', nullable: true })
  actorId!: string | null;

  @Column({ name: 'action', type: 'text' })
  action!: string;

  @Column({ name: 'subject_kind', type: 'text' })
  subjectKind!: string;

  @Column({ name: 'subject_id', type: 'text' })
  subjectId!: string;

  @Column({ name: 'data', type: 'jsonb' })
  data!: Record<string, unknown>;

  @Column({ name: 'note', type: 'text', nullable: true })
  note!: string | null;

  /** With it the note can be matched to its seal; goes with the note when a lead is erased. */
  @Column({ name: 'note_salt', type: 'text', nullable: true })
  noteSalt!: string | null;

  /** What the chain holds of the note. */
  @Column({ name: 'note_seal', type: 'text', nullable: true })
  noteSeal!: string | null;

  @Column({ name: 'previous_hash', type: 'text' })
  previousHash!: string;

  @Column({ name: 'hash', type: 'text' })
  hash!: string;
}
