import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Condition } from '../../domain/condition/condition.js';
import type { ConditionFacts, Grade } from '../../domain/condition/condition-facts.js';
import { evaluateCondition } from '../../domain/condition/evaluate-condition.js';
import type { ScoreMultiplier } from '../../domain/scoring/decay-curve.js';
import { type FitResult, gradeProfile } from '../../domain/scoring/grade-profile.js';
import { scoreAt } from '../../domain/scoring/score-at.js';
import { type ScoreItem, scoreEngagements, startScoreItem } from '../../domain/scoring/score-engagements.js';
import { insertRows } from '../database/insert-rows.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { DocumentsService, type DocumentVersion, SINGLE_KEY } from '../documents/documents.service.js';
import {
  itemIdentity,
  loadInsights,
  loadScorable,
  loadScoredLeads,
  loadStanding,
  rowIdentity,
  type ScoredLead,
  type StandingRow,
  toItems,
  toMultipliers,
} from './score-ledger.js';
import { ScoreItemEntity } from './score-item.entity.js';

export type ScoreModelVersion = DocumentVersion<'score_model'>;

export interface LeadScore {
  readonly items: readonly ScoreItem[];
  readonly multipliers: readonly ScoreMultiplier[];
  /** At the instant asked for. */
  readonly score: number;
  readonly grade: Grade;
  readonly fit: FitResult;
  readonly modelVersionId: string | null;
}

export interface RescoreRequest {
  readonly leadId: string;
  /** On the lead's clock. */
  readonly now: Date;
}

const NO_FIT: FitResult = { grade: 'D', points: 0, items: [] };

@Injectable()
export class ScoringService {
  constructor(private readonly documents: DocumentsService) {}

  /** The score model in force: the one called `default`, else the first by key. */
  async activeModel(manager: EntityManager, now: Date = new Date()): Promise<ScoreModelVersion | undefined> {
    const models = await this.documents.listEffective(manager, 'score_model', now);
    return models.find((model) => model.key === SINGLE_KEY) ?? models[0];
  }

  /** As `rescoreMany` for one lead. Throws for a lead that is not there. */
  async rescore(manager: EntityManager, leadId: string, now: Date): Promise<LeadScore> {
    const score = (await this.rescoreMany(manager, [{ leadId, now }])).get(leadId);
    if (score === undefined) throw new Error(`no lead ${leadId} to score`);
    return score;
  }

  /**
   * Scores leads anew from the set of their engagements, under their row locks, which the caller holds. The ledger gets
   * the difference only: reversals of what no longer holds, awards of what is new.
   */
  async rescoreMany(manager: EntityManager, requests: readonly RescoreRequest[]): Promise<Map<string, LeadScore>> {
    const model = await this.activeModel(manager);
    const ids = requests.map((request) => request.leadId);
    const leads = new Map((await loadScoredLeads(manager, ids)).map((lead) => [lead.id, lead]));
    const engagements = await loadScorable(manager, ids);
    const standing = await loadStanding(manager, ids);
    const insights = await loadInsights(manager, ids);
    const scores = new Map<string, LeadScore>();
    const changes: ScoreItemEntity[] = [];
    for (const { leadId, now } of requests) {
      const lead = leads.get(leadId);
      if (lead === undefined) continue;
      const rows = standing.get(leadId) ?? [];
      const items = [
        ...startItems(lead),
        ...(model === undefined ? [] : scoreEngagements(model.body, engagements.get(leadId) ?? [])),
      ];
      changes.push(...ledgerChanges({ leadId, rows, items, modelVersionId: model?.id ?? null, now }));
      const multipliers = toMultipliers(rows);
      const fit = model === undefined ? NO_FIT : gradeLead(model, lead, insights.get(leadId) ?? {}, now);
      scores.set(leadId, {
        items,
        multipliers,
        score: scoreAt(items, multipliers, now.getTime()),
        grade: fit.grade,
        fit,
        modelVersionId: model?.id ?? null,
      });
    }
    await insertRows(manager, ScoreItemEntity, changes);
    await storeScores(manager, scores);
    return scores;
  }

  /** What the ledger holds of a lead: awarded or given at the start, and not reversed. */
  async itemsOf(manager: EntityManager, leadId: string): Promise<Pick<LeadScore, 'items' | 'multipliers'>> {
    const rows = (await loadStanding(manager, [leadId])).get(leadId) ?? [];
    return { items: toItems(rows), multipliers: toMultipliers(rows) };
  }

  /** Multiplies everything earned before `at` (recycle policy). Again with the same instant changes nothing. */
  async multiply(manager: EntityManager, leadId: string, multiplier: { at: Date; factor: number }, now: Date) {
    const known = await manager.existsBy(ScoreItemEntity, { leadId, kind: 'multiplier', at: multiplier.at });
    if (known) return;
    const row = newRow(leadId, null, now);
    await insertRows(manager, ScoreItemEntity, [{ ...row, kind: 'multiplier', ...multiplier }]);
    const { items, multipliers } = await this.itemsOf(manager, leadId);
    const score = scoreAt(items, multipliers, now.getTime());
    await manager.query('UPDATE leads SET score = $2 WHERE id = $1', [leadId, score]);
  }
}

function startItems(lead: ScoredLead): ScoreItem[] {
  const points = lead.start_score ?? 0;
  return points === 0 ? [] : [startScoreItem(points, lead.created_at.getTime())];
}

/** Fit looks at who the lead is; the lint of score models refuses anything else. */
function gradeLead(
  model: ScoreModelVersion,
  lead: ScoredLead,
  insights: Readonly<Record<string, readonly string[]>>,
  now: Date,
): FitResult {
  const { name, email, company, title, phone } = lead;
  const facts: ConditionFacts = {
    grade: 'D',
    scoreAt: () => 0,
    nextScoreCrossing: () => undefined,
    profile: { ...lead.profile, name, email, company, title, phone },
    tags: lead.tags,
    source: lead.source,
    campaign: lead.campaign_key,
    country: lead.country,
    language: lead.language,
    engagements: [],
    handRaises: [],
    insights,
    handoffs: { count: 0, lastReason: null },
  };
  return gradeProfile(model.body, (when: Condition) => evaluateCondition(when, facts, now.getTime()));
}

interface LedgerInput {
  readonly leadId: string;
  readonly rows: readonly StandingRow[];
  readonly items: readonly ScoreItem[];
  readonly modelVersionId: string | null;
  readonly now: Date;
}

function ledgerChanges({ leadId, rows, items, modelVersionId, now }: LedgerInput): ScoreItemEntity[] {
  const wanted = new Set(items.map(itemIdentity));
  const kept = new Set<string>();
  const changes: ScoreItemEntity[] = [];
  for (const row of rows) {
    if (row.kind === 'multiplier') continue;
    const identity = rowIdentity(row);
    if (wanted.has(identity) && !kept.has(identity)) {
      kept.add(identity);
      continue;
    }
    changes.push({
      ...newRow(leadId, modelVersionId, now),
      kind: 'reversal',
      engagementId: row.engagement_id,
      ruleId: row.rule_id,
      points: -row.points,
      at: row.at,
      halfLifeDays: row.half_life_days,
      reversesId: row.id,
    });
  }
  for (const item of items) {
    if (kept.has(itemIdentity(item))) continue;
    changes.push({
      ...newRow(leadId, modelVersionId, now),
      kind: item.engagementId === null ? 'start' : 'award',
      engagementId: item.engagementId,
      ruleId: item.ruleId,
      points: item.points,
      at: new Date(item.at),
      halfLifeDays: item.halfLifeDays ?? null,
      capped: item.capped,
    });
  }
  return changes;
}

function newRow(leadId: string, modelVersionId: string | null, now: Date): ScoreItemEntity {
  return {
    id: uuidV7(),
    leadId,
    kind: 'award',
    engagementId: null,
    ruleId: null,
    points: 0,
    factor: null,
    at: now,
    halfLifeDays: null,
    capped: false,
    modelVersionId,
    reversesId: null,
    recordedAt: now,
  };
}

/** The running score of the list and of ingest; what decides is always computed for its own instant. */
async function storeScores(manager: EntityManager, scores: ReadonlyMap<string, LeadScore>): Promise<void> {
  if (scores.size === 0) return;
  const rows = [...scores].map(([id, { score, grade, modelVersionId }]) => ({
    id,
    score,
    grade,
    model: modelVersionId,
  }));
  await manager.query(
    `UPDATE leads SET score = fresh.score, grade = fresh.grade, score_model_version_id = fresh.model
     FROM jsonb_to_recordset($1::jsonb) AS fresh(id uuid, score double precision, grade text, model uuid)
     WHERE leads.id = fresh.id`,
    [JSON.stringify(rows)],
  );
}
