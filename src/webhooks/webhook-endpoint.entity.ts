import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

export const ENDPOINT_STATES = ['active', 'disabled'] as const;
export type EndpointState = (typeof ENDPOINT_STATES)[number];
/** `gone`: it answered 410. */
export type DisabledReason = 'gone' | 'person';

/** A receiver of outgoing webhooks. A deleted one stays for its deliveries, without its secret. */
@Entity({ name: 'webhook_endpoints' })
@Index('uq_webhook_endpoints_key', ['key'], { unique: true, where: '"deleted_at" IS NULL' })
@Check('ck_webhook_endpoints_state', `"state" IN ('active', 'disabled')`)
@Check('ck_webhook_endpoints_reason', `"disabled_reason" IN ('gone', 'person')`)
export class WebhookEndpointEntity {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_webhook_endpoints' })
  id!: string;

  @Column({ name: 'key', type: 'text' })
  key!: string;

  @Column({ name: 'url', type: 'text' })
  url!: string;

  @Column({ name: 'events', type: 'text', array: true })
  events!: string[];

  /** Encrypted; empty once deleted. */
  @Column({ name: 'secret', type: 'text' })
  secret!: string;

  /** The secret before, which signs too until `previousUntilAt`. */
  @Column({ name: 'previous_secret', type: 'text', nullable: true })
  previousSecret!: string | null;

  @Column({ name: 'previous_until_at', type: 'timestamptz', nullable: true })
  previousUntilAt!: Date | null;

  @Column({ name: 'state', type: 'text' })
  state!: EndpointState;

  @Column({ name: 'disabled_reason', type: 'text', nullable: true })
  disabledReason!: DisabledReason | null;

  @Column({ name: 'disabled_at', type: 'timestamptz', nullable: true })
  disabledAt!: Date | null;

  @ForeignKey('PersonEntity', { name: 'fk_webhook_endpoints_creator' })
  @Column({ name: 'created_by', type: 'uuid' })
  createdBy!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;

  @Column({ name: 'deleted_at', type: 'timestamptz', nullable: true })
  deletedAt!: Date | null;
}
