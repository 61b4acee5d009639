import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A piece of an uploaded file, so that any worker can go on with it; gone when the import is over. */
@Entity({ name: 'import_chunks' })
export class ImportChunkEntity {
  @PrimaryColumn({ name: 'import_id', type: 'uuid', primaryKeyConstraintName: 'pk_import_chunks' })
  importId!: string;

  @PrimaryColumn({ name: 'no', type: 'integer', primaryKeyConstraintName: 'pk_import_chunks' })
  no!: number;

  /** Byte of the file at which it begins. */
  @Column({ name: 'starts_at', type: 'bigint' })
  startsAt!: number;

  @Column({ name: 'content', type: 'bytea' })
  content!: Buffer;

  @Column({ name: 'stored_at', type: 'timestamptz' })
  storedAt!: Date;
}
