import type { ConditionAtom, ConditionOperator, ConditionValue } from './condition.js';

const ISO_DATE = /^\d{4}-\d{2}-\d{2}(T|$)/;
const NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * Whether the values of a field satisfy an operator (documents: Condition, operators). A field has none, one or (tags,
 * insights, hand-raises, lists) several values: an operator holds when one of them satisfies it; `!=` and `not_in` are
 * the exact opposites of `=` and `in`, so they hold for a missing value too. Text is compared without regard to case.
 */
export function compareValues(
  actual: readonly ConditionValue[],
  op: ConditionOperator,
  wanted: ConditionAtom['value'],
): boolean {
  const list: readonly ConditionValue[] = isList(wanted) ? wanted : wanted === undefined ? [] : [wanted];
  switch (op) {
    case 'exists':
      return actual.length > 0;
    case 'missing':
      return actual.length === 0;
    case '=':
    case 'in':
      return actual.some((value) => list.some((one) => isEqual(value, one)));
    case '!=':
    case 'not_in':
      return !actual.some((value) => list.some((one) => isEqual(value, one)));
    case '>':
    case '>=':
    case '<':
    case '<=':
      return actual.some((value) => list.some((one) => isOrdered(value, op, one)));
    case 'contains':
      return actual.some((value) => list.some((one) => foldText(value).includes(foldText(one))));
    case 'starts_with':
      return actual.some((value) => list.some((one) => foldText(value).startsWith(foldText(one))));
    case 'contains_word':
      return actual.some((value) => list.some((one) => words(value).includes(words(one))));
  }
}

/** Text for comparing: without regard to case and to how accents are encoded. */
export function foldText(value: ConditionValue): string {
  return String(value).normalize('NFC').toLowerCase();
}

/** Equality of conditions: a number may have been captured as text, as from a CSV file or a form. */
function isEqual(value: ConditionValue, wanted: ConditionValue): boolean {
  if (typeof wanted === 'number') return toNumber(value) === wanted;
  return foldText(value) === foldText(wanted);
}

function isOrdered(value: ConditionValue, op: '>' | '>=' | '<' | '<=', wanted: ConditionValue): boolean {
  const [a, b] = [toNumber(value), toNumber(wanted)];
  if (a !== undefined && b !== undefined) return ordered(a, op, b);
  // ISO dates are in order as text; other text has no order people would agree on.
  const dates = [value, wanted].every((one) => typeof one === 'string' && ISO_DATE.test(one));
  return dates && ordered(String(value), op, String(wanted));
}

function ordered<T extends number | string>(a: T, op: '>' | '>=' | '<' | '<=', b: T): boolean {
  if (op === '>') return a > b;
  if (op === '>=') return a >= b;
  return op === '<' ? a < b : a <= b;
}

function toNumber(value: ConditionValue): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && NUMBER.test(value.trim()) ? Number(value) : undefined;
}

/** Words between spaces, so that a phrase of whole words can be looked for in it. */
function words(value: ConditionValue): string {
  return ` ${foldText(value)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .join(' ')} `;
}

function isList(value: ConditionAtom['value']): value is readonly ConditionValue[] {
  return Array.isArray(value);
}
