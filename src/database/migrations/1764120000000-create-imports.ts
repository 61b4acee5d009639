import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE IF NOT EXISTS imports (
    id uuid NOT NULL,
    state text NOT NULL,
    dry_run boolean NOT NULL,
    file_name text NOT NULL,
    file_bytes bigint NOT NULL,
    file_hash text NOT NULL,
    encoding text NOT NULL,
    delimiter text NOT NULL,
    columns jsonb NOT NULL,
    defaults jsonb NOT NULL,
    rows_total integer NOT NULL,
    counts jsonb NOT NULL,
    cursor bigint NOT NULL,
    row_cursor integer NOT NULL,
    created_by uuid,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    looked_at timestamptz,
    CONSTRAINT pk_imports PRIMARY KEY (id),
    CONSTRAINT ck_imports_state CHECK (state IN ('queued', 'running', 'done', 'stopped')),
    CONSTRAINT fk_imports_created_by FOREIGN KEY (created_by) REFERENCES people(id)
  )`,
  `CREATE INDEX IF NOT EXISTS ix_imports_created ON imports (created_at, id)`,
  `CREATE INDEX IF NOT EXISTS ix_imports_open ON imports (created_at) WHERE state IN ('queued', 'running')`,
  // Before its import there is only the upload, so no foreign key.
  `CREATE TABLE IF NOT EXISTS import_chunks (
    import_id uuid NOT NULL,
    no integer NOT NULL,
    starts_at bigint NOT NULL,
    content bytea NOT NULL,
    stored_at timestamptz NOT NULL,
    CONSTRAINT pk_import_chunks PRIMARY KEY (import_id, no)
  )`,
  `CREATE TABLE IF NOT EXISTS import_rows (
    import_id uuid NOT NULL,
    row_no integer NOT NULL,
    result text NOT NULL,
    lead_id uuid,
    field text,
    code text,
    message text,
    filled text[] NOT NULL,
    kept text[] NOT NULL,
    CONSTRAINT pk_import_rows PRIMARY KEY (import_id, row_no),
    CONSTRAINT ck_import_rows_result CHECK (result IN ('created', 'known', 'changed', 'refused', 'invalid')),
    CONSTRAINT fk_import_rows_import FOREIGN KEY (import_id) REFERENCES imports(id),
    CONSTRAINT fk_import_rows_lead FOREIGN KEY (lead_id) REFERENCES leads(id)
  )`,
  `CREATE INDEX IF NOT EXISTS ix_import_rows_lead ON import_rows (lead_id) WHERE lead_id IS NOT NULL`,
  `CREATE TABLE IF NOT EXISTS import_keys (
    import_id uuid NOT NULL,
    key text NOT NULL,
    row_no integer NOT NULL,
    CONSTRAINT pk_import_keys PRIMARY KEY (import_id, key),
    CONSTRAINT fk_import_keys_import FOREIGN KEY (import_id) REFERENCES imports(id)
  )`,
];

/** Imports of leads: the uploaded file while it is worked on, and what became of each of its rows. */
export class CreateImports1764120000000 implements MigrationInterface {
  readonly name = 'CreateImports1764120000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  down(): Promise<void> {
    // The record is append-only: going back is a restore, never a drop.
    return Promise.reject(new Error('create-imports can not be undone'));
  }
}
