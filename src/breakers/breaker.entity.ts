import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

export const BREAKER_SCOPES = ['cadence', 'provider'] as const;
export type BreakerScope = (typeof BREAKER_SCOPES)[number];

/** What holds the touches of a cadence, or to a mail provider, because too many came to nothing; until a person releases it. */
@Entity({ name: 'breakers' })
@Index('uq_breakers_open', ['scope', 'key'], { unique: true, where: '"released_at" IS NULL' })
@Index('ix_breakers_released', ['scope', 'key', 'releasedAt'])
@Check('ck_breakers_scope', `"scope" IN ('cadence', 'provider')`)
@Check('ck_breakers_released', `("released_at" IS NULL) = ("released_by_id" IS NULL)`)
export class BreakerEntity {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_breakers' })
  id!: string;

  @Column({ name: 'scope', type: 'text' })
  scope!: BreakerScope;

  /** Of the cadence, or the domain of the addresses. */
  @Column({ name: 'key', type: 'text' })
  key!: string;

  @Column({ name: 'opened_at', type: 'timestamptz' })
  openedAt!: Date;

  @Column({ name: 'touches', type: 'integer' })
  touches!: number;

  @Column({ name: 'failures', type: 'integer' })
  failures!: number;

  /** The touch that found it, the first to be held. */
  @Column({ name: 'touch_id', type: 'uuid' })
  touchId!: string;

  @Column({ name: 'released_at', type: 'timestamptz', nullable: true })
  releasedAt!: Date | null;

  @ForeignKey('PersonEntity', { name: 'fk_breakers_released_by' })
  @Column({ name: 'released_by_id', type: 'uuid', nullable: true })
  releasedById!: string | null;

  /** Touches it held when it was released. */
  @Column({ name: 'held_count', type: 'integer', nullable: true })
  heldCount!: number | null;
}
