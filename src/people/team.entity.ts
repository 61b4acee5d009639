import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import type { Condition } from '../../domain/condition/condition.js';

export type TeamSide = 'marketing' | 'sales';

/** A marketing or sales team; `covers` is the condition of the leads it answers for. */
@Entity({ name: 'teams' })
@Check('ck_teams_side', `"side" IN ('marketing', 'sales')`)
export class TeamEntity {
  @PrimaryColumn({ name: 'key', type: 'text', primaryKeyConstraintName: 'pk_teams' })
  key!: string;

  @Column({ name: 'side', type: 'text' })
  side!: TeamSide;

  @ForeignKey('PersonEntity', { name: 'fk_teams_owner' })
  @Column({ name: 'owner_id', type: 'uuid', nullable: true })
  ownerId!: string | null;

  @Column({ name: 'covers', type: 'jsonb', nullable: true })
  covers!: Condition | null;
}
