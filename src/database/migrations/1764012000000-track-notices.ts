import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A notice counts its certain failures, and may be about one touch. */
export class TrackNotices1764012000000 implements MigrationInterface {
  readonly name = 'TrackNotices1764012000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE notices ADD COLUMN IF NOT EXISTS attempts integer NOT NULL DEFAULT 0');
    await runner.query('ALTER TABLE notices ADD COLUMN IF NOT EXISTS touch_id uuid');
    await runner.query(
      `ALTER TABLE notices DROP CONSTRAINT IF EXISTS fk_notices_touch,
         ADD CONSTRAINT fk_notices_touch FOREIGN KEY (touch_id) REFERENCES touches (id)`,
    );
    await runner.query(
      `ALTER TABLE notices DROP CONSTRAINT IF EXISTS uq_notices_touch,
         ADD CONSTRAINT uq_notices_touch UNIQUE (touch_id)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE notices DROP COLUMN IF EXISTS touch_id, DROP COLUMN IF EXISTS attempts');
  }
}
