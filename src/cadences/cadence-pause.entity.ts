import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { ResumePolicy } from '../../domain/lead/resume-policy.js';

/** One stretch of time in which a cadence stood still; numbered from 1 for each cadence. */
@Entity({ name: 'cadence_pauses' })
@Index('uq_cadence_pauses_open', ['cadenceKey'], { unique: true, where: '"resumed_at" IS NULL' })
@Check('ck_cadence_pauses_policy', `"policy" IN ('continue', 'shift', 'skip_overdue')`)
@Check('ck_cadence_pauses_over', `("resumed_at" IS NULL) = ("policy" IS NULL)`)
export class CadencePauseEntity {
  @PrimaryColumn({ name: 'cadence_key', type: 'text', primaryKeyConstraintName: 'pk_cadence_pauses' })
  cadenceKey!: string;

  @PrimaryColumn({ name: 'no', type: 'integer', primaryKeyConstraintName: 'pk_cadence_pauses' })
  no!: number;

  @Column({ name: 'paused_at', type: 'timestamptz' })
  pausedAt!: Date;

  @ForeignKey('PersonEntity', { name: 'fk_cadence_pauses_paused_by' })
  @Column({ name: 'paused_by_id', type: 'uuid' })
  pausedById!: string;

  @Column({ name: 'resumed_at', type: 'timestamptz', nullable: true })
  resumedAt!: Date | null;

  @ForeignKey('PersonEntity', { name: 'fk_cadence_pauses_resumed_by' })
  @Column({ name: 'resumed_by_id', type: 'uuid', nullable: true })
  resumedById!: string | null;

  @Column({ name: 'policy', type: 'text', nullable: true })
  policy!: ResumePolicy | null;
}
