import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `ALTER TABLE outbox DROP CONSTRAINT IF EXISTS ck_outbox_lane,
    ADD CONSTRAINT ck_outbox_lane CHECK (lane IN ('new', 'poke', 'bulk'))`,
];

/** Leads that came in with many others wait in a lane of their own. */
export class AddBulkLane1764240000000 implements MigrationInterface {
  readonly name = 'AddBulkLane1764240000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  down(): Promise<void> {
    // Rows of the lane may wait; what is older than this release refuses them.
    return Promise.reject(new Error('add-bulk-lane can not be undone'));
  }
}
