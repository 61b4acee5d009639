import type { LeadState } from '../../domain/lead/lead-state.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { notFound, unprocessable } from '../common/problem.js';
import { sha256, stableJson } from '../common/stable-json.js';
import type { EngagementClass } from './engagement.entity.js';
import type { KnownKinds } from './engagement-kinds.js';
import type { IngestItem, IngestResult } from './ingest-item.js';

/** What the lock on a lead's row gives. Instants are as the driver reads them. */
export interface LockedLead {
  readonly id: string;
  readonly last_seq: number;
  readonly state: LeadState;
  readonly email: string | null;
  readonly grade: string;
  readonly accountable_person_id: string;
  readonly score_model_version_id: string | null;
  readonly interest: unknown;
  readonly clock_offset_ms: number | string;
  readonly virtual_now_at: Date | null;
}

/** An engagement that is already there. */
export interface StoredEngagement {
  readonly id: string;
  readonly lead_id: string;
  readonly source: string;
  readonly event_id: string;
  readonly seq: number;
  readonly class: EngagementClass;
  readonly content_hash: string;
}

/** A row to be written; instants as ISO text, since rows travel as JSON. */
export interface EngagementRow extends StoredEngagement {
  readonly kind: string;
  readonly hand_raise: boolean;
  readonly purpose: string | null;
  readonly occurred_at: string;
  readonly received_at: string;
  readonly at: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface AssignedBatch {
  readonly results: readonly IngestResult[];
  readonly rows: readonly EngagementRow[];
}

export const identityOf = (source: string, eventId: string): string => JSON.stringify([source, eventId]);

/**
 * The lead's clock (semantics: Rehearsal and virtual time): the wall clock, or for a lead in virtual time the instant of
 * its last sync, or what just happened if that is later. Epoch milliseconds.
 */
export function leadNow(
  lead: Pick<LockedLead, 'clock_offset_ms' | 'virtual_now_at'>,
  wallNow: number,
  occurredAt: number,
): number {
  const offsetMs = Number(lead.clock_offset_ms);
  if (offsetMs === 0) return wallNow;
  return Math.max(lead.virtual_now_at?.getTime() ?? wallNow + offsetMs, occurredAt);
}

/** What makes two copies of one event the same. */
const contentOf = (item: IngestItem, leadId: string): string =>
  sha256(stableJson([leadId, item.kind, item.occurredAt.toISOString(), item.properties ?? {}, item.purpose ?? null]));

interface Assignment {
  /** The lead of each item, or undefined when there is none. */
  readonly leadIds: readonly (string | undefined)[];
  readonly leads: ReadonlyMap<string, LockedLead>;
  /** By `identityOf`. */
  readonly stored: ReadonlyMap<string, StoredEngagement>;
  readonly kinds: KnownKinds;
  readonly wallNow: number;
}

/**
 * Decides under the locks what each item becomes, and gives the new ones their `seq`: gap-free per lead, in the order of
 * the items. A copy inside the batch is a duplicate like any other.
 */
export function assignSeqs(items: readonly IngestItem[], given: Assignment): AssignedBatch {
  const stored = new Map(given.stored);
  const lastSeqs = new Map<string, number>();
  const rows: EngagementRow[] = [];
  const results = items.map((item, index): IngestResult => {
    const leadId = given.leadIds[index];
    const lead = leadId === undefined ? undefined : given.leads.get(leadId);
    if (lead === undefined || lead.state === 'erased') {
      return { result: 'refused', problem: notFound('There is no such lead.') };
    }
    if (!given.kinds.all.has(item.kind)) {
      const error = {
        path: 'kind',
        code: 'unknown_kind',
        message: 'The score model declares no engagement of this kind',
      };
      return { result: 'refused', problem: unprocessable([error]) };
    }
    const contentHash = contentOf(item, lead.id);
    const identity = identityOf(item.source, item.eventId);
    const known = stored.get(identity);
    if (known !== undefined) {
      return { result: 'duplicate', ...answerOf(known), conflict: known.content_hash !== contentHash };
    }
    const seq = (lastSeqs.get(lead.id) ?? lead.last_seq) + 1;
    lastSeqs.set(lead.id, seq);
    const row = toRow(item, lead, seq, contentHash, given);
    stored.set(identity, row);
    rows.push(row);
    return { result: 'stored', ...answerOf(row), conflict: false };
  });
  return { results, rows };
}

const answerOf = (row: StoredEngagement) => ({
  engagementId: row.id,
  leadId: row.lead_id,
  seq: row.seq,
  class: row.class,
});

function toRow(
  item: IngestItem,
  lead: LockedLead,
  seq: number,
  contentHash: string,
  { kinds, wallNow }: Assignment,
): EngagementRow {
  const occurredAt = item.occurredAt.getTime();
  const receivedAt = leadNow(lead, wallNow, occurredAt);
  return {
    id: uuidV7(),
    lead_id: lead.id,
    source: item.source,
    event_id: item.eventId,
    seq,
    kind: item.kind,
    class: item.class ?? 'human',
    hand_raise: kinds.handRaises.has(item.kind) && item.class !== 'machine',
    purpose: item.purpose ?? null,
    occurred_at: item.occurredAt.toISOString(),
    received_at: new Date(receivedAt).toISOString(),
    at: new Date(Math.min(occurredAt, receivedAt)).toISOString(),
    properties: item.properties ?? {},
    content_hash: contentHash,
  };
}
