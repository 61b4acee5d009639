import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** Exact decimal amount. */
export interface Money {
  readonly amount: string;
  readonly currency: string;
}

/** One programme a lead came from, with cost, country, language and zone. */
@Entity({ name: 'campaigns' })
export class CampaignEntity {
  @PrimaryColumn({ name: 'key', type: 'text', primaryKeyConstraintName: 'pk_campaigns' })
  key!: string;

  @Column({ name: 'source', type: 'text' })
  source!: string;

  @ForeignKey('PersonEntity', { name: 'fk_campaigns_owner' })
  @Column({ name: 'owner_id', type: 'uuid' })
  ownerId!: string;

  @Column({ name: 'name', type: 'text', nullable: true })
  name!: string | null;

  @Column({ name: 'country', type: 'text', nullable: true })
  country!: string | null;

  @Column({ name: 'language', type: 'text', nullable: true })
  language!: string | null;

  @Column({ name: 'zone', type: 'text', nullable: true })
  zone!: string | null;

  @Column({ name: 'cost', type: 'jsonb', nullable: true })
  cost!: Money | null;

  @Column({ name: 'start_score', type: 'double precision', default: 0 })
  startScore!: number;
}
