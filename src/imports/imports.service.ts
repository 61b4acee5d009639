import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditService } from '../common/audit/audit.service.js';
import { csvLine } from '../common/csv-line.js';
import { conflict, notFound } from '../common/problem.js';
import { inTransaction } from '../database/transaction.js';
import { ImportFilesService } from './import-files.service.js';
import { ImportEntity } from './import.entity.js';
import { presentLine, REPORT_HEADER } from './imports.presenter.js';
import { ImportsReadModel, type ImportView } from './imports.read-model.js';

const LINES_AT_ONCE = 1_000;

/** Imports as people watch and stop them. */
@Injectable()
export class ImportsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly imports: ImportsReadModel,
    private readonly files: ImportFilesService,
    private readonly audit: AuditService,
  ) {}

  /** Throws 404 when there is none. */
  async get(id: string): Promise<ImportView> {
    const view = await this.imports.byId(this.dataSource.manager, id);
    if (view === undefined) throw notFound();
    return view;
  }

  /** Newest first, one more than `limit`. */
  list(limit: number, after: readonly [string, string] | undefined): Promise<ImportView[]> {
    return this.imports.page(this.dataSource.manager, { limit, after });
  }

  /** Every row so far as CSV, read as fast as it is taken. Throws 404 when there is no such import. */
  async report(id: string): Promise<Readable> {
    const { columns } = await this.get(id);
    const names = new Map(
      columns.flatMap(({ column, field }) => (field === null ? [] : [[bare(field), column] as const])),
    );
    return Readable.from(this.reportLines(id, names), { objectMode: false });
  }

  /**
   * Ends it behind the batch under way; what was taken in stays. Again is the same. Throws 404, and 409 for one that is
   * done.
   */
  async stop(id: string, by: { readonly personId: string; readonly note: string | undefined; readonly now: Date }) {
    await inTransaction(this.dataSource, async (manager) => {
      const lock = { mode: 'pessimistic_write' } as const;
      const job = await manager.findOne(ImportEntity, { where: { id }, lock });
      if (job === null) throw notFound();
      if (job.state === 'stopped') return;
      if (job.state === 'done') {
        throw conflict('The import is done.', { finishedAt: job.finishedAt?.toISOString() ?? null });
      }
      await manager.update(ImportEntity, { id }, { state: 'stopped', finishedAt: by.now });
      await this.files.remove(manager, id);
      await manager.query('delete from import_keys where import_id = $1', [id]);
      const about = { action: 'import.stop', subjectKind: 'import', subjectId: id };
      await this.audit.record(manager, { ...about, actorId: by.personId, data: {}, note: by.note }, by.now);
    });
    return this.get(id);
  }

  private async *reportLines(id: string, columns: ReadonlyMap<string, string>): AsyncGenerator<string> {
    yield csvLine(REPORT_HEADER);
    let after = 0;
    for (;;) {
      const lines = await this.imports.lines(this.dataSource.manager, id, after, LINES_AT_ONCE);
      if (lines.length > 0) yield lines.map((line) => csvLine(presentLine(line, columns))).join('');
      after = lines.at(-1)?.rowNo ?? after;
      if (lines.length < LINES_AT_ONCE) return;
    }
  }
}

const bare = (field: string): string => field.replace(/:number$/, '');
