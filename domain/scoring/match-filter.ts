import type { EngagementFilter } from '../condition/condition.js';

/** Whether the properties have every value of the filter; text without regard to case (documents: Condition, `where`). */
export function matchesFilter(
  filter: EngagementFilter | undefined,
  properties: Readonly<Record<string, unknown>>,
): boolean {
  if (!filter) return true;
  return Object.entries(filter).every(([name, wanted]) => {
    // Properties come from outside: only their own keys are data.
    const actual = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (typeof wanted !== 'object') return fold(actual) === fold(wanted);
    return startsWith(actual, wanted.prefix);
  });
}

/**
 * Whether every engagement that `narrow` lets through passes `wide` too. Exact for filters: each names its properties
 * one by one.
 */
export function filterCovers(wide: EngagementFilter | undefined, narrow: EngagementFilter | undefined): boolean {
  if (!wide) return true;
  return Object.entries(wide).every(([name, wanted]) => {
    const other = narrow && Object.hasOwn(narrow, name) ? narrow[name] : undefined;
    if (other === undefined) return false;
    if (typeof wanted !== 'object') return typeof other !== 'object' && fold(other) === fold(wanted);
    return startsWith(typeof other === 'object' ? other.prefix : other, wanted.prefix);
  });
}

const fold = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value);

const startsWith = (text: unknown, prefix: string): boolean =>
  typeof text === 'string' && text.toLowerCase().startsWith(prefix.toLowerCase());
