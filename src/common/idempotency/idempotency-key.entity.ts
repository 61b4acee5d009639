import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

export type IdempotencyState = 'running' | 'done';

/** The first answer to a changing POST, given again to whoever repeats it. */
@Entity({ name: 'idempotency_keys' })
@Index('ix_idempotency_keys_expires', ['expiresAt'])
@Check('ck_idempotency_keys_state', `"state" IN ('running', 'done')`)
export class IdempotencyKeyEntity {
  @PrimaryColumn({ name: 'endpoint', type: 'text', primaryKeyConstraintName: 'pk_idempotency_keys' })
  endpoint!: string;

  @PrimaryColumn({ name: 'caller', type: 'text', primaryKeyConstraintName: 'pk_idempotency_keys' })
  caller!: string;

  @PrimaryColumn({ name: 'key', type: 'text', primaryKeyConstraintName: 'pk_idempotency_keys' })
  key!: string;

  @Column({ name: 'body_hash', type: 'text' })
  bodyHash!: string;

  @Column({ name: 'state', type: 'text' })
  state!: IdempotencyState;

  @Column({ name: 'status', type: 'integer', nullable: true })
  status!: number | null;

  @Column({ name: 'body', type: 'jsonb', nullable: true })
  body!: unknown;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;
}
