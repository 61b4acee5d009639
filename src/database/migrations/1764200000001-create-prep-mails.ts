import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  'ALTER TABLE handoffs ADD COLUMN IF NOT EXISTS meeting_at timestamptz',
  `CREATE TABLE IF NOT EXISTS prep_mails (
    id uuid NOT NULL,
    handoff_id uuid NOT NULL,
    lead_id uuid NOT NULL,
    ordinal integer NOT NULL,
    state text NOT NULL,
    reason text,
    due_at timestamptz NOT NULL,
    claimed_at timestamptz,
    finished_at timestamptz,
    message_id text,
    subject text,
    attempts integer NOT NULL DEFAULT 0,
    error text,
    CONSTRAINT pk_prep_mails PRIMARY KEY (id),
    CONSTRAINT fk_prep_mails_handoff FOREIGN KEY (handoff_id) REFERENCES handoffs (id),
    CONSTRAINT fk_prep_mails_lead FOREIGN KEY (lead_id) REFERENCES leads (id),
    CONSTRAINT uq_prep_mails_ordinal UNIQUE (handoff_id, ordinal),
    CONSTRAINT uq_prep_mails_message_id UNIQUE (message_id),
    CONSTRAINT ck_prep_mails_state CHECK (state IN ('planned', 'claimed', 'sent', 'failed', 'in_doubt', 'skipped'))
  )`,
  'CREATE INDEX IF NOT EXISTS ix_prep_mails_due ON prep_mails (state, due_at)',
  'CREATE INDEX IF NOT EXISTS ix_prep_mails_lead ON prep_mails (lead_id)',
  `CREATE TABLE IF NOT EXISTS prep_answers (
    handoff_id uuid NOT NULL,
    item text NOT NULL,
    lead_id uuid NOT NULL,
    ask text NOT NULL,
    owner text NOT NULL,
    confirmed boolean NOT NULL,
    text text,
    answered_at timestamptz NOT NULL,
    CONSTRAINT pk_prep_answers PRIMARY KEY (handoff_id, item),
    CONSTRAINT fk_prep_answers_handoff FOREIGN KEY (handoff_id) REFERENCES handoffs (id),
    CONSTRAINT fk_prep_answers_lead FOREIGN KEY (lead_id) REFERENCES leads (id),
    CONSTRAINT ck_prep_answers_owner CHECK (owner IN ('lead', 'rep'))
  )`,
  'CREATE INDEX IF NOT EXISTS ix_prep_answers_lead ON prep_answers (lead_id)',
];

/** Keeps the mails about prep checklists and what leads answered. */
export class CreatePrepMails1764200000001 implements MigrationInterface {
  readonly name = 'CreatePrepMails1764200000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    // The record is append-only: going back is a restore, never a drop.
    return Promise.reject(new Error('create-prep-mails can not be undone'));
  }
}
