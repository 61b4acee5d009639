import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** How far a rep is behind or ahead in the round of offers of a team; without a row neither. */
@Entity({ name: 'routing_turns' })
export class RoutingTurnEntity {
  @ForeignKey('PersonEntity', { name: 'fk_routing_turns_person' })
  @PrimaryColumn({ name: 'person_id', type: 'uuid', primaryKeyConstraintName: 'pk_routing_turns' })
  personId!: string;

  /** Of whoever changes teams nothing is left. */
  @Column({ name: 'team_key', type: 'text' })
  teamKey!: string;

  @Column({ name: 'owed', type: 'double precision' })
  owed!: number;
}
