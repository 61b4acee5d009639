import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lets a scrape and the reconciliation find leads whose next instant is over without reading every lead. */
export class IndexNextWake1764004500000 implements MigrationInterface {
  readonly name = 'IndexNextWake1764004500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE INDEX IF NOT EXISTS ix_leads_next_wake ON leads (next_wake_at) WHERE clock_offset_ms = 0',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX IF EXISTS ix_leads_next_wake');
  }
}
