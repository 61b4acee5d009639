/**
 * The one condition tree (documents.md: Condition): segments, definitions, fit rules, exit guards, branches, routing.
 * At most 200 nodes and 12 levels; no regular expressions.
 */
export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | ConditionAtom;

/** One comparison. `where` and `within` belong to `engagement.<kind>` only. */
export interface ConditionAtom {
  readonly field: string;
  readonly op: ConditionOperator;
  /** Absent for `exists` and `missing`, a list for `in` and `not_in`, else one value. */
  readonly value?: ConditionValue | readonly ConditionValue[] | undefined;
  readonly where?: EngagementFilter | undefined;
  /** ISO-8601 duration, elapsed: an engagement counts from its instant on and no longer at instant + within. */
  readonly within?: string | undefined;
}

export type ConditionValue = string | number | boolean;

/** Properties an engagement must have; text is compared without regard to case. */
export type EngagementFilter = Readonly<Record<string, ConditionValue | { readonly prefix: string }>>;

export const CONDITION_OPERATORS = [
  '=',
  '!=',
  'in',
  'not_in',
  'exists',
  'missing',
  '>',
  '>=',
  '<',
  '<=',
  'contains',
  'starts_with',
  'contains_word',
] as const;

export type ConditionOperator = (typeof CONDITION_OPERATORS)[number];

export const MAX_CONDITION_NODES = 200;
export const MAX_CONDITION_DEPTH = 12;

export function isAtom(condition: Condition): condition is ConditionAtom {
  return 'field' in condition;
}

/** Every atom of the tree, in the order in which it is written. */
export function atomsOf(condition: Condition): ConditionAtom[] {
  if ('all' in condition) return condition.all.flatMap(atomsOf);
  if ('any' in condition) return condition.any.flatMap(atomsOf);
  if ('not' in condition) return atomsOf(condition.not);
  return [condition];
}
