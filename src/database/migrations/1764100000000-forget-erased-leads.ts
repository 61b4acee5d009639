import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  `CREATE TABLE IF NOT EXISTS suppression_salt (
    id integer NOT NULL,
    salt bytea NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_suppression_salt PRIMARY KEY (id),
    CONSTRAINT ck_suppression_salt_single CHECK (id = 1)
  )`,
  // Two random uuids: 244 random bits, without an extension.
  `INSERT INTO suppression_salt (id, salt, created_at)
   VALUES (1, decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'), now())
   ON CONFLICT (id) DO NOTHING`,
  `ALTER TABLE audit_entries ADD COLUMN IF NOT EXISTS note_salt text`,
  `ALTER TABLE audit_entries ADD COLUMN IF NOT EXISTS note_seal text`,
];

/** Makes it possible to forget a lead: its address stays as a salted hash, and an audited note can go without its chain. */
export class ForgetErasedLeads1764100000000 implements MigrationInterface {
  readonly name = 'ForgetErasedLeads1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    // The record is append-only: going back is a restore, never a drop.
    return Promise.reject(new Error('forget-erased-leads can not be undone'));
  }
}
