import type { EntityManager } from 'typeorm';
import type { ScoreMultiplier } from '../../domain/scoring/decay-curve.js';
import type { ScorableEngagement, ScoreItem } from '../../domain/scoring/score-engagements.js';
import type { ProfileValue } from '../../domain/condition/condition-facts.js';

/** A row of the ledger that stands: awarded or given at the start, and not reversed. */
export interface StandingRow {
  readonly id: string;
  readonly lead_id: string;
  readonly kind: 'award' | 'start' | 'multiplier';
  readonly engagement_id: string | null;
  readonly rule_id: string | null;
  readonly points: number;
  readonly factor: number | null;
  readonly at: Date;
  readonly half_life_days: number | null;
  readonly capped: boolean;
}

/** What grade and start score depend on. */
export interface ScoredLead {
  readonly id: string;
  readonly source: string;
  readonly campaign_key: string | null;
  readonly country: string | null;
  readonly language: string | null;
  readonly name: string | null;
  readonly email: string | null;
  readonly company: string | null;
  readonly title: string | null;
  readonly phone: string | null;
  readonly profile: Readonly<Record<string, ProfileValue>>;
  readonly tags: readonly string[];
  readonly created_at: Date;
  readonly start_score: number | null;
}

export async function loadScoredLeads(manager: EntityManager, leadIds: readonly string[]): Promise<ScoredLead[]> {
  return manager.query(
    `SELECT lead.id, lead.source, lead.campaign_key, lead.country, lead.language, lead.name, lead.email, lead.company,
            lead.title, lead.phone, lead.profile, lead.tags, lead.created_at, campaign.start_score
     FROM leads lead LEFT JOIN campaigns campaign ON campaign.key = lead.campaign_key
     WHERE lead.id = ANY($1::uuid[])`,
    [leadIds],
  );
}

/** By lead; machine class is left out, it never counts. */
export async function loadScorable(
  manager: EntityManager,
  leadIds: readonly string[],
): Promise<Map<string, ScorableEngagement[]>> {
  const rows: (Omit<ScorableEngagement, 'eventId' | 'at'> & { lead_id: string; event_id: string; at: Date })[] =
    await manager.query(
      `SELECT id, lead_id, source, event_id, kind, class, at, properties FROM engagements
       WHERE lead_id = ANY($1::uuid[]) AND class <> 'machine'`,
      [leadIds],
    );
  return groupBy(
    rows,
    (row) => row.lead_id,
    ({ lead_id: _lead, event_id: eventId, at, ...row }) => ({
      ...row,
      eventId,
      at: at.getTime(),
    }),
  );
}

export async function loadStanding(
  manager: EntityManager,
  leadIds: readonly string[],
): Promise<Map<string, StandingRow[]>> {
  const rows: StandingRow[] = await manager.query(
    `SELECT item.id, item.lead_id, item.kind, item.engagement_id, item.rule_id, item.points, item.factor, item.at,
            item.half_life_days, item.capped
     FROM score_items item
     WHERE item.lead_id = ANY($1::uuid[]) AND item.kind <> 'reversal'
       AND NOT EXISTS (SELECT 1 FROM score_items reversal WHERE reversal.reverses_id = item.id)`,
    [leadIds],
  );
  return groupBy(
    rows,
    (row) => row.lead_id,
    (row) => row,
  );
}

/** By lead and kind. */
export async function loadInsights(
  manager: EntityManager,
  leadIds: readonly string[],
): Promise<Map<string, Record<string, string[]>>> {
  const rows: { lead_id: string; kind: string; texts: string[] }[] = await manager.query(
    `SELECT lead_id, kind, array_agg(text ORDER BY at, id) AS texts FROM insights
     WHERE lead_id = ANY($1::uuid[]) GROUP BY lead_id, kind`,
    [leadIds],
  );
  const byLead = new Map<string, Record<string, string[]>>();
  for (const row of rows) byLead.set(row.lead_id, { ...byLead.get(row.lead_id), [row.kind]: row.texts });
  return byLead;
}

export const toMultipliers = (rows: readonly StandingRow[]): ScoreMultiplier[] =>
  rows.filter((row) => row.kind === 'multiplier').map((row) => ({ at: row.at.getTime(), factor: row.factor ?? 1 }));

export const toItems = (rows: readonly StandingRow[]): ScoreItem[] =>
  rows
    .filter((row) => row.kind !== 'multiplier')
    .map((row) => ({
      engagementId: row.engagement_id,
      ruleId: row.rule_id ?? '',
      points: row.points,
      at: row.at.getTime(),
      ...(row.half_life_days === null ? {} : { halfLifeDays: row.half_life_days }),
      capped: row.capped,
    }));

/** Two items that are the same would be scored the same: the row of the ledger can stay. */
export const itemIdentity = (item: ScoreItem): string =>
  JSON.stringify([item.engagementId, item.ruleId, item.points, item.at, item.halfLifeDays ?? null, item.capped]);

export const rowIdentity = (row: StandingRow): string =>
  JSON.stringify([row.engagement_id, row.rule_id, row.points, row.at.getTime(), row.half_life_days, row.capped]);

function groupBy<Row, Item>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  shape: (row: Row) => Item,
): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [shape(row)]);
    else group.push(shape(row));
  }
  return groups;
}
