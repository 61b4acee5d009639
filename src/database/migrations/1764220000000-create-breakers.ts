import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE IF NOT EXISTS breakers (
    id uuid NOT NULL,
    scope text NOT NULL,
    key text NOT NULL,
    opened_at timestamptz NOT NULL,
    touches integer NOT NULL,
    failures integer NOT NULL,
    touch_id uuid NOT NULL,
    released_at timestamptz,
    released_by_id uuid,
    held_count integer,
    CONSTRAINT pk_breakers PRIMARY KEY (id),
    CONSTRAINT fk_breakers_released_by FOREIGN KEY (released_by_id) REFERENCES people(id),
    CONSTRAINT ck_breakers_scope CHECK (scope IN ('cadence', 'provider')),
    CONSTRAINT ck_breakers_released CHECK ((released_at IS NULL) = (released_by_id IS NULL))
  )`,
  `CREATE UNIQUE INDEX IF NOT EXISTS uq_breakers_open ON breakers (scope, key) WHERE released_at IS NULL`,
  `CREATE INDEX IF NOT EXISTS ix_breakers_released ON breakers (scope, key, released_at)`,
  `CREATE INDEX IF NOT EXISTS ix_touches_refused ON touches (finished_at)
    WHERE state = 'failed' OR reason = 'refused_recipient'`,
  `CREATE INDEX IF NOT EXISTS ix_touches_claimed ON touches (claimed_at) WHERE claimed_at IS NOT NULL`,
  `CREATE INDEX IF NOT EXISTS ix_engagements_came_back ON engagements (at) WHERE kind IN ('bounced', 'complained')`,
];

/** Breakers, and what finds out fast that nothing failed. */
export class CreateBreakers1764220000000 implements MigrationInterface {
  readonly name = 'CreateBreakers1764220000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  down(): Promise<void> {
    // The record is append-only: going back is a restore, never a drop.
    return Promise.reject(new Error('create-breakers can not be undone'));
  }
}
