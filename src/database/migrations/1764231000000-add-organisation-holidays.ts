import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Days on which the organisation sends nothing, wherever a lead is. */
export class AddOrganisationHolidays1764231000000 implements MigrationInterface {
  readonly name = 'AddOrganisationHolidays1764231000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE organisation ADD COLUMN IF NOT EXISTS holidays jsonb NOT NULL DEFAULT '[]'`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('add-organisation-holidays can not be undone'));
  }
}
