import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { sha256, stableJson } from '../stable-json.js';

/** One writer at a time, until its transaction ends: a chain has no branches. Any number that is ours alone. */
const CHAIN_LOCK = 7_261_905;
const GENESIS = '0'.repeat(64);
/** Instead of a seal, where a note without one was erased. */
const ERASED = 'erased';
const VERIFY_PAGE = 1_000;

export interface AuditRecord {
  /** The person, or null for Baton itself. */
  readonly actorId: string | null;
  /** What was done: imperative and dotted, e.g. `api_key.revoke`. */
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  /** Ids and codes only. */
  readonly data?: Readonly<Record<string, unknown>>;
  readonly note?: string | null;
}

interface StoredEntry {
  readonly seq: number;
  readonly at: Date;
  readonly actor_id: string | null;
  readonly action: string;
  readonly subject_kind: string;
  readonly subject_id: string;
  readonly data: Record<string, unknown>;
  readonly note: string | null;
  readonly note_salt: string | null;
  readonly note_seal: string | null;
  readonly previous_hash: string;
  readonly hash: string;
}

const sealOf = (salt: string, note: string): string => sha256(`${salt}.${note}`);

/** `note`: its seal; in entries from before notes were sealed, the note itself. */
const hashOf = (previousHash: string, at: Date, entry: AuditRecord): string =>
  sha256(
    stableJson([
      previousHash,
      at.toISOString(),
      entry.actorId,
      entry.action,
      entry.subjectKind,
      entry.subjectId,
      entry.data ?? {},
      entry.note ?? null,
    ]),
  );

/** The row of an entry behind the one with that hash. */
function linkOf(previousHash: string, entry: AuditRecord, now: Date) {
  const note = entry.note ?? null;
  const noteSalt = note === null ? null : randomBytes(16).toString('hex');
  // The chain holds a seal, so that a note about an erased lead can go without breaking it.
  const noteSeal = note === null || noteSalt === null ? null : sealOf(noteSalt, note);
  return {
    actor_id: entry.actorId,
    action: entry.action,
    subject_kind: entry.subjectKind,
    subject_id: entry.subjectId,
    data: entry.data ?? {},
    note,
    note_salt: noteSalt,
    note_seal: noteSeal,
    previous_hash: previousHash,
    hash: hashOf(previousHash, now, { ...entry, note: noteSeal }),
  };
}

/** Append-only record of who did what, when and why, as a hash chain (promise A20). */
@Injectable()
export class AuditService {
  /** Joins the caller's transaction. Call it last in it: the chain's lock is held until the commit. */
  async record(manager: EntityManager, entry: AuditRecord, now: Date): Promise<void> {
    await this.recordMany(manager, [entry], now);
  }

  /** The same for entries that belong to one change, in their order. */
  async recordMany(manager: EntityManager, entries: readonly AuditRecord[], now: Date): Promise<void> {
    if (entries.length === 0) return;
    await manager.query('select pg_advisory_xact_lock($1)', [CHAIN_LOCK]);
    const [last]: {
      hash: string;
    }[] = await manager.query('select hash from audit_entries order by seq desc limit 1');
    let previousHash = last?.hash ?? GENESIS;
    const rows: object[] = [];
    for (const entry of entries) {
      const row = linkOf(previousHash, entry, now);
      rows.push(row);
      previousHash = row.hash;
    }
    await manager.query(
      `insert into audit_entries (at, actor_id, action, subject_kind, subject_id, data, note, note_salt, note_seal,
                                  previous_hash, hash)
       select $1::timestamptz, actor_id, action, subject_kind, subject_id, data, note, note_salt, note_seal,
              previous_hash, hash
         from rows from (
           jsonb_to_recordset($2::jsonb) as (actor_id uuid, action text, subject_kind text, subject_id text, data jsonb,
             note text, note_salt text, note_seal text, previous_hash text, hash text)
         ) with ordinality as t(actor_id, action, subject_kind, subject_id, data, note, note_salt, note_seal,
                                previous_hash, hash, n)
        order by n`,
      [now, JSON.stringify(rows)],
    );
  }

  /** Walks the whole chain. `brokenAt` is the `seq` of the first entry that does not fit. */
  async verify(manager: EntityManager): Promise<{ entries: number; brokenAt: number | null }> {
    let previousHash = GENESIS;
    let after = 0;
    let entries = 0;
    for (;;) {
      const rows: StoredEntry[] = await manager.query(
        'select * from audit_entries where seq > $1 order by seq limit $2',
        [after, VERIFY_PAGE],
      );
      for (const row of rows) {
        const entry = {
          actorId: row.actor_id,
          action: row.action,
          subjectKind: row.subject_kind,
          subjectId: row.subject_id,
          data: row.data,
          note: row.note_seal ?? row.note,
        };
        const { note, note_salt: salt, note_seal: seal } = row;
        const isSealed = note === null || seal === null || seal === sealOf(salt ?? '', note);
        // Written before notes were sealed, and its note erased since: only its place in the chain can be checked.
        const isOpen = seal === ERASED && note === null;
        const isItself = isOpen || row.hash === hashOf(previousHash, row.at, entry);
        const fits = isSealed && isItself && row.previous_hash === previousHash;
        if (!fits) return { entries, brokenAt: row.seq };
        previousHash = row.hash;
        after = row.seq;
        entries += 1;
      }
      if (rows.length < VERIFY_PAGE) return { entries, brokenAt: null };
    }
  }
}
