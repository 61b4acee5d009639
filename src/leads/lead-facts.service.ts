import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Condition } from '../../domain/condition/condition.js';
import type { ConditionFacts, ProfileValue } from '../../domain/condition/condition-facts.js';
import { evaluateCondition } from '../../domain/condition/evaluate-condition.js';
import type { ScoreMultiplier } from '../../domain/scoring/decay-curve.js';
import { nextScoreCrossing, SCORE_HORIZON_MS } from '../../domain/scoring/next-score-crossing.js';
import { scoreAt } from '../../domain/scoring/score-at.js';
import type { ScoreItem } from '../../domain/scoring/score-engagements.js';
import { EngagementsReadModel } from '../engagements/engagements.read-model.js';
import { ScoringService } from '../scoring/scoring.service.js';
import { InsightEntity } from './insight.entity.js';
import { leadClock } from './lead-clock.js';
import { LeadEntity } from './lead.entity.js';

/** Everything that is judged about one lead, as of the snapshot of the caller's transaction. */
export interface LeadFacts {
  readonly lead: LeadEntity;
  readonly facts: ConditionFacts;
  readonly score: { readonly items: readonly ScoreItem[]; readonly multipliers: readonly ScoreMultiplier[] };
}

/** Loads what conditions look at. */
@Injectable()
export class LeadFactsService {
  constructor(
    private readonly engagements: EngagementsReadModel,
    private readonly scoring: ScoringService,
  ) {}

  /** Undefined when the lead is unknown. `lead` spares the read where the caller holds the locked row. */
  async load(manager: EntityManager, leadId: string, locked?: LeadEntity): Promise<LeadFacts | undefined> {
    const lead = locked ?? (await manager.findOneBy(LeadEntity, { id: leadId }));
    if (!lead) return undefined;
    const counted = await this.engagements.countedFacts(manager, leadId);
    const score = await this.scoring.itemsOf(manager, leadId);
    const insights = await manager.findBy(InsightEntity, { leadId });
    return {
      lead,
      score,
      facts: {
        ...factsOfLead(lead, score),
        ...counted,
        insights: byKind(insights),
        handoffs: await handoffsOf(manager, leadId),
      },
    };
  }

  /** Whether the condition holds for the lead, as of now on its clock. */
  async holds(manager: EntityManager, leadId: string, condition: Condition, wallNow: Date): Promise<boolean> {
    const known = await this.load(manager, leadId);
    return known !== undefined && evaluateCondition(condition, known.facts, leadClock(known.lead, wallNow).getTime());
  }
}

function factsOfLead(
  lead: LeadEntity,
  score: LeadFacts['score'],
): Omit<ConditionFacts, 'engagements' | 'handRaises' | 'insights' | 'handoffs'> {
  const { email, name, company, title, phone } = lead;
  return {
    grade: lead.grade,
    scoreAt: (at) => scoreAt(score.items, score.multipliers, at),
    nextScoreCrossing: (after, thresholds) =>
      nextScoreCrossing(score.items, score.multipliers, after, thresholds, SCORE_HORIZON_MS)?.at,
    profile: { ...(lead.profile as Record<string, ProfileValue>), email, name, company, title, phone },
    tags: lead.tags,
    source: lead.source,
    campaign: lead.campaignKey,
    country: lead.country,
    language: lead.language,
  };
}

function byKind(insights: readonly InsightEntity[]): Record<string, string[]> {
  const kinds: Record<string, string[]> = {};
  for (const { kind, text } of insights) kinds[kind] = [...(kinds[kind] ?? []), text];
  return kinds;
}

/** Offers so far and why the last one came back, from what the process recorded. */
async function handoffsOf(manager: EntityManager, leadId: string): Promise<ConditionFacts['handoffs']> {
  const [row] = await manager.query<{ count: number; reason: string | null }[]>(
    `select count(*) filter (where kind = 'offered')::int as count,
            (array_agg(data->>'reason' order by at desc) filter (where kind = 'decided' and data->>'reason' is not null))[1] as reason
       from lead_records where lead_id = $1 and kind in ('offered', 'decided')`,
    [leadId],
  );
  return { count: row?.count ?? 0, lastReason: row?.reason ?? null };
}
