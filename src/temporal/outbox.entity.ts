import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { OutboxLane } from '../common/outbox-lanes.js';

/** What the relay still has to tell Temporal: a new lead, or that it is worth looking. */
@Entity({ name: 'outbox' })
@Index('ix_outbox_undelivered', ['lane', 'createdAt', 'id'], { where: '"delivered_at" IS NULL' })
@Index('ix_outbox_lead', ['leadId', 'seq'])
@Check('ck_outbox_lane', `"lane" IN ('new', 'poke', 'bulk')`)
export class OutboxEntity {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_outbox' })
  id!: string;

  @Column({ name: 'lane', type: 'text' })
  lane!: OutboxLane;

  @Column({ name: 'lead_id', type: 'uuid' })
  leadId!: string;

  @Column({ name: 'seq', type: 'integer' })
  seq!: number;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'delivered_at', type: 'timestamptz', nullable: true })
  deliveredAt!: Date | null;

  @Column({ name: 'attempts', type: 'integer', default: 0 })
  attempts!: number;
}
