import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** The one salt of the hashes that erased addresses leave behind; made with the schema, never changed. */
@Entity({ name: 'suppression_salt' })
@Check('ck_suppression_salt_single', '"id" = 1')
export class SuppressionSaltEntity {
  @PrimaryColumn({ name: 'id', type: 'integer', primaryKeyConstraintName: 'pk_suppression_salt' })
  id!: number;

  @Column({ name: 'salt', type: 'bytea' })
  salt!: Buffer;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
