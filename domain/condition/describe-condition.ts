import { describeDuration, requireDuration } from '../time/duration.js';
import type { Condition, ConditionAtom, ConditionOperator, ConditionValue, EngagementFilter } from './condition.js';

const LABELS: Readonly<Record<string, string>> = {
  tag: 'tag',
  'handoffs.count': 'number of handoffs',
  'handoffs.last_reason': 'last rejection reason',
};

/** Operators in words, after the name of a field. */
const IN_WORDS: Readonly<Record<ConditionOperator, string>> = {
  '=': 'is',
  '!=': 'is not',
  in: 'is',
  not_in: 'is not',
  exists: 'is known',
  missing: 'is missing',
  '>': 'is above',
  '>=': 'is at least',
  '<': 'is below',
  '<=': 'is at most',
  contains: 'contains',
  starts_with: 'starts with',
  contains_word: 'contains the word',
};

/** A condition in words, to stand after "when": `score is at least 60 and grade is A, B or C`. */
export function describeCondition(condition: Condition): string {
  if ('all' in condition) return joinParts(condition.all, ' and ');
  if ('any' in condition) return joinParts(condition.any, ' or ');
  if ('not' in condition) return `not (${describeCondition(condition.not)})`;
  return describeAtom(condition);
}

function joinParts(parts: readonly Condition[], word: string): string {
  const [only] = parts;
  if (parts.length === 1 && only) return describeCondition(only);
  const isMixed = (part: Condition) => 'all' in part || 'any' in part;
  return parts.map((part) => (isMixed(part) ? `(${describeCondition(part)})` : describeCondition(part))).join(word);
}

function describeAtom(atom: ConditionAtom): string {
  const { field, op, value } = atom;
  if (field === 'hand_raise') return describeHandRaise(op, value);
  if (field.startsWith('engagement.')) return describeCount(atom);
  const label = fieldLabel(field);
  return value === undefined ? `${label} ${IN_WORDS[op]}` : `${label} ${IN_WORDS[op]} ${listValues(value)}`;
}

function describeHandRaise(op: ConditionOperator, value: ConditionAtom['value']): string {
  if (op === 'exists') return 'any hand-raise';
  if (op === 'missing') return 'no hand-raise';
  const without = op === '!=' || op === 'not_in';
  return `${without ? 'no' : 'a'} hand-raise of kind ${value === undefined ? '' : listValues(value)}`;
}

function describeCount(atom: ConditionAtom): string {
  const name = plainName(atom.field.slice('engagement.'.length));
  const how = `${describeFilter(atom.where)}${describeWithin(atom.within)}`;
  if (atom.op === 'exists') return `at least one ${name}${how}`;
  if (atom.op === 'missing') return `no ${name}${how}`;
  return `the number of ${name}${how} ${IN_WORDS[atom.op]} ${atom.value === undefined ? '' : listValues(atom.value)}`;
}

/** ` with path starting with /pricing and touch guide`, empty without a filter. */
export function describeFilter(where: EngagementFilter | undefined): string {
  const parts = Object.entries(where ?? {}).map(([name, wanted]) =>
    typeof wanted === 'object' ? `${name} starting with ${wanted.prefix}` : `${name} ${String(wanted)}`,
  );
  return parts.length === 0 ? '' : ` with ${parts.join(' and ')}`;
}

function describeWithin(within: string | undefined): string {
  return within === undefined ? '' : ` in the last ${describeDuration(requireDuration(within))}`;
}

/** `profile.plant_size` → `plant size`. */
export function fieldLabel(field: string): string {
  const name = field.slice(field.indexOf('.') + 1);
  return LABELS[field] ?? plainName(name);
}

/** A code or property name as people read it: `email_click` → `email click`, `annualRevenue` → `annual revenue`. */
export function plainName(code: string): string {
  return code
    .replace(/_/g, ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}

/** `A, B or C`. */
export function listValues(value: ConditionValue | readonly ConditionValue[]): string {
  const values = [value].flat().map(String);
  const last = values.pop() ?? '';
  return values.length === 0 ? last : `${values.join(', ')} or ${last}`;
}
