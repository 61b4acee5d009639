import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { TrackEntry } from '../../domain/rehearsal/track-entry.js';
import type { RehearsalOrder } from './rehearsals.schema.js';

export type RehearsalState = 'queued' | 'running' | 'done' | 'failed';

/** How far a rehearsal is; instants are ISO texts on the lead's clock. */
export interface RehearsalProgress {
  readonly at: string;
  readonly until: string;
  /** Instants at which something was done so far. */
  readonly steps: number;
}

/** Why a rehearsal failed; `code` is stable. */
export interface RehearsalFailure {
  readonly code: 'interrupted' | 'rehearsal_unsupported' | 'refused' | 'failed';
  readonly message: string;
}

/** One rehearsal: what was asked for, how far it is, and what it came to. */
@Entity({ name: 'rehearsals' })
@Index('ix_rehearsals_state', ['state', 'createdAt', 'id'], { where: `"state" IN ('queued', 'running')` })
@Index('ix_rehearsals_lead', ['realLeadId'], { where: '"real_lead_id" IS NOT NULL' })
@Check('ck_rehearsals_state', `"state" IN ('queued', 'running', 'done', 'failed')`)
export class RehearsalEntity {
  /** Names schema, task queue and advisory lock of its sandbox, too. */
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_rehearsals' })
  id!: string;

  @Column({ name: 'state', type: 'text' })
  state!: RehearsalState;

  @Column({ name: 'request', type: 'jsonb' })
  request!: RehearsalOrder;

  /** Of the lead inside the sandbox; the real lead's own where one is copied. */
  @Column({ name: 'lead_id', type: 'uuid' })
  leadId!: string;

  @ForeignKey('LeadEntity', { name: 'fk_rehearsals_real_lead' })
  @Column({ name: 'real_lead_id', type: 'uuid', nullable: true })
  realLeadId!: string | null;

  @Column({ name: 'progress', type: 'jsonb', nullable: true })
  progress!: RehearsalProgress | null;

  @Column({ name: 'track', type: 'jsonb', nullable: true })
  track!: readonly TrackEntry[] | null;

  @Column({ name: 'failure', type: 'jsonb', nullable: true })
  failure!: RehearsalFailure | null;

  @ForeignKey('PersonEntity', { name: 'fk_rehearsals_created_by' })
  @Column({ name: 'created_by', type: 'uuid', nullable: true })
  createdBy!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'started_at', type: 'timestamptz', nullable: true })
  startedAt!: Date | null;

  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true })
  finishedAt!: Date | null;
}
