import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE IF NOT EXISTS routing_turns (
    person_id uuid NOT NULL,
    team_key text NOT NULL,
    owed double precision NOT NULL,
    CONSTRAINT pk_routing_turns PRIMARY KEY (person_id),
    CONSTRAINT fk_routing_turns_person FOREIGN KEY (person_id) REFERENCES people(id)
  )`,
];

/** What the round of offers owes each rep. */
export class CreateRoutingTurns1764290000000 implements MigrationInterface {
  readonly name = 'CreateRoutingTurns1764290000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS routing_turns');
  }
}
