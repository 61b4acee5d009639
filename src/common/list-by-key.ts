import { z } from 'zod';
import { decodeCursor, type Page, pageOf } from './pagination.js';
import { unprocessable } from './problem.js';

/** A page of a short list that is held whole, in order of its keys. */
export function pageByKey<Row, Item>(
  rows: readonly Row[],
  query: { readonly limit: number; readonly cursor?: string | undefined },
  keyOf: (row: Row) => string,
  present: (row: Row) => Item,
): Page<Item> {
  const after = decodeCursor(query.cursor, z.tuple([z.string()]))?.[0];
  const sorted = [...rows].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.filter((row) => keyOf(row) > after);
  return pageOf(rest.slice(0, query.limit + 1), query.limit, (row) => [keyOf(row)], present);
}

/** The key of the address is the key of the document; naming another one is a mistake of the caller. */
export function withKey<T extends { key?: string | undefined }>(key: string, document: T): T & { key: string } {
  if (document.key !== undefined && document.key !== key) {
    throw unprocessable([{ path: 'key', code: 'other_key', message: `this address is for ${key}` }]);
  }
  return { ...document, key };
}
