import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A typed reason of rejection; what follows from it stands in the recycle policy. */
@Entity({ name: 'reasons' })
export class ReasonEntity {
  @PrimaryColumn({ name: 'code', type: 'text', primaryKeyConstraintName: 'pk_reasons' })
  code!: string;

  @Column({ name: 'label', type: 'text' })
  label!: string;

  @Column({ name: 'needs_note', type: 'boolean' })
  needsNote!: boolean;
}
