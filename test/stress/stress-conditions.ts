import { HALF_LIFE_DAYS, SCORE_RULES, type StressCondition, type StressOption } from './documents.js';

/** An engagement as it counts for the lead; instants are epoch milliseconds. */
export interface StressFact {
  readonly seq: number;
  readonly at: number;
  readonly kind: string;
  readonly properties: Readonly<Record<string, string>>;
}

const HALF_LIFE_MS = HALF_LIFE_DAYS * 86_400_000;

/** Each fact by the first rule that names it; what fades halves in a half-life. */
export function scoreAt(facts: readonly StressFact[], at: number): number {
  let score = 0;
  for (const fact of facts) {
    if (fact.at > at) continue;
    const rule = SCORE_RULES.find(
      ({ kind, prefix }) =>
        kind === fact.kind && (prefix === undefined || (fact.properties['path'] ?? '').startsWith(prefix)),
    );
    if (rule) score += rule.points * (rule.fades ? 0.5 ** ((at - fact.at) / HALF_LIFE_MS) : 1);
  }
  return score;
}

/** Whether it holds at the instant, on these facts. */
export function holdsAt(condition: StressCondition, facts: readonly StressFact[], at: number): boolean {
  if ('all' in condition) return condition.all.every((part) => holdsAt(part, facts, at));
  if ('not' in condition) return !holdsAt(condition.not, facts, at);
  const { field, op, value = 0, within } = condition;
  const limit = Number(value);
  if (field === 'hand_raise') return facts.some((fact) => fact.kind === 'demo_request' && fact.at <= at);
  if (field === 'score') return op === '<' ? scoreAt(facts, at) < limit : scoreAt(facts, at) >= limit;
  const kind = field.replace('engagement.', '');
  const span = within === undefined ? Number.POSITIVE_INFINITY : milliseconds(within);
  const count = facts.filter((fact) => fact.kind === kind && fact.at <= at && at - fact.at < span).length;
  return op === '<' ? count < limit : count >= limit;
}

/** `PT4S` or `P300D`. */
export function milliseconds(duration: string): number {
  const [, days = '0', seconds = '0'] = /^P(?:(\d+)D)?(?:T(\d+)S)?$/.exec(duration) ?? [];
  return Number(days) * 86_400_000 + Number(seconds) * 1_000;
}

/** The first whole millisecond in `[from, to]` at which it holds. */
export function firstHolds(
  condition: StressCondition,
  facts: readonly StressFact[],
  from: number,
  to: number,
): number | undefined {
  if (to < from) return undefined;
  if (holdsAt(condition, facts, from)) return from;
  const spans = spansOf(condition).map(milliseconds);
  const jumps = facts.flatMap(({ at }) => [at, ...spans.map((span) => at + span)]);
  const marks = [...new Set([from, ...jumps.filter((at) => at > from && at <= to), to])].sort((a, b) => a - b);
  for (const [index, mark] of marks.entries()) {
    if (mark > from && holdsAt(condition, facts, mark)) return bisect(condition, facts, marks[index - 1] ?? from, mark);
    // Just before the next jump the score may have faded far enough.
    const next = marks[index + 1];
    if (next !== undefined && next - 1 > mark && holdsAt(condition, facts, next - 1))
      return bisect(condition, facts, mark, next - 1);
  }
  return undefined;
}

/** Between two jumps a condition changes at most once, since all that fades has one half-life. */
function bisect(condition: StressCondition, facts: readonly StressFact[], no: number, yes: number): number {
  let [before, after] = [no, yes];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (holdsAt(condition, facts, middle)) after = middle;
    else before = middle;
  }
  return after;
}

function spansOf(condition: StressCondition): string[] {
  if ('all' in condition) return condition.all.flatMap(spansOf);
  if ('not' in condition) return spansOf(condition.not);
  return condition.within === undefined ? [] : [condition.within];
}

/** Whether the engagement is what the option waits for. */
export function matchesOption({ engagement, where = {} }: StressOption, fact: StressFact): boolean {
  if (fact.kind !== engagement) return false;
  return Object.entries(where).every(([name, wanted]) => {
    const value = fact.properties[name] ?? '';
    return typeof wanted === 'string' ? value === wanted : value.startsWith(wanted.prefix);
  });
}
