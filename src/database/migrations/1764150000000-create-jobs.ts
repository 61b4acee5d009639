import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE IF NOT EXISTS jobs (
    id uuid NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    state text NOT NULL,
    input jsonb NOT NULL,
    rate_per_minute integer NOT NULL,
    started_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT pk_jobs PRIMARY KEY (id),
    CONSTRAINT ck_jobs_state CHECK (state IN ('running', 'stopping', 'stopped', 'done')),
    CONSTRAINT fk_jobs_started_by FOREIGN KEY (started_by) REFERENCES people(id)
  )`,
  `CREATE UNIQUE INDEX IF NOT EXISTS uq_jobs_open ON jobs (kind, subject) WHERE state IN ('running', 'stopping')`,
  `CREATE TABLE IF NOT EXISTS job_items (
    job_id uuid NOT NULL,
    lead_id uuid NOT NULL,
    state text NOT NULL,
    reason text,
    tries integer NOT NULL,
    retry_at timestamptz,
    ended_at timestamptz,
    CONSTRAINT pk_job_items PRIMARY KEY (job_id, lead_id),
    CONSTRAINT ck_job_items_state CHECK (state IN ('waiting', 'done', 'skipped', 'failed')),
    CONSTRAINT fk_job_items_job FOREIGN KEY (job_id) REFERENCES jobs(id),
    CONSTRAINT fk_job_items_lead FOREIGN KEY (lead_id) REFERENCES leads(id)
  )`,
  `CREATE INDEX IF NOT EXISTS ix_job_items_waiting ON job_items (job_id, retry_at) WHERE state = 'waiting'`,
];

/** Long work over many leads: what is asked for, and what has become of each lead. */
export class CreateJobs1764150000000 implements MigrationInterface {
  readonly name = 'CreateJobs1764150000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  down(): Promise<void> {
    // The record is append-only: going back is a restore, never a drop.
    return Promise.reject(new Error('create-jobs can not be undone'));
  }
}
