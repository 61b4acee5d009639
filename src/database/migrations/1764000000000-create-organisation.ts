import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  `CREATE TABLE IF NOT EXISTS calendars (
    key text NOT NULL,
    rows jsonb NOT NULL,
    holidays jsonb NOT NULL,
    CONSTRAINT pk_calendars PRIMARY KEY (key)
  )`,
  `CREATE TABLE IF NOT EXISTS teams (
    key text NOT NULL,
    side text NOT NULL,
    owner_id uuid,
    covers jsonb,
    CONSTRAINT pk_teams PRIMARY KEY (key),
    CONSTRAINT ck_teams_side CHECK (side IN ('marketing', 'sales'))
  )`,
  `CREATE TABLE IF NOT EXISTS people (
    id uuid NOT NULL,
    key text NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    team_key text,
    roles text[] NOT NULL,
    zone text NOT NULL,
    calendar_key text,
    capacity integer NOT NULL,
    weight integer NOT NULL,
    away jsonb NOT NULL,
    deputy_id uuid,
    active boolean NOT NULL,
    CONSTRAINT pk_people PRIMARY KEY (id),
    CONSTRAINT uq_people_key UNIQUE (key),
    CONSTRAINT ck_people_capacity CHECK (capacity >= 0),
    CONSTRAINT ck_people_roles CHECK (roles <@ ARRAY['marketer', 'rep', 'team_owner', 'approver', 'accountable_owner', 'operator']::text[]),
    CONSTRAINT fk_people_team FOREIGN KEY (team_key) REFERENCES teams(key),
    CONSTRAINT fk_people_calendar FOREIGN KEY (calendar_key) REFERENCES calendars(key),
    CONSTRAINT fk_people_deputy FOREIGN KEY (deputy_id) REFERENCES people(id)
  )`,
  `CREATE TABLE IF NOT EXISTS organisation (
    id integer NOT NULL,
    name text NOT NULL,
    zone text NOT NULL,
    base_url text NOT NULL,
    accountable_owner_id uuid,
    catch_all text,
    sender jsonb NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT pk_organisation PRIMARY KEY (id),
    CONSTRAINT ck_organisation_single CHECK (id = 1),
    CONSTRAINT fk_organisation_accountable_owner FOREIGN KEY (accountable_owner_id) REFERENCES people(id)
  )`,
  `CREATE TABLE IF NOT EXISTS campaigns (
    key text NOT NULL,
    source text NOT NULL,
    owner_id uuid NOT NULL,
    name text,
    country text,
    language text,
    zone text,
    cost jsonb,
    start_score double precision NOT NULL DEFAULT 0,
    CONSTRAINT pk_campaigns PRIMARY KEY (key),
    CONSTRAINT fk_campaigns_owner FOREIGN KEY (owner_id) REFERENCES people(id)
  )`,
  `CREATE TABLE IF NOT EXISTS reasons (
    code text NOT NULL,
    label text NOT NULL,
    needs_note boolean NOT NULL,
    CONSTRAINT pk_reasons PRIMARY KEY (code)
  )`,
  `CREATE TABLE IF NOT EXISTS documents (
    kind text NOT NULL,
    key text NOT NULL,
    draft jsonb,
    draft_etag text,
    latest_version integer NOT NULL,
    CONSTRAINT pk_documents PRIMARY KEY (kind, key),
    CONSTRAINT ck_documents_kind CHECK (kind IN ('score_model', 'definition', 'cadence', 'template', 'sla', 'recycle', 'frequency', 'routing'))
  )`,
  `CREATE TABLE IF NOT EXISTS document_versions (
    id uuid NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    version integer NOT NULL,
    body jsonb NOT NULL,
    published_at timestamptz NOT NULL,
    published_by uuid NOT NULL,
    effective_at timestamptz,
    state text NOT NULL,
    CONSTRAINT pk_document_versions PRIMARY KEY (id),
    CONSTRAINT uq_document_versions_version UNIQUE (kind, key, version),
    CONSTRAINT ck_document_versions_state CHECK (state IN ('published', 'effective', 'superseded')),
    CONSTRAINT fk_document_versions_published_by FOREIGN KEY (published_by) REFERENCES people(id)
  )`,
  `CREATE TABLE IF NOT EXISTS document_signatures (
    id uuid NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    draft_etag text NOT NULL,
    side text NOT NULL,
    person_id uuid NOT NULL,
    signed_at timestamptz NOT NULL,
    CONSTRAINT pk_document_signatures PRIMARY KEY (id),
    CONSTRAINT uq_document_signatures_side UNIQUE (kind, key, draft_etag, side),
    CONSTRAINT ck_document_signatures_side CHECK (side IN ('marketing', 'sales')),
    CONSTRAINT fk_document_signatures_person FOREIGN KEY (person_id) REFERENCES people(id)
  )`,
  `CREATE TABLE IF NOT EXISTS api_keys (
    id uuid NOT NULL,
    name text NOT NULL,
    prefix text NOT NULL,
    secret_hash text NOT NULL,
    person_id uuid NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    CONSTRAINT pk_api_keys PRIMARY KEY (id),
    CONSTRAINT uq_api_keys_prefix UNIQUE (prefix),
    CONSTRAINT fk_api_keys_person FOREIGN KEY (person_id) REFERENCES people(id)
  )`,
  `CREATE TABLE IF NOT EXISTS idempotency_keys (
    endpoint text NOT NULL,
    caller text NOT NULL,
    key text NOT NULL,
    body_hash text NOT NULL,
    state text NOT NULL,
    status integer,
    body jsonb,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT pk_idempotency_keys PRIMARY KEY (endpoint, caller, key),
    CONSTRAINT ck_idempotency_keys_state CHECK (state IN ('running', 'done'))
  )`,
  `CREATE INDEX IF NOT EXISTS ix_idempotency_keys_expires ON idempotency_keys (expires_at)`,
  `CREATE TABLE IF NOT EXISTS audit_entries (
    seq bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    at timestamptz NOT NULL,
    actor_id uuid,
    action text NOT NULL,
    subject_kind text NOT NULL,
    subject_id text NOT NULL,
    data jsonb NOT NULL,
    note text,
    previous_hash text NOT NULL,
    hash text NOT NULL,
    CONSTRAINT pk_audit_entries PRIMARY KEY (seq)
  )`,
  `CREATE INDEX IF NOT EXISTS ix_audit_entries_subject ON audit_entries (subject_kind, subject_id)`,
  `ALTER TABLE teams DROP CONSTRAINT IF EXISTS fk_teams_owner`,
  `ALTER TABLE teams ADD CONSTRAINT fk_teams_owner FOREIGN KEY (owner_id) REFERENCES people(id)`,
];

/** Creates people, documents and everything that is set before the first lead. */
export class CreateOrganisation1764000000000 implements MigrationInterface {
  readonly name = 'CreateOrganisation1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    // The record is append-only: going back is a restore, never a drop.
    return Promise.reject(new Error('create-organisation can not be undone'));
  }
}
