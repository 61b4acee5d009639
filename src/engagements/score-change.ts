import type { EntityManager } from 'typeorm';
import type { ScoreMultiplier } from '../../domain/scoring/decay-curve.js';
import { nextScoreCrossing, SCORE_HORIZON_MS } from '../../domain/scoring/next-score-crossing.js';
import { scoreAt } from '../../domain/scoring/score-at.js';
import type { ScoreItem } from '../../domain/scoring/score-engagements.js';

/** A lead's score as the ledger gives it: what was awarded and not reversed. */
export interface RunningScore {
  readonly items: readonly ScoreItem[];
  readonly multipliers: readonly ScoreMultiplier[];
}

interface LedgerRow {
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

/** The ledgers of some leads before an ingest changes them; call it under the leads' locks. */
export async function loadRunningScores(
  manager: EntityManager,
  leadIds: readonly string[],
): Promise<Map<string, RunningScore>> {
  const scores = new Map(leadIds.map((id) => [id, { items: [] as ScoreItem[], multipliers: [] as ScoreMultiplier[] }]));
  if (leadIds.length === 0) return scores;
  const rows: LedgerRow[] = await manager.query(
    `select lead_id, kind, engagement_id, rule_id, points, factor, at, half_life_days, capped
     from score_items item
     where lead_id = any($1::uuid[]) and kind <> 'reversal'
       and not exists (select 1 from score_items reversal where reversal.reverses_id = item.id)`,
    [leadIds],
  );
  for (const row of rows) {
    const score = scores.get(row.lead_id);
    if (score === undefined) continue;
    const at = row.at.getTime();
    if (row.kind === 'multiplier') {
      score.multipliers.push({ at, factor: row.factor ?? 1 });
    } else {
      score.items.push({
        engagementId: row.engagement_id,
        ruleId: row.rule_id ?? '',
        points: row.points,
        at,
        ...(row.half_life_days === null ? {} : { halfLifeDays: row.half_life_days }),
        capped: row.capped,
      });
    }
  }
  return scores;
}

/** Score now and the next instant at which time alone crosses one of the thresholds. `now` in epoch milliseconds. */
export function lookAhead(score: RunningScore, thresholds: readonly number[], now: number) {
  return {
    score: scoreAt(score.items, score.multipliers, now),
    nextCrossing: nextScoreCrossing(score.items, score.multipliers, now, thresholds, SCORE_HORIZON_MS)?.at,
  };
}
