import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE IF NOT EXISTS todos (
    id uuid NOT NULL,
    lead_id uuid NOT NULL,
    enrollment_no integer NOT NULL,
    step text NOT NULL,
    visit integer NOT NULL,
    person_id uuid NOT NULL,
    text text NOT NULL,
    dispositions text[] NOT NULL,
    state text NOT NULL,
    created_at timestamptz NOT NULL,
    due_at timestamptz,
    ended_at timestamptz,
    disposition text,
    done_by uuid,
    note_id uuid,
    CONSTRAINT pk_todos PRIMARY KEY (id),
    CONSTRAINT uq_todos_step UNIQUE (lead_id, enrollment_no, step, visit),
    CONSTRAINT ck_todos_state CHECK (state IN ('open', 'done', 'overdue', 'withdrawn')),
    CONSTRAINT fk_todos_lead FOREIGN KEY (lead_id) REFERENCES leads(id),
    CONSTRAINT fk_todos_person FOREIGN KEY (person_id) REFERENCES people(id),
    CONSTRAINT fk_todos_done_by FOREIGN KEY (done_by) REFERENCES people(id),
    CONSTRAINT fk_todos_note FOREIGN KEY (note_id) REFERENCES notes(id)
  )`,
  `CREATE INDEX IF NOT EXISTS ix_todos_person ON todos (person_id, state, due_at)`,
];

/** Manual work that steps of a cadence ask people for. */
export class CreateTodos1764010000000 implements MigrationInterface {
  readonly name = 'CreateTodos1764010000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  down(): Promise<void> {
    // The record is append-only: going back is a restore, never a drop.
    return Promise.reject(new Error('create-todos can not be undone'));
  }
}
