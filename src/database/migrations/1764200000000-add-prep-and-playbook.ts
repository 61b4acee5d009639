import type { MigrationInterface, QueryRunner } from 'typeorm';

const BEFORE = `'score_model', 'definition', 'cadence', 'template', 'sla', 'recycle', 'frequency', 'routing'`;

const kindsAre = (kinds: string): string[] => [
  'ALTER TABLE documents DROP CONSTRAINT IF EXISTS ck_documents_kind',
  `ALTER TABLE documents ADD CONSTRAINT ck_documents_kind CHECK (kind IN (${kinds}))`,
];

/** Prep checklists and the playbook are documents too. */
export class AddPrepAndPlaybook1764200000000 implements MigrationInterface {
  readonly name = 'AddPrepAndPlaybook1764200000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of kindsAre(`${BEFORE}, 'prep', 'playbook'`)) await runner.query(statement);
  }

  down(): Promise<void> {
    // The record is append-only: going back is a restore, never a drop.
    return Promise.reject(new Error('add-prep-and-playbook can not be undone'));
  }
}
