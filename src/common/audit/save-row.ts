import { isDeepStrictEqual } from 'node:util';
import type { EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';
import type { AuditService } from './audit.service.js';
import { insertRows } from '../../database/insert-rows.js';
import type { Change } from './change.js';

interface SaveRow<E extends ObjectLiteral> {
  readonly target: EntityTarget<E>;
  /** The row as it is, or null when it is new. */
  readonly known: E | null;
  readonly row: E;
  /** Columns that only a real change moves. */
  readonly stamp?: (row: E) => E;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly change: Change;
}

/** Writes a row people set and its audit entry; the same content again writes neither. Returns the stored row. */
export async function saveRow<E extends ObjectLiteral>(
  manager: EntityManager,
  audit: AuditService,
  save: SaveRow<E>,
): Promise<E> {
  const { known, change } = save;
  const fields = Object.keys(save.row).filter(
    (name) => !isDeepStrictEqual(plain(known?.[name]), plain(save.row[name])),
  );
  if (known !== null && fields.length === 0) return known;
  const row = save.stamp?.(save.row) ?? save.row;
  if (known === null) await insertRows(manager, save.target, [row]);
  else await manager.save(save.target, row);
  await audit.record(
    manager,
    {
      actorId: change.actorId,
      action: `${save.subjectKind}.${known === null ? 'create' : 'change'}`,
      subjectKind: save.subjectKind,
      subjectId: save.subjectId,
      data: { fields },
      note: change.note ?? null,
    },
    change.now,
  );
  return row;
}

/** What jsonb gives back: no undefined members, so that equal contents compare equal. */
function plain(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}
