import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  'ALTER TABLE jobs ADD COLUMN IF NOT EXISTS rate_per_hour integer',
  'ALTER TABLE job_items ADD COLUMN IF NOT EXISTS asked_at timestamptz',
  'ALTER TABLE job_items ADD COLUMN IF NOT EXISTS enrollments_before integer',
  'CREATE INDEX IF NOT EXISTS ix_job_items_asked ON job_items (job_id, asked_at) WHERE asked_at IS NOT NULL',
];

/** Jobs that ask leads by the hour, and know whom they asked when. */
export class PaceJobs1764230000000 implements MigrationInterface {
  readonly name = 'PaceJobs1764230000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('pace-jobs can not be undone'));
  }
}
