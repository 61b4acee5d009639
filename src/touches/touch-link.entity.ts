import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';

/** Where a tracked link of a touch leads; looked up by id, never taken from the query. */
@Entity({ name: 'touch_links' })
@Unique('uq_touch_links_key', ['touchId', 'key'])
export class TouchLinkEntity {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_touch_links' })
  id!: string;

  @ForeignKey('TouchEntity', { name: 'fk_touch_links_touch' })
  @Column({ name: 'touch_id', type: 'uuid' })
  touchId!: string;

  @Column({ name: 'key', type: 'text' })
  key!: string;

  @Column({ name: 'url', type: 'text' })
  url!: string;
}
