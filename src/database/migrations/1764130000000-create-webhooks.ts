import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE IF NOT EXISTS webhook_endpoints (
    id uuid NOT NULL,
    key text NOT NULL,
    url text NOT NULL,
    events text[] NOT NULL,
    secret text NOT NULL,
    previous_secret text,
    previous_until_at timestamptz,
    state text NOT NULL,
    disabled_reason text,
    disabled_at timestamptz,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    deleted_at timestamptz,
    CONSTRAINT pk_webhook_endpoints PRIMARY KEY (id),
    CONSTRAINT ck_webhook_endpoints_state CHECK (state IN ('active', 'disabled')),
    CONSTRAINT ck_webhook_endpoints_reason CHECK (disabled_reason IN ('gone', 'person')),
    CONSTRAINT fk_webhook_endpoints_creator FOREIGN KEY (created_by) REFERENCES people(id)
  )`,
  `CREATE UNIQUE INDEX IF NOT EXISTS uq_webhook_endpoints_key ON webhook_endpoints (key) WHERE deleted_at IS NULL`,
  `CREATE TABLE IF NOT EXISTS webhook_deliveries (
    id uuid NOT NULL,
    endpoint_id uuid,
    event text NOT NULL,
    lead_id uuid NOT NULL,
    rev integer NOT NULL,
    enrollment_no integer,
    body text,
    undoable boolean NOT NULL,
    state text NOT NULL,
    round integer NOT NULL,
    tries integer NOT NULL,
    not_before_at timestamptz NOT NULL,
    started_at timestamptz,
    last_try_at timestamptz,
    last_status integer,
    last_error text,
    next_try_at timestamptz,
    created_at timestamptz NOT NULL,
    finished_at timestamptz,
    CONSTRAINT pk_webhook_deliveries PRIMARY KEY (id),
    CONSTRAINT ck_webhook_deliveries_state CHECK (state IN ('pending', 'failed', 'delivered', 'dead')),
    CONSTRAINT fk_webhook_deliveries_endpoint FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoints(id),
    CONSTRAINT fk_webhook_deliveries_lead FOREIGN KEY (lead_id) REFERENCES leads(id)
  )`,
  `CREATE INDEX IF NOT EXISTS ix_webhook_deliveries_unstarted ON webhook_deliveries (not_before_at, id)
    WHERE started_at IS NULL AND state = 'pending'`,
  `CREATE INDEX IF NOT EXISTS ix_webhook_deliveries_endpoint ON webhook_deliveries (endpoint_id, created_at, id)`,
  `CREATE INDEX IF NOT EXISTS ix_webhook_deliveries_lead ON webhook_deliveries (lead_id)`,
  `CREATE INDEX IF NOT EXISTS ix_webhook_deliveries_finished ON webhook_deliveries (state, finished_at)`,
];

/** Receivers of outgoing webhooks, and what is sent to them. */
export class CreateWebhooks1764130000000 implements MigrationInterface {
  readonly name = 'CreateWebhooks1764130000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  down(): Promise<void> {
    // The record is append-only: going back is a restore, never a drop.
    return Promise.reject(new Error('create-webhooks can not be undone'));
  }
}
