/** One fact as it was sent. Instants are epoch milliseconds. */
export interface OracleFact {
  readonly eventId: string;
  readonly source: string;
  readonly kind: string;
  readonly path: string;
  readonly at: number;
}

interface OracleRule {
  readonly matches: (fact: OracleFact) => boolean;
  readonly points: number;
  readonly perDay?: number;
  readonly halfLifeDays?: number;
}

const DAY_MS = 86_400_000;

/** The score model of `test/fixtures/workspace`, read by a person. First match awards. */
const RULES: readonly OracleRule[] = [
  { matches: ({ kind }) => kind === 'download', points: 5, perDay: 50 },
  { matches: ({ kind, path }) => kind === 'page_view' && path.startsWith('/careers'), points: -20, halfLifeDays: 5 },
  { matches: ({ kind }) => kind === 'page_view', points: 1, perDay: 20 },
  { matches: ({ kind }) => kind === 'form_submitted', points: 40, perDay: 80 },
  { matches: ({ kind }) => kind === 'webinar_attended', points: 15 },
];

/**
 * What a set of facts is worth at `now`. Written from the rules in words and sharing no code with the product: facts in
 * the order of instant, source, event id; caps per rule and UTC day; what has decayed does not refill.
 */
export function scoreOracle(facts: readonly OracleFact[], now: number): number {
  const order = (fact: OracleFact): string => `${String(fact.at).padStart(16, '0')} ${fact.source} ${fact.eventId}`;
  const sorted = [...facts].sort((a, b) => (order(a) < order(b) ? -1 : 1));
  const used = new Map<string, number>();
  let score = 0;
  for (const fact of sorted) {
    const index = RULES.findIndex((rule) => rule.matches(fact));
    const rule = RULES[index];
    if (rule === undefined) continue;
    const bucket = `${index} ${Math.floor(fact.at / DAY_MS)}`;
    const before = used.get(bucket) ?? 0;
    const points = rule.perDay === undefined ? rule.points : Math.min(rule.points, rule.perDay - before);
    used.set(bucket, before + points);
    const days = (now - fact.at) / DAY_MS;
    if (days >= 0) score += points * (rule.halfLifeDays === undefined ? 1 : 0.5 ** (days / rule.halfLifeDays));
  }
  return score;
}
