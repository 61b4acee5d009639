import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE IF NOT EXISTS notice_preferences (
    person_id uuid NOT NULL,
    mail text NOT NULL,
    kinds jsonb NOT NULL,
    CONSTRAINT pk_notice_preferences PRIMARY KEY (person_id),
    CONSTRAINT ck_notice_preferences_mail CHECK (mail IN ('all', 'important')),
    CONSTRAINT fk_notice_preferences_person FOREIGN KEY (person_id) REFERENCES people(id)
  )`,
];

/** Which notices people want by mail. */
export class CreateNoticePreferences1764210000001 implements MigrationInterface {
  readonly name = 'CreateNoticePreferences1764210000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS notice_preferences');
  }
}
