import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  'ALTER TABLE insights ADD COLUMN IF NOT EXISTS seq integer',
  'ALTER TABLE notices ADD COLUMN IF NOT EXISTS note_id uuid',
  `ALTER TABLE notices DROP CONSTRAINT IF EXISTS fk_notices_note,
     ADD CONSTRAINT fk_notices_note FOREIGN KEY (note_id) REFERENCES notes (id)`,
  `ALTER TABLE notices DROP CONSTRAINT IF EXISTS uq_notices_note,
     ADD CONSTRAINT uq_notices_note UNIQUE (note_id, person_id)`,
];

/** An insight is a fact with a `seq`; a notice may be about a note that mentions its reader. */
export class TellMentions1764210000000 implements MigrationInterface {
  readonly name = 'TellMentions1764210000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE notices DROP COLUMN IF EXISTS note_id');
    await runner.query('ALTER TABLE insights DROP COLUMN IF EXISTS seq');
  }
}
