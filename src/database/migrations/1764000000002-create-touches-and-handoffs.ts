import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  `CREATE TABLE IF NOT EXISTS touches (
    id uuid NOT NULL,
    lead_id uuid NOT NULL,
    enrollment_id uuid NOT NULL,
    step text NOT NULL,
    visit integer NOT NULL,
    template_version_id uuid NOT NULL,
    state text NOT NULL,
    reason text,
    due_at timestamptz NOT NULL,
    claimed_at timestamptz,
    finished_at timestamptz,
    message_id text,
    subject text,
    html text,
    text text,
    attempts integer NOT NULL DEFAULT 0,
    error text,
    CONSTRAINT pk_touches PRIMARY KEY (id),
    CONSTRAINT uq_touches_message_id UNIQUE (message_id),
    CONSTRAINT uq_touches_step UNIQUE (enrollment_id, step, visit),
    CONSTRAINT ck_touches_state CHECK (state IN ('planned', 'claimed', 'sent', 'failed', 'in_doubt', 'skipped', 'held')),
    CONSTRAINT fk_touches_lead FOREIGN KEY (lead_id) REFERENCES leads(id),
    CONSTRAINT fk_touches_enrollment FOREIGN KEY (enrollment_id) REFERENCES enrollments(id),
    CONSTRAINT fk_touches_template_version FOREIGN KEY (template_version_id) REFERENCES document_versions(id)
  )`,
  `CREATE INDEX IF NOT EXISTS ix_touches_lead ON touches (lead_id, due_at)`,
  `CREATE INDEX IF NOT EXISTS ix_touches_state ON touches (state, due_at)`,
  `CREATE TABLE IF NOT EXISTS touch_links (
    id uuid NOT NULL,
    touch_id uuid NOT NULL,
    key text NOT NULL,
    url text NOT NULL,
    CONSTRAINT pk_touch_links PRIMARY KEY (id),
    CONSTRAINT uq_touch_links_key UNIQUE (touch_id, key),
    CONSTRAINT fk_touch_links_touch FOREIGN KEY (touch_id) REFERENCES touches(id)
  )`,
  `CREATE TABLE IF NOT EXISTS notices (
    id uuid NOT NULL,
    lead_id uuid NOT NULL,
    handoff_no integer NOT NULL,
    kind text NOT NULL,
    ordinal integer NOT NULL,
    person_id uuid NOT NULL,
    state text NOT NULL,
    claimed_at timestamptz,
    finished_at timestamptz,
    message_id text,
    subject text,
    error text,
    CONSTRAINT pk_notices PRIMARY KEY (id),
    CONSTRAINT uq_notices_message_id UNIQUE (message_id),
    CONSTRAINT uq_notices_ordinal UNIQUE (lead_id, handoff_no, kind, ordinal, person_id),
    CONSTRAINT ck_notices_state CHECK (state IN ('planned', 'claimed', 'sent', 'failed', 'in_doubt', 'skipped', 'held')),
    CONSTRAINT fk_notices_lead FOREIGN KEY (lead_id) REFERENCES leads(id),
    CONSTRAINT fk_notices_person FOREIGN KEY (person_id) REFERENCES people(id)
  )`,
  `CREATE INDEX IF NOT EXISTS ix_notices_state ON notices (state)`,
  `CREATE TABLE IF NOT EXISTS suppressions (
    address text NOT NULL,
    cause text NOT NULL,
    lead_id uuid,
    at timestamptz NOT NULL,
    lifted_at timestamptz,
    CONSTRAINT pk_suppressions PRIMARY KEY (address),
    CONSTRAINT fk_suppressions_lead FOREIGN KEY (lead_id) REFERENCES leads(id)
  )`,
  `CREATE TABLE IF NOT EXISTS handoffs (
    id uuid NOT NULL,
    lead_id uuid NOT NULL,
    no integer NOT NULL,
    state text NOT NULL,
    assignee_id uuid NOT NULL,
    team_key text NOT NULL,
    rule_id text,
    qualified_by text NOT NULL,
    definition_version_id uuid,
    packet jsonb NOT NULL,
    routing jsonb NOT NULL,
    offered_at timestamptz NOT NULL,
    accept_due_at timestamptz,
    breached_at timestamptz,
    decided_at timestamptz,
    decided_by uuid,
    decided_via text,
    reason text,
    note_id uuid,
    quality integer,
    first_contact_by timestamptz,
    first_touch_due_at timestamptz,
    first_touch_at timestamptz,
    returned_at timestamptz,
    acknowledged_at timestamptz,
    acknowledged_by uuid,
    CONSTRAINT pk_handoffs PRIMARY KEY (id),
    CONSTRAINT uq_handoffs_no UNIQUE (lead_id, no),
    CONSTRAINT ck_handoffs_qualified_by CHECK (qualified_by IN ('definition', 'person', 'step')),
    CONSTRAINT ck_handoffs_state CHECK (state IN ('offered', 'accepted', 'rejected', 'expired', 'withdrawn')),
    CONSTRAINT fk_handoffs_lead FOREIGN KEY (lead_id) REFERENCES leads(id),
    CONSTRAINT fk_handoffs_assignee FOREIGN KEY (assignee_id) REFERENCES people(id),
    CONSTRAINT fk_handoffs_team FOREIGN KEY (team_key) REFERENCES teams(key),
    CONSTRAINT fk_handoffs_definition_version FOREIGN KEY (definition_version_id) REFERENCES document_versions(id),
    CONSTRAINT fk_handoffs_decided_by FOREIGN KEY (decided_by) REFERENCES people(id),
    CONSTRAINT fk_handoffs_note FOREIGN KEY (note_id) REFERENCES notes(id),
    CONSTRAINT fk_handoffs_acknowledged_by FOREIGN KEY (acknowledged_by) REFERENCES people(id)
  )`,
  `CREATE INDEX IF NOT EXISTS ix_handoffs_state ON handoffs (state, offered_at)`,
  `CREATE INDEX IF NOT EXISTS ix_handoffs_assignee ON handoffs (assignee_id, state)`,
];

/** Creates what goes out to leads and people. */
export class CreateTouchesAndHandoffs1764000000002 implements MigrationInterface {
  readonly name = 'CreateTouchesAndHandoffs1764000000002';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    // The record is append-only: going back is a restore, never a drop.
    return Promise.reject(new Error('create-touches-and-handoffs can not be undone'));
  }
}
