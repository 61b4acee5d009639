import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `ALTER TABLE todos ALTER COLUMN enrollment_no DROP NOT NULL, ALTER COLUMN step DROP NOT NULL,
     ALTER COLUMN visit DROP NOT NULL`,
  'ALTER TABLE todos ADD COLUMN IF NOT EXISTS handoff_no integer',
  'ALTER TABLE todos ADD COLUMN IF NOT EXISTS missing text[]',
  'CREATE INDEX IF NOT EXISTS ix_handoffs_qualified_by ON handoffs (qualified_by)',
  `ALTER TABLE todos DROP CONSTRAINT IF EXISTS uq_todos_handoff,
     ADD CONSTRAINT uq_todos_handoff UNIQUE (lead_id, handoff_no)`,
  `ALTER TABLE todos DROP CONSTRAINT IF EXISTS ck_todos_origin,
     ADD CONSTRAINT ck_todos_origin CHECK (
       CASE WHEN handoff_no IS NULL THEN enrollment_no IS NOT NULL AND step IS NOT NULL AND visit IS NOT NULL
            ELSE missing IS NOT NULL AND enrollment_no IS NULL END)`,
];

/** A to-do may come from a handoff that waits for mandatory fields; handoffs are counted by what qualified the lead. */
export class AskForMissingFields1764210000002 implements MigrationInterface {
  readonly name = 'AskForMissingFields1764210000002';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  down(): Promise<void> {
    // Rows without a step may be there; what is older than this release reads past them.
    return Promise.reject(new Error('ask-for-missing-fields can not be undone'));
  }
}
