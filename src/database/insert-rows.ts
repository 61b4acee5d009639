import type { EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';

/** A statement has at most 65,535 parameters. */
const ROWS_PER_STATEMENT = 1_000;

/** What an insert takes: every column of the entity that has no default. */
export type NewRow<E> = { [P in keyof E]?: E[P] };

/** Inserts rows as given, without reading back and without changing them (TypeORM's own insert changes its argument). */
export async function insertRows<E extends ObjectLiteral>(
  manager: EntityManager,
  target: EntityTarget<E>,
  rows: readonly NewRow<E>[],
): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    await manager
      .createQueryBuilder()
      .insert()
      .into(target)
      .values(rows.slice(start, start + ROWS_PER_STATEMENT).map((row) => ({ ...row })))
      .updateEntity(false)
      .execute();
  }
}
