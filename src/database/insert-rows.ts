import type { EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';

/** What an insert takes: every column of the entity that has no default. */
export type NewRow<E> = { [P in keyof E]?: E[P] };

/** Inserts rows as given, without reading back and without changing them (TypeORM's own insert changes its argument). */
export async function insertRows<E extends ObjectLiteral>(
  manager: EntityManager,
  target: EntityTarget<E>,
  rows: readonly NewRow<E>[],
): Promise<void> {
  if (rows.length === 0) return;
  await manager
    .createQueryBuilder()
    .insert()
    .into(target)
    // TypeORM's deep partial does not accept `unknown` inside jsonb columns.
    .values(rows.map((row) => ({ ...row })) as never)
    .updateEntity(false)
    .execute();
}
