import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';

export type ScoreItemKind = 'award' | 'reversal' | 'start' | 'multiplier';

/** One row of the score ledger; corrections are reversal rows. Append-only. */
@Entity({ name: 'score_items' })
@Index('ix_score_items_lead', ['leadId', 'at'])
@Unique('uq_score_items_reverses', ['reversesId'])
@Check('ck_score_items_kind', `"kind" IN ('award', 'reversal', 'start', 'multiplier')`)
export class ScoreItemEntity {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_score_items' })
  id!: string;

  @ForeignKey('LeadEntity', { name: 'fk_score_items_lead' })
  @Column({ name: 'lead_id', type: 'uuid' })
  leadId!: string;

  @Column({ name: 'kind', type: 'text' })
  kind!: ScoreItemKind;

  @ForeignKey('EngagementEntity', { name: 'fk_score_items_engagement' })
  @Column({ name: 'engagement_id', type: 'uuid', nullable: true })
  engagementId!: string | null;

  @Column({ name: 'rule_id', type: 'text', nullable: true })
  ruleId!: string | null;

  @Column({ name: 'points', type: 'double precision' })
  points!: number;

  @Column({ name: 'factor', type: 'double precision', nullable: true })
  factor!: number | null;

  @Column({ name: 'at', type: 'timestamptz' })
  at!: Date;

  @Column({ name: 'half_life_days', type: 'double precision', nullable: true })
  halfLifeDays!: number | null;

  @Column({ name: 'capped', type: 'boolean' })
  capped!: boolean;

  @ForeignKey('DocumentVersionEntity', { name: 'fk_score_items_model_version' })
  @Column({ name: 'model_version_id', type: 'uuid', nullable: true })
  modelVersionId!: string | null;

  @ForeignKey('ScoreItemEntity', { name: 'fk_score_items_reverses' })
  @Column({ name: 'reverses_id', type: 'uuid', nullable: true })
  reversesId!: string | null;

  @Column({ name: 'recorded_at', type: 'timestamptz' })
  recordedAt!: Date;
}
