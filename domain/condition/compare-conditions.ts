import { foldText } from './compare-values.js';
import { type Condition, type ConditionAtom, isAtom } from './condition.js';

/**
 * Relations between conditions for lint, by their form alone: what they report is certain, what they don't see stays
 * unreported.
 */

/** Whether `one` can hold only when `other` holds as well. */
export function impliesCondition(one: Condition, other: Condition): boolean {
  return implies(simplify(one), simplify(other));
}

/** Two parts that cannot hold together, if the condition can never hold for that reason. */
export function findContradiction(condition: Condition): readonly [Condition, Condition] | undefined {
  return contradiction(simplify(condition));
}

/** `not` pushed inwards where the opposite is exact; counts of engagements as numbers. */
function simplify(condition: Condition): Condition {
  if ('all' in condition) return { all: condition.all.map(simplify) };
  if ('any' in condition) return { any: condition.any.map(simplify) };
  if (isAtom(condition)) return asNumber(condition);
  const inner = condition.not;
  if ('all' in inner) return { any: inner.all.map((part) => simplify({ not: part })) };
  if ('any' in inner) return { all: inner.any.map((part) => simplify({ not: part })) };
  if ('not' in inner) return simplify(inner.not);
  return opposite(asNumber(inner)) ?? { not: asNumber(inner) };
}

function asNumber(atom: ConditionAtom): ConditionAtom {
  if (!atom.field.startsWith('engagement.')) return atom;
  if (atom.op === 'exists') return { ...atom, op: '>=', value: 1 };
  return atom.op === 'missing' ? { ...atom, op: '<=', value: 0 } : atom;
}

const OPPOSITES: Partial<Record<ConditionAtom['op'], ConditionAtom['op']>> = {
  '=': '!=',
  '!=': '=',
  in: 'not_in',
  not_in: 'in',
  exists: 'missing',
  missing: 'exists',
};
const ORDER_OPPOSITES: Partial<Record<ConditionAtom['op'], ConditionAtom['op']>> = {
  '>': '<=',
  '<=': '>',
  '>=': '<',
  '<': '>=',
};

function opposite(atom: ConditionAtom): ConditionAtom | undefined {
  // A missing value is neither above nor below: only what is always a number turns around.
  const op = OPPOSITES[atom.op] ?? (isAlwaysNumber(atom.field) ? ORDER_OPPOSITES[atom.op] : undefined);
  return op && { ...atom, op };
}

function isAlwaysNumber(field: string): boolean {
  return field === 'score' || field === 'handoffs.count' || field.startsWith('engagement.');
}

/** Tags, insights, hand-raises and profile lists can have two values at once. */
function isSingle(field: string): boolean {
  return isAlwaysNumber(field) || /^(grade|source|campaign|country|language|handoffs\.last_reason)$/.test(field);
}

function implies(one: Condition, other: Condition): boolean {
  if (isSame(one, other)) return true;
  if ('all' in other) return other.all.every((part) => implies(one, part));
  if ('any' in one) return one.any.every((part) => implies(part, other));
  if ('any' in other && other.any.some((part) => implies(one, part))) return true;
  if ('all' in one) return one.all.some((part) => implies(part, other));
  return isAtom(one) && isAtom(other) && atomImplies(one, other);
}

function atomImplies(one: ConditionAtom, other: ConditionAtom): boolean {
  if (!isSameSubject(one, other)) return false;
  const [values, others] = [valuesOf(one), valuesOf(other)];
  if (other.op === 'exists') return one.op !== 'missing' && one.op !== '!=' && one.op !== 'not_in';
  if (isPositive(one) && isPositive(other)) return values.every((value) => others.includes(value));
  if (isPositive(one) && isNegative(other))
    return isSingle(one.field) && !values.some((value) => others.includes(value));
  if (isNegative(one) && isNegative(other)) return others.every((value) => values.includes(value));
  const [range, wider] = [rangeOf(one), rangeOf(other)];
  return range !== undefined && wider !== undefined && isInside(range, wider);
}

function contradiction(condition: Condition): readonly [Condition, Condition] | undefined {
  if ('any' in condition) {
    const found = condition.any.map(contradiction);
    return found.every((pair) => pair !== undefined) ? found[0] : undefined;
  }
  if (!('all' in condition)) return undefined;
  const parts = conjunctsOf(condition);
  for (const [index, one] of parts.entries()) {
    const inside = contradiction(one);
    if (inside) return inside;
    for (const other of parts.slice(index + 1)) if (excludes(one, other)) return [one, other];
  }
  return undefined;
}

function conjunctsOf(condition: Condition): readonly Condition[] {
  return 'all' in condition ? condition.all.flatMap(conjunctsOf) : [condition];
}

function excludes(one: Condition, other: Condition): boolean {
  if ('not' in one && isSame(one.not, other)) return true;
  if ('not' in other && isSame(other.not, one)) return true;
  if (!isAtom(one) || !isAtom(other) || !isSameSubject(one, other)) return false;
  if (one.op === 'missing') return atomImplies(other, { ...one, op: 'exists' });
  if (other.op === 'missing') return atomImplies(one, { ...other, op: 'exists' });
  const [values, others] = [valuesOf(one), valuesOf(other)];
  if (isPositive(one) && isNegative(other)) return values.every((value) => others.includes(value));
  if (isNegative(one) && isPositive(other)) return others.every((value) => values.includes(value));
  const isOne = isSingle(one.field);
  if (isOne && isPositive(one) && isPositive(other)) return !values.some((value) => others.includes(value));
  // Lists in a profile are lists of words, so that numbers there stand alone.
  if (!isOne && !one.field.startsWith('profile.')) return false;
  const [range, second] = [rangeOf(one), rangeOf(other)];
  return range !== undefined && second !== undefined && isApart(range, second);
}

interface Range {
  readonly low: number;
  readonly high: number;
  readonly lowOpen: boolean;
  readonly highOpen: boolean;
}

function rangeOf({ op, value }: ConditionAtom): Range | undefined {
  if (typeof value !== 'number') return undefined;
  const closed = { low: value, high: value, lowOpen: false, highOpen: false };
  if (op === '=') return closed;
  if (op === '>' || op === '>=') return { ...closed, high: Infinity, lowOpen: op === '>' };
  if (op === '<' || op === '<=') return { ...closed, low: -Infinity, highOpen: op === '<' };
  return undefined;
}

function isInside(range: Range, wider: Range): boolean {
  const low = range.low > wider.low || (range.low === wider.low && (range.lowOpen || !wider.lowOpen));
  const high = range.high < wider.high || (range.high === wider.high && (range.highOpen || !wider.highOpen));
  return low && high;
}

function isApart(one: Range, other: Range): boolean {
  const before = (a: Range, b: Range) => a.high < b.low || (a.high === b.low && (a.highOpen || b.lowOpen));
  return before(one, other) || before(other, one);
}

function isPositive({ op }: ConditionAtom): boolean {
  return op === '=' || op === 'in';
}

function isNegative({ op }: ConditionAtom): boolean {
  return op === '!=' || op === 'not_in';
}

function valuesOf({ value }: ConditionAtom): readonly string[] {
  return value === undefined ? [] : [value].flat().map(foldText);
}

function isSameSubject(one: ConditionAtom, other: ConditionAtom): boolean {
  return one.field === other.field && one.within === other.within && isSame(one.where, other.where);
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

/** Keys in one order, so that equal documents read the same. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}
