import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** Identities a running import has seen, as hashes, so that it finds rows that repeat one; gone when it is over. */
@Entity({ name: 'import_keys' })
export class ImportKeyEntity {
  @ForeignKey('ImportEntity', { name: 'fk_import_keys_import' })
  @PrimaryColumn({ name: 'import_id', type: 'uuid', primaryKeyConstraintName: 'pk_import_keys' })
  importId!: string;

  @PrimaryColumn({ name: 'key', type: 'text', primaryKeyConstraintName: 'pk_import_keys' })
  key!: string;

  @Column({ name: 'row_no', type: 'integer' })
  rowNo!: number;
}
