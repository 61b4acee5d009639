import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE IF NOT EXISTS rehearsals (
    id uuid NOT NULL,
    state text NOT NULL,
    request jsonb NOT NULL,
    lead_id uuid NOT NULL,
    real_lead_id uuid,
    progress jsonb,
    track jsonb,
    failure jsonb,
    created_by uuid,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    CONSTRAINT pk_rehearsals PRIMARY KEY (id),
    CONSTRAINT ck_rehearsals_state CHECK (state IN ('queued', 'running', 'done', 'failed')),
    CONSTRAINT fk_rehearsals_real_lead FOREIGN KEY (real_lead_id) REFERENCES leads(id),
    CONSTRAINT fk_rehearsals_created_by FOREIGN KEY (created_by) REFERENCES people(id)
  )`,
  `CREATE INDEX IF NOT EXISTS ix_rehearsals_state ON rehearsals (state, created_at, id)
    WHERE state IN ('queued', 'running')`,
  `CREATE INDEX IF NOT EXISTS ix_rehearsals_lead ON rehearsals (real_lead_id) WHERE real_lead_id IS NOT NULL`,
];

/** Rehearsals and what they came to. Their sandboxes are schemas of their own. */
export class CreateRehearsals1764160000000 implements MigrationInterface {
  readonly name = 'CreateRehearsals1764160000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  down(): Promise<void> {
    // The record is append-only: going back is a restore, never a drop.
    return Promise.reject(new Error('create-rehearsals can not be undone'));
  }
}
