import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ImportEntity } from './import.entity.js';
import type { ImportResult } from './import-result.js';

/** An import as people look at it. */
export type ImportView = Omit<ImportEntity, 'createdBy' | 'cursor' | 'rowCursor' | 'lookedAt' | 'fileHash'> & {
  readonly by: { readonly id: string; readonly name: string } | null;
};

/** A line of the report. `email` is the lead's own of today: null once it is erased. */
export interface ReportLine {
  readonly rowNo: number;
  readonly result: ImportResult;
  readonly leadId: string | null;
  readonly email: string | null;
  readonly field: string | null;
  readonly code: string | null;
  readonly message: string | null;
  readonly filled: readonly string[];
  readonly kept: readonly string[];
}

const SELECT = `
  select i.id, i.state, i.dry_run as "dryRun", i.file_name as "fileName", i.file_bytes::float8 as "fileBytes", i.encoding,
         i.delimiter, i.columns, i.defaults, i.rows_total as "rowsTotal", i.counts, i.created_at as "createdAt",
         i.started_at as "startedAt", i.finished_at as "finishedAt",
         case when p.id is null then null else jsonb_build_object('id', p.id, 'name', p.name) end as by
    from imports i left join people p on p.id = i.created_by`;

@Injectable()
export class ImportsReadModel {
  async byId(manager: EntityManager, id: string): Promise<ImportView | undefined> {
    const [row] = await manager.query<ImportView[]>(`${SELECT} where i.id = $1`, [id]);
    return row;
  }

  /** Newest first, one more than `limit`. */
  page(
    manager: EntityManager,
    { limit, after }: { readonly limit: number; readonly after: readonly [createdAt: string, id: string] | undefined },
  ): Promise<ImportView[]> {
    return manager.query<ImportView[]>(
      `${SELECT} where $1::timestamptz is null or (i.created_at, i.id) < ($1, $2::uuid)
        order by i.created_at desc, i.id desc limit $3`,
      [after?.[0] ?? null, after?.[1] ?? null, limit + 1],
    );
  }

  /** In order of the rows, at most `limit` behind `after`. */
  lines(manager: EntityManager, id: string, after: number, limit: number): Promise<ReportLine[]> {
    return manager.query<ReportLine[]>(
      `select r.row_no as "rowNo", r.result, r.lead_id as "leadId", l.email, r.field, r.code, r.message, r.filled, r.kept
         from import_rows r left join leads l on l.id = r.lead_id
        where r.import_id = $1 and r.row_no > $2 order by r.row_no limit $3`,
      [id, after, limit],
    );
  }
}
