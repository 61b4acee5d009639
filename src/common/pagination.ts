import { z } from 'zod';
import { unprocessable } from './problem.js';

const MAX_PAGE = 200;
const DEFAULT_PAGE = 50;

/** Spread into a list's query schema: `z.strictObject({ ...pageQuery, state: … })`. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(DEFAULT_PAGE),
  cursor: z.string().min(1).max(500).optional(),
};

export interface Page<T> {
  readonly items: readonly T[];
  /** Null on the last page. Opaque: only good for the same list with the same filters. */
  readonly nextCursor: string | null;
}

type Position = readonly (string | number)[];

/** The position after the last item of a page, e.g. `[createdAt, id]`, as an opaque string. */
const encodeCursor = (position: Position): string => Buffer.from(JSON.stringify(position)).toString('base64url');

/**
 * The position a cursor stands for, or undefined without one; 422 when it is none of ours.
 * `shape` says the type of each part, so that a forged cursor never reaches the database.
 */
export function decodeCursor<T extends Position>(cursor: string | undefined, shape: z.ZodType<T>): T | undefined {
  if (cursor === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    value = undefined;
  }
  const parsed = shape.safeParse(value);
  if (!parsed.success) {
    throw unprocessable([{ path: 'cursor', code: 'invalid_cursor', message: 'This is not a cursor of this list' }]);
  }
  return parsed.data;
}

/** Cuts a page out of `limit + 1` rows: the extra row only tells that there is more. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  position: (row: Row) => Position,
  present: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(present),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(position(last)) : null,
  };
}

/** The answer schema of a list, for `@ApiResponse`. */
export const pageSchema = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });
