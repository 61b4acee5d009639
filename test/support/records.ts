import type { DataSource } from 'typeorm';
import type { LeadInterest } from '../../domain/lead/interest.js';
import type { ScoreModel } from '../../domain/scoring/score-model.js';
import { uuidV7 } from '../../src/database/uuid-v7.js';

/** Rows put straight into the record, for tests of one part that do not need a whole life. */
export interface LeadRow {
  readonly email?: string;
  readonly externalId?: string;
  readonly state?: string;
  readonly interest?: LeadInterest | null;
  readonly clockOffsetMs?: number;
  readonly virtualNowAt?: Date | null;
}

export const noInterest: LeadInterest = { any: false, kinds: [], thresholds: [], profile: false };

/** A lead in nurture with its identities; returns its id. */
export async function insertLead(dataSource: DataSource, personId: string, row: LeadRow = {}): Promise<string> {
  const id = uuidV7();
  const email = row.email ?? `${id}@example.com`;
  await dataSource.query(
    `insert into leads (id, email, name, profile, tags, source, state, custody, state_since_at, marketing_person_id,
                        accountable_person_id, interest, clock_offset_ms, virtual_now_at, contactable, created_at, updated_at)
     values ($1, $2, 'Lena Hofer', '{}', '{}', 'form', $3, 'marketing', $4, $5, $5, $6, $7, $8, true, $4, $4)`,
    [
      id,
      email,
      row.state ?? 'nurturing',
      new Date('2026-01-01T00:00:00Z'),
      personId,
      row.interest === null ? null : JSON.stringify(row.interest ?? noInterest),
      row.clockOffsetMs ?? 0,
      row.virtualNowAt ?? null,
    ],
  );
  await dataSource.query(`insert into lead_identities (kind, value, lead_id) values ('email', $1, $2)`, [email, id]);
  if (row.externalId !== undefined) {
    await dataSource.query(`insert into lead_identities (kind, value, lead_id) values ('external', $1, $2)`, [
      row.externalId,
      id,
    ]);
  }
  return id;
}

/** The organisation with its accountable owner and sender. */
export async function insertOrganisation(dataSource: DataSource, ownerId: string): Promise<void> {
  await dataSource.query(
    `insert into organisation (id, name, zone, base_url, accountable_owner_id, sender, updated_at)
     values (1, 'Kelvara Instruments', 'Europe/Zurich', 'http://127.0.0.1:4100', $1, $2, $3)`,
    [
      ownerId,
      JSON.stringify({ name: 'Kelvara', address: 'hello@kelvara.example', postal: 'Uferweg 3, 8000 Zurich' }),
      new Date('2026-01-01T00:00:00Z'),
    ],
  );
}

/** Makes this the score model in force. */
export async function publishScoreModel(dataSource: DataSource, personId: string, model: ScoreModel): Promise<void> {
  await dataSource.query(
    `insert into document_versions (id, kind, key, version, body, published_at, published_by, state)
     values ($1, 'score_model', $2, 1, $3, $4, $5, 'effective')`,
    [uuidV7(), model.key, JSON.stringify(model), new Date('2026-01-01T00:00:00Z'), personId],
  );
}
