import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  `CREATE TABLE IF NOT EXISTS cadence_pauses (
    cadence_key text NOT NULL,
    no integer NOT NULL,
    paused_at timestamptz NOT NULL,
    paused_by_id uuid NOT NULL,
    resumed_at timestamptz,
    resumed_by_id uuid,
    policy text,
    CONSTRAINT pk_cadence_pauses PRIMARY KEY (cadence_key, no),
    CONSTRAINT fk_cadence_pauses_paused_by FOREIGN KEY (paused_by_id) REFERENCES people (id),
    CONSTRAINT fk_cadence_pauses_resumed_by FOREIGN KEY (resumed_by_id) REFERENCES people (id),
    CONSTRAINT ck_cadence_pauses_policy CHECK (policy IN ('continue', 'shift', 'skip_overdue')),
    CONSTRAINT ck_cadence_pauses_over CHECK ((resumed_at IS NULL) = (policy IS NULL))
  )`,
  `CREATE UNIQUE INDEX IF NOT EXISTS uq_cadence_pauses_open ON cadence_pauses (cadence_key) WHERE resumed_at IS NULL`,
];

/** Keeps when a cadence stood still, and how it went on. */
export class CreateCadencePauses1764140000000 implements MigrationInterface {
  readonly name = 'CreateCadencePauses1764140000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS cadence_pauses');
  }
}
