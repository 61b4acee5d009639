import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

export const DELIVERY_STATES = ['pending', 'failed', 'delivered', 'dead'] as const;
/** `failed`: it is tried again at `nextTryAt`. */
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** One message to one receiver. Its id is the `webhook-id` of every try. */
@Entity({ name: 'webhook_deliveries' })
@Index('ix_webhook_deliveries_unstarted', ['notBeforeAt', 'id'], {
  where: `"started_at" IS NULL AND "state" = 'pending'`,
})
@Index('ix_webhook_deliveries_endpoint', ['endpointId', 'createdAt', 'id'])
@Index('ix_webhook_deliveries_lead', ['leadId'])
@Index('ix_webhook_deliveries_finished', ['state', 'finishedAt'])
@Check('ck_webhook_deliveries_state', `"state" IN ('pending', 'failed', 'delivered', 'dead')`)
export class WebhookDeliveryEntity {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_webhook_deliveries' })
  id!: string;

  /** Null where a step of a cadence names an endpoint that does not exist. */
  @ForeignKey('WebhookEndpointEntity', { name: 'fk_webhook_deliveries_endpoint' })
  @Column({ name: 'endpoint_id', type: 'uuid', nullable: true })
  endpointId!: string | null;

  @Column({ name: 'event', type: 'text' })
  event!: string;

  @ForeignKey('LeadEntity', { name: 'fk_webhook_deliveries_lead' })
  @Column({ name: 'lead_id', type: 'uuid' })
  leadId!: string;

  /** Revision of the process that brought it. */
  @Column({ name: 'rev', type: 'integer' })
  rev!: number;

  /** Set where a step of a cadence sends it. */
  @Column({ name: 'enrollment_no', type: 'integer', nullable: true })
  enrollmentNo!: number | null;

  /** JSON, the same bytes at every try; null once the lead is erased. */
  @Column({ name: 'body', type: 'text', nullable: true })
  body!: string | null;

  /** Tells of a decision that can still be undone. */
  @Column({ name: 'undoable', type: 'boolean' })
  undoable!: boolean;

  @Column({ name: 'state', type: 'text' })
  state!: DeliveryState;

  /** Numbers the rounds of tries: a replay begins another one. */
  @Column({ name: 'round', type: 'integer' })
  round!: number;

  @Column({ name: 'tries', type: 'integer' })
  tries!: number;

  @Column({ name: 'not_before_at', type: 'timestamptz' })
  notBeforeAt!: Date;

  /** When the round was handed to the engine. */
  @Column({ name: 'started_at', type: 'timestamptz', nullable: true })
  startedAt!: Date | null;

  @Column({ name: 'last_try_at', type: 'timestamptz', nullable: true })
  lastTryAt!: Date | null;

  @Column({ name: 'last_status', type: 'integer', nullable: true })
  lastStatus!: number | null;

  /** A code. */
  @Column({ name: 'last_error', type: 'text', nullable: true })
  lastError!: string | null;

  @Column({ name: 'next_try_at', type: 'timestamptz', nullable: true })
  nextTryAt!: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true })
  finishedAt!: Date | null;
}
