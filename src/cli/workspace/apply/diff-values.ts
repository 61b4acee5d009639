import { isDeepStrictEqual } from 'node:util';

/** One place in which two documents differ; a side that lacks it is undefined. */
export interface Difference {
  /** Keys joined by dots; an item of a list by its `id`, `key`, `code` or `date` where each has its own, else by its index. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

const IDENTITIES = ['id', 'key', 'code', 'date'] as const;

/** Where `after` differs from `before`, smallest parts first met; none when they are equal. Both are JSON. */
export function diffValues(before: unknown, after: unknown, path = ''): Difference[] {
  if (isDeepStrictEqual(before, after)) return [];
  const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
  if (isRecord(before) && isRecord(after)) {
    const names = [...new Set([...Object.keys(after), ...Object.keys(before)])];
    return names.flatMap((name) => diffValues(own(before, name), own(after, name), at(name)));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const lists: readonly [readonly unknown[], readonly unknown[]] = [before, after];
    const identity = IDENTITIES.find((name) => lists.every((list) => isIdentifiedBy(list, name)));
    if (identity !== undefined) return diffIdentified(lists, identity, path);
    if (lists.flat().every(isRecord)) {
      const length = Math.max(before.length, after.length);
      return Array.from({ length }, (_, index) => diffValues(before[index], after[index], at(String(index)))).flat();
    }
  }
  if (typeof before === 'string' && typeof after === 'string' && `${before}${after}`.includes('\n')) {
    return diffLines(before, after, path);
  }
  return [{ path, before, after }];
}

function diffIdentified(
  [before, after]: readonly [readonly unknown[], readonly unknown[]],
  identity: string,
  path: string,
): Difference[] {
  const of = (list: readonly unknown[]) => new Map(list.map((one) => [String((one as JsonRecord)[identity]), one]));
  const [old, fresh] = [of(before), of(after)];
  const names = [...new Set([...fresh.keys(), ...old.keys()])];
  const inner = names.flatMap((name) =>
    diffValues(old.get(name), fresh.get(name), path === '' ? name : `${path}.${name}`),
  );
  const kept = [...fresh.keys()].filter((name) => old.has(name));
  const keptBefore = [...old.keys()].filter((name) => fresh.has(name));
  if (isDeepStrictEqual(kept, keptBefore)) return inner;
  return [...inner, { path: path === '' ? '(order)' : `${path} (order)`, before: keptBefore, after: kept }];
}

/** The lines between the common beginning and the common end. */
function diffLines(before: string, after: string, path: string): Difference[] {
  const [old, fresh] = [before.split('\n'), after.split('\n')];
  const shorter = Math.min(old.length, fresh.length);
  let head = 0;
  while (head < shorter && old[head] === fresh[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail += 1;
  const cut = (lines: readonly string[]): string => lines.slice(head, lines.length - tail).join('\n');
  return [{ path: `${path} (from line ${head + 1})`, before: cut(old), after: cut(fresh) }];
}

type JsonRecord = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const own = (record: JsonRecord, name: string): unknown => (Object.hasOwn(record, name) ? record[name] : undefined);

function isIdentifiedBy(list: readonly unknown[], name: string): boolean {
  const ids = list.map((one) => (isRecord(one) ? own(one, name) : undefined));
  return ids.every((id) => typeof id === 'string') && new Set(ids).size === ids.length;
}
