import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The language of mails to leads that have none, nor a campaign that has one. */
export class AddOrganisationLanguage1764231000001 implements MigrationInterface {
  readonly name = 'AddOrganisationLanguage1764231000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE organisation ADD COLUMN IF NOT EXISTS language text');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('add-organisation-language can not be undone'));
  }
}
