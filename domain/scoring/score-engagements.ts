import { DAY_MS } from '../time/wall-time.js';
import { matchesFilter } from './match-filter.js';
import type { EngagementRule, ScoreModel } from './score-model.js';

export interface ScorableEngagement {
  readonly id: string;
  readonly source: string;
  readonly eventId: string;
  readonly kind: string;
  readonly class: 'human' | 'machine' | 'unknown';
  /** min(occurredAt, receivedAt) */
  readonly at: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface ScoreItem {
  /** null: not from an engagement, as the start score of a campaign. */
  readonly engagementId: string | null;
  readonly ruleId: string;
  /** Raw points, before decay and multipliers. */
  readonly points: number;
  /** The item counts from this instant on. */
  readonly at: number;
  readonly halfLifeDays?: number | undefined;
  /** A cap took some or all of the rule's points. */
  readonly capped: boolean;
}

const START_SCORE_RULE_ID = 'start-score';

/** The start score of a campaign: points that stay, from the lead's entry on. */
export const startScoreItem = (points: number, at: number): ScoreItem => ({
  engagementId: null,
  ruleId: START_SCORE_RULE_ID,
  points,
  at,
  capped: false,
});

/**
 * Score items of a set of engagements (semantics: Score). A function of the set: the order of arrival changes nothing,
 * because caps are used up in order of instant, source, event id; items come in that order too. The set holds each
 * (source, eventId) once. Machine class and rules of 0 points give no item; what a cap took entirely gives an item of
 * 0 points, so that it can be explained.
 */
export function scoreEngagements(
  model: Pick<ScoreModel, 'engagement'>,
  engagements: Iterable<ScorableEngagement>,
): ScoreItem[] {
  const usedTotal = new Map<string, number>();
  const usedByDay = new Map<string, number>();
  const items: ScoreItem[] = [];
  for (const engagement of [...engagements].filter((one) => one.class !== 'machine').sort(byInstant)) {
    const rule = ruleFor(model, engagement);
    if (!rule || rule.points === 0) continue;
    const dayKey = `${rule.id} ${Math.floor(engagement.at / DAY_MS)}`;
    const total = usedTotal.get(rule.id) ?? 0;
    const today = usedByDay.get(dayKey) ?? 0;
    const points = award(rule, total, today);
    usedTotal.set(rule.id, total + points);
    usedByDay.set(dayKey, today + points);
    items.push({
      engagementId: engagement.id,
      ruleId: rule.id,
      points,
      at: engagement.at,
      ...(rule.halfLifeDays === undefined ? {} : { halfLifeDays: rule.halfLifeDays }),
      capped: points !== rule.points,
    });
  }
  return items;
}

/** The first rule that matches; one of 0 points matches too and shields the engagement from the rules below it. */
const ruleFor = (
  model: Pick<ScoreModel, 'engagement'>,
  engagement: Pick<ScorableEngagement, 'kind' | 'properties'>,
): EngagementRule | undefined =>
  model.engagement.rules.find(
    (rule) => rule.kind === engagement.kind && matchesFilter(rule.where, engagement.properties),
  );

/** The last award before a cap may be partial. A cap of the other sign than the points leaves no room. */
function award(rule: EngagementRule, usedTotal: number, usedToday: number): number {
  const sign = Math.sign(rule.points);
  const room = (cap: number | undefined, used: number): number => (cap === undefined ? Infinity : sign * (cap - used));
  const size = Math.min(Math.abs(rule.points), room(rule.total, usedTotal), room(rule.perDay, usedToday));
  return size > 0 ? sign * size : 0;
}

function byInstant(one: ScorableEngagement, other: ScorableEngagement): number {
  return one.at - other.at || compareText(one.source, other.source) || compareText(one.eventId, other.eventId);
}

/** By code units: the same everywhere, unlike a locale's order. */
function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
