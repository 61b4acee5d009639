import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { isContactStop, reachesProcess } from '../../domain/lead/contact-stops.js';
import { noticeOfClosed } from '../../domain/lead/closed-lead.js';
import { type LeadInterest, matchesInterest } from '../../domain/lead/interest.js';
import { type ScorableEngagement, scoreEngagements } from '../../domain/scoring/score-engagements.js';
import { normaliseEmail } from '../common/normalise-email.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { type LeadScore, type ScoreModelVersion, ScoringService } from '../scoring/scoring.service.js';
import { SuppressionsService } from '../touches/suppressions.service.js';
import { type ClosedLeadFact, ClosedLeadNoticesService } from './closed-lead-notices.service.js';
import { knownKinds } from './engagement-kinds.js';
import {
  assignSeqs,
  type EngagementRow,
  identityOf,
  leadNow,
  type LockedLead,
  type StoredEngagement,
} from './ingest-batch.js';
import type { IngestItem, IngestResult, LeadRef } from './ingest-item.js';
import { loadRunningScores, lookAhead, type RunningScore } from './score-change.js';

const NO_SCORE: RunningScore = { items: [], multipliers: [] };
const NOT_SCORED: ReadonlyMap<string, LeadScore> = new Map();

/** Somebody else's copy of an event came between the look-up and the insert: run the transaction again. */
class LostInsertRace extends Error {
  readonly code = '40001';
}

/** One lead's new rows. */
interface LeadChange {
  readonly lead: LockedLead;
  readonly rows: readonly EngagementRow[];
  /** The lead's clock after the last of them, epoch milliseconds. */
  readonly now: number;
}

/** The statements of one ingest commit (architecture: How a fact reaches a lead). */
@Injectable()
export class IngestTransaction {
  constructor(
    private readonly scoring: ScoringService,
    private readonly suppressions: SuppressionsService,
    private readonly notices: ClosedLeadNoticesService,
  ) {}

  /**
   * Stores the items under the row locks of their leads, in the caller's transaction; results in the order of the items.
   * Throws with SQLSTATE 40001 when the transaction has to be run again.
   */
  async apply(manager: EntityManager, items: readonly IngestItem[], wallNow: number): Promise<IngestResult[]> {
    const leadIds = await this.findLeads(manager, items);
    const leads = await this.lock(manager, [...new Set(leadIds.filter((id) => id !== undefined))]);
    // In statements of their own: what a locking statement reads besides the row is older than the lock.
    const stored = await this.findStored(manager, items);
    const model = await this.scoring.activeModel(manager);
    const kinds = knownKinds(model?.body);
    const { results, rows } = assignSeqs(items, { leadIds, leads, stored, kinds, wallNow });
    if (rows.length === 0) return [...results];

    const changes = groupByLead(rows, leads, wallNow);
    const scored = changes.filter((change) => changesScore(change, model));
    const watched = scored.filter(({ lead }) => thresholdsOf(lead).length > 0).map(({ lead }) => lead.id);
    const before = await loadRunningScores(manager, watched);
    await this.insert(manager, rows, wallNow);
    const requests = scored.map(({ lead, now }) => ({ leadId: lead.id, now: new Date(now) }));
    const after = requests.length === 0 ? NOT_SCORED : await this.scoring.rescoreMany(manager, requests);
    for (const change of changes) await this.suppress(manager, change);
    await this.notices.plan(manager, changes.flatMap(toldOfClosed));
    const poked = changes
      .filter((change) => concernsProcess(change, before.get(change.lead.id), after.get(change.lead.id)))
      .map(({ lead, rows: own }) => ({ lead_id: lead.id, seq: own.at(-1)?.seq ?? lead.last_seq }));
    await this.poke(manager, poked, wallNow);
    return [...results];
  }

  /** By identity; ids are believed until the lock finds no row. */
  private async findLeads(manager: EntityManager, items: readonly IngestItem[]): Promise<(string | undefined)[]> {
    const identities = items.map(({ lead }) => identityOfLead(lead));
    const wanted = identities.filter((identity) => identity !== undefined && 'value' in identity);
    const found = new Map<string, string>();
    if (wanted.length > 0) {
      const rows: { kind: string; value: string; lead_id: string }[] = await manager.query(
        `select kind, value, lead_id from lead_identities
         where (kind, value) in (select * from unnest($1::text[], $2::text[]))`,
        [wanted.map(({ kind }) => kind), wanted.map(({ value }) => value)],
      );
      for (const row of rows) found.set(JSON.stringify([row.kind, row.value]), row.lead_id);
    }
    return identities.map((identity) => {
      if (identity === undefined) return undefined;
      return 'id' in identity ? identity.id : found.get(JSON.stringify([identity.kind, identity.value]));
    });
  }

  private async lock(manager: EntityManager, ids: readonly string[]): Promise<Map<string, LockedLead>> {
    if (ids.length === 0) return new Map();
    const rows: LockedLead[] = await manager.query(
      `select id, last_seq, state, email, grade, accountable_person_id, score_model_version_id, interest,
              clock_offset_ms, virtual_now_at
       from leads where id = any($1::uuid[]) order by id for update`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  private async findStored(
    manager: EntityManager,
    items: readonly IngestItem[],
  ): Promise<Map<string, StoredEngagement>> {
    const rows: StoredEngagement[] = await manager.query(
      `select id, lead_id, source, event_id, seq, class, content_hash from engagements
       where (source, event_id) in (select * from unnest($1::text[], $2::text[]))`,
      [items.map(({ source }) => source), items.map(({ eventId }) => eventId)],
    );
    return new Map(rows.map((row) => [identityOf(row.source, row.event_id), row]));
  }

  private async insert(manager: EntityManager, rows: readonly EngagementRow[], wallNow: number): Promise<void> {
    const inserted: unknown[] = await manager.query(
      `with new as (
         select * from jsonb_to_recordset($1::jsonb) as r(
           id uuid, lead_id uuid, seq integer, source text, event_id text, kind text, class text, hand_raise boolean,
           purpose text, occurred_at timestamptz, received_at timestamptz, at timestamptz, properties jsonb,
           content_hash text)
       ), counted as (
         update leads set last_seq = last.seq, updated_at = $2
         from (select lead_id, max(seq) as seq from new group by lead_id) last where leads.id = last.lead_id
       )
       insert into engagements (id, lead_id, seq, source, event_id, kind, class, hand_raise, purpose, occurred_at,
                                received_at, at, properties, content_hash)
       select id, lead_id, seq, source, event_id, kind, class, hand_raise, purpose, occurred_at,
              received_at, at, properties, content_hash
       from new order by source, event_id
       on conflict (source, event_id) do nothing returning id`,
      [JSON.stringify(rows), new Date(wallNow)],
    );
    // A row left out would leave a gap in its lead's `seq`.
    if (inserted.length !== rows.length) throw new LostInsertRace('Another transaction stored one of these events');
  }

  private async suppress(manager: EntityManager, { lead, rows }: LeadChange): Promise<void> {
    if (lead.email === null) return;
    for (const { kind, at } of rows) {
      if (!isContactStop(kind)) continue;
      await this.suppressions.suppress(manager, {
        address: lead.email,
        cause: kind,
        leadId: lead.id,
        at: new Date(at),
      });
    }
  }

  private async poke(
    manager: EntityManager,
    leads: readonly { lead_id: string; seq: number }[],
    wallNow: number,
  ): Promise<void> {
    if (leads.length === 0) return;
    await manager.query(
      `with told as (
         insert into outbox (id, lane, lead_id, seq, created_at, attempts)
         select id, 'poke', lead_id, seq, $2, 0
         from jsonb_to_recordset($1::jsonb) as r(id uuid, lead_id uuid, seq integer)
       )
       select pg_notify('baton_outbox', 'poke')`,
      [JSON.stringify(leads.map((lead) => ({ id: uuidV7(), ...lead }))), new Date(wallNow)],
    );
  }
}

const interestOf = (lead: LockedLead): LeadInterest | null => lead.interest as LeadInterest | null;

const thresholdsOf = (lead: LockedLead): readonly number[] => interestOf(lead)?.thresholds ?? [];

/**
 * Most of what comes earns nothing; then the ledger is as it was and need not be read. A lead that another version of the
 * model scored is scored anew in any case.
 */
const changesScore = ({ lead, rows }: LeadChange, model: ScoreModelVersion | undefined): boolean =>
  lead.score_model_version_id !== (model?.id ?? null) ||
  (model !== undefined && scoreEngagements(model.body, rows.map(toScorable)).length > 0);

const toScorable = (row: EngagementRow): ScorableEngagement => ({
  id: row.id,
  source: row.source,
  eventId: row.event_id,
  kind: row.kind,
  class: row.class,
  at: Date.parse(row.at),
  properties: row.properties,
});

/** What no process will tell anybody, since it has ended. */
const toldOfClosed = ({ lead, rows }: LeadChange): ClosedLeadFact[] =>
  rows.flatMap(({ seq, kind, class: by, hand_raise: handRaise }): ClosedLeadFact[] => {
    const notice = noticeOfClosed(lead.state, { kind, handRaise });
    if (notice === undefined || by === 'machine') return [];
    return [{ kind: notice, leadId: lead.id, accountablePersonId: lead.accountable_person_id, seq }];
  });

/** Whether the lead's process has to look: what it registered matches what has changed. */
function concernsProcess({ lead, rows, now }: LeadChange, before?: RunningScore, after?: LeadScore): boolean {
  const interest = interestOf(lead);
  // Not started yet: the relay starts it, and the poke that comes with it is never wrong.
  if (interest === null) return true;
  const counted = rows.filter(reachesProcess);
  const old = lookAhead(before ?? NO_SCORE, interest.thresholds, now);
  const fresh = lookAhead(after ?? NO_SCORE, interest.thresholds, now);
  return matchesInterest(interest, {
    kinds: [...new Set(counted.map((row) => row.kind))],
    handRaised: counted.some((row) => row.hand_raise),
    scoreBefore: old.score,
    scoreAfter: fresh.score,
    ...(old.nextCrossing === undefined ? {} : { nextCrossingBefore: old.nextCrossing }),
    ...(fresh.nextCrossing === undefined ? {} : { nextCrossingAfter: fresh.nextCrossing }),
    // Under another version of the model the same profile may have another grade.
    profileChanged: after !== undefined && after.grade !== lead.grade,
  });
}

type LeadIdentity = { readonly id: string } | { readonly kind: 'email' | 'external'; readonly value: string };

function identityOfLead(lead: LeadRef): LeadIdentity | undefined {
  if ('id' in lead) return { id: lead.id };
  if ('externalId' in lead) return { kind: 'external', value: lead.externalId };
  const email = normaliseEmail(lead.email);
  return email.ok ? { kind: 'email', value: email.address } : undefined;
}

function groupByLead(
  rows: readonly EngagementRow[],
  leads: ReadonlyMap<string, LockedLead>,
  wallNow: number,
): LeadChange[] {
  const byLead = new Map<string, EngagementRow[]>();
  for (const row of rows) {
    const own = byLead.get(row.lead_id);
    if (own === undefined) byLead.set(row.lead_id, [row]);
    else own.push(row);
  }
  return [...byLead].flatMap(([leadId, own]) => {
    const lead = leads.get(leadId);
    if (lead === undefined) return [];
    const now = Math.max(...own.map((row) => leadNow(lead, wallNow, Date.parse(row.occurred_at))));
    return [{ lead, rows: own, now }];
  });
}
