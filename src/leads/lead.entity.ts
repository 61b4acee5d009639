import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { Custody, LeadState } from '../../domain/lead/lead-state.js';

export type LeadGrade = 'A' | 'B' | 'C' | 'D';

/** A person in the context of a possible purchase: identity, running score and the projection of its workflow. */
@Entity({ name: 'leads' })
@Index('ix_leads_state', ['state', 'stateSinceAt'])
@Index('ix_leads_created', ['createdAt', 'id'])
@Index('ix_leads_accountable', ['accountablePersonId', 'state'])
@Index('ix_leads_campaign', ['campaignKey'])
@Index('ix_leads_next_wake', ['nextWakeAt'], { where: '"clock_offset_ms" = 0' })
@Check(
  'ck_leads_state',
  `"state" IN ('raw', 'nurturing', 'qualified', 'offered', 'accepted', 'working', 'returning', 'won', 'lost', 'disqualified', 'erased')`,
)
@Check('ck_leads_custody', `"custody" IN ('marketing', 'shared', 'sales')`)
@Check('ck_leads_grade', `"grade" IN ('A', 'B', 'C', 'D')`)
export class LeadEntity {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_leads' })
  id!: string;

  /** Normalised; null after erasure. */
  @Column({ name: 'email', type: 'text', nullable: true })
  email!: string | null;

  @Column({ name: 'name', type: 'text', nullable: true })
  name!: string | null;

  @Column({ name: 'company', type: 'text', nullable: true })
  company!: string | null;

  @Column({ name: 'title', type: 'text', nullable: true })
  title!: string | null;

  @Column({ name: 'phone', type: 'text', nullable: true })
  phone!: string | null;

  @Column({ name: 'country', type: 'text', nullable: true })
  country!: string | null;

  @Column({ name: 'time_zone', type: 'text', nullable: true })
  timeZone!: string | null;

  @Column({ name: 'language', type: 'text', nullable: true })
  language!: string | null;

  @Column({ name: 'profile', type: 'jsonb' })
  profile!: Record<string, unknown>;

  @Column({ name: 'tags', type: 'text', array: true })
  tags!: string[];

  @Column({ name: 'source', type: 'text' })
  source!: string;

  @ForeignKey('CampaignEntity', { name: 'fk_leads_campaign' })
  @Column({ name: 'campaign_key', type: 'text', nullable: true })
  campaignKey!: string | null;

  @Column({ name: 'consent', type: 'jsonb', nullable: true })
  consent!: Record<string, unknown> | null;

  /** The highest `seq` handed out; taken under the row's lock. */
  @Column({ name: 'last_seq', type: 'integer', default: 0 })
  lastSeq!: number;

  @Column({ name: 'state', type: 'text' })
  state!: LeadState;

  @Column({ name: 'custody', type: 'text' })
  custody!: Custody;

  @Column({ name: 'state_since_at', type: 'timestamptz' })
  stateSinceAt!: Date;

  @ForeignKey('PersonEntity', { name: 'fk_leads_marketing_person' })
  @Column({ name: 'marketing_person_id', type: 'uuid', nullable: true })
  marketingPersonId!: string | null;

  @ForeignKey('PersonEntity', { name: 'fk_leads_sales_person' })
  @Column({ name: 'sales_person_id', type: 'uuid', nullable: true })
  salesPersonId!: string | null;

  @ForeignKey('PersonEntity', { name: 'fk_leads_accountable_person' })
  @Column({ name: 'accountable_person_id', type: 'uuid' })
  accountablePersonId!: string;

  /** Revision of the stored projection; the workflow counts it up. */
  @Column({ name: 'rev', type: 'integer', default: 0 })
  rev!: number;

  @Column({ name: 'cursor', type: 'integer', default: 0 })
  cursor!: number;

  /** Projection of the workflow's state, versioned. */
  @Column({ name: 'process', type: 'jsonb', nullable: true })
  process!: Record<string, unknown> | null;

  /** What would wake the workflow; ingest reads it under the lock. */
  @Column({ name: 'interest', type: 'jsonb', nullable: true })
  interest!: Record<string, unknown> | null;

  @Column({ name: 'next_wake_at', type: 'timestamptz', nullable: true })
  nextWakeAt!: Date | null;

  @Column({ name: 'score', type: 'double precision', default: 0 })
  score!: number;

  @Column({ name: 'grade', type: 'text', default: 'D' })
  grade!: LeadGrade;

  @ForeignKey('DocumentVersionEntity', { name: 'fk_leads_score_model_version' })
  @Column({ name: 'score_model_version_id', type: 'uuid', nullable: true })
  scoreModelVersionId!: string | null;

  /** 0 but for tests and rehearsals. */
  @Column({ name: 'clock_offset_ms', type: 'bigint', default: 0 })
  clockOffsetMs!: number;

  @Column({ name: 'virtual_now_at', type: 'timestamptz', nullable: true })
  virtualNowAt!: Date | null;

  @Column({ name: 'contactable', type: 'boolean' })
  contactable!: boolean;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}
