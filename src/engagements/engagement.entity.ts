import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';

export type EngagementClass = 'human' | 'machine' | 'unknown';

/** Something the lead did, stored raw and once; append-only. */
@Entity({ name: 'engagements' })
@Unique('uq_engagements_source_event', ['source', 'eventId'])
@Unique('uq_engagements_lead_seq', ['leadId', 'seq'])
@Index('ix_engagements_lead_at', ['leadId', 'at'])
@Index('ix_engagements_came_back', ['at'], { where: `"kind" IN ('bounced', 'complained')` })
@Check('ck_engagements_class', `"class" IN ('human', 'machine', 'unknown')`)
export class EngagementEntity {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_engagements' })
  id!: string;

  @ForeignKey('LeadEntity', { name: 'fk_engagements_lead' })
  @Column({ name: 'lead_id', type: 'uuid' })
  leadId!: string;

  @Column({ name: 'seq', type: 'integer' })
  seq!: number;

  @Column({ name: 'source', type: 'text' })
  source!: string;

  /** The caller's id; counts once per source, for ever. */
  @Column({ name: 'event_id', type: 'text' })
  eventId!: string;

  @Column({ name: 'kind', type: 'text' })
  kind!: string;

  @Column({ name: 'class', type: 'text' })
  class!: EngagementClass;

  @Column({ name: 'hand_raise', type: 'boolean' })
  handRaise!: boolean;

  @Column({ name: 'purpose', type: 'text', nullable: true })
  purpose!: string | null;

  @Column({ name: 'occurred_at', type: 'timestamptz' })
  occurredAt!: Date;

  @Column({ name: 'received_at', type: 'timestamptz' })
  receivedAt!: Date;

  /** min(occurredAt, receivedAt): the instant that counts. */
  @Column({ name: 'at', type: 'timestamptz' })
  at!: Date;

  @Column({ name: 'properties', type: 'jsonb' })
  properties!: Record<string, unknown>;

  @Column({ name: 'content_hash', type: 'text' })
  contentHash!: string;
}
