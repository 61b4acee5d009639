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

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM documents WHERE kind IN ('prep', 'playbook')`);
    for (const statement of kindsAre(BEFORE)) await runner.query(statement);
  }
}
