import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { importFieldOf, readImportRow } from '../../domain/import/read-import-row.js';
import { AuditService } from '../common/audit/audit.service.js';
import { isLostRace } from '../common/database-away.js';
import type { FieldError } from '../common/problem.js';
import { insertRows } from '../database/insert-rows.js';
import { inTransaction } from '../database/transaction.js';
import { type BulkLead, type BulkResult, BulkIntakeService } from '../leads/bulk-intake.service.js';
import { type CsvRecord, csvRecords, isBlank } from './csv-records.js';
import { ImportFilesService } from './import-files.service.js';
import { addResults } from './import-result.js';
import { ImportRowEntity } from './import-row.entity.js';
import { ImportEntity } from './import.entity.js';

/** A batch is short enough for a stop to wait for it. */
const BATCH_ROWS = 500;
const BATCH_BYTES = 1024 * 1024;
const MAX_TRIES = 4;
const MAX_MESSAGE = 500;

/** The record has no import of that id. */
class ImportNotFound extends Error {
  override readonly name = 'ImportNotFound';
}

type Row = Omit<ImportRowEntity, 'importId'>;
interface Numbered extends CsvRecord {
  readonly rowNo: number;
}

/** Takes the rows of an import in, a batch in one transaction: leads, report and cursor are committed together. */
@Injectable()
export class ImportBatchesService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly files: ImportFilesService,
    private readonly intake: BulkIntakeService,
    private readonly audit: AuditService,
  ) {}

  /** The next batch. Whoever repeats a call whose answer was lost goes on behind it. Throws `ImportNotFound`. */
  async next(importId: string): Promise<{ finished: boolean }> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await inTransaction(this.dataSource, (manager) => this.work(manager, importId, new Date()));
      } catch (error) {
        if (!isLostRace(error) || tries >= MAX_TRIES) throw error;
      }
    }
  }

  private async work(manager: EntityManager, importId: string, now: Date): Promise<{ finished: boolean }> {
    const lock = { mode: 'pessimistic_write' } as const;
    const job = await manager.findOne(ImportEntity, { where: { id: importId }, lock });
    if (job === null) throw new ImportNotFound(importId);
    if (job.state === 'done' || job.state === 'stopped') return { finished: true };
    const { records, cursor, rowCursor, ended } = await this.readBatch(manager, job);
    const rows = await this.takeRows(manager, job, records, now);
    await insertRows(
      manager,
      ImportRowEntity,
      rows.map((row) => ({ ...row, importId })),
    );
    const counts = addResults(
      job.counts,
      rows.map(({ result }) => result),
    );
    await manager.update(
      ImportEntity,
      { id: importId },
      {
        ...{ cursor, rowCursor, counts, lookedAt: now, startedAt: job.startedAt ?? now },
        ...(ended ? { state: 'done', finishedAt: now } : { state: 'running' }),
      },
    );
    if (ended) {
      await this.files.remove(manager, importId);
      await manager.query('delete from import_keys where import_id = $1', [importId]);
      const about = { action: 'import.finish', subjectKind: 'import', subjectId: importId };
      await this.audit.record(manager, { ...about, actorId: job.createdBy, data: { ...counts } }, now);
    }
    return { finished: ended };
  }

  private async readBatch(manager: EntityManager, job: ImportEntity) {
    const records: Numbered[] = [];
    let [cursor, rowCursor, ended] = [job.cursor, job.rowCursor, true];
    for await (const record of csvRecords(this.files.read(manager, job.id, job.cursor), job.delimiter)) {
      cursor = job.cursor + record.endsAt;
      rowCursor += 1;
      if (!isBlank(record)) records.push({ ...record, rowNo: rowCursor });
      if (records.length < BATCH_ROWS && record.endsAt < BATCH_BYTES) continue;
      ended = false;
      break;
    }
    return { records, cursor, rowCursor, ended };
  }

  private async takeRows(manager: EntityManager, job: ImportEntity, records: readonly Numbered[], now: Date) {
    const rows = new Map<number, Row>();
    const read: { rowNo: number; lead: BulkLead }[] = [];
    for (const { rowNo, cells } of records) {
      const checked = this.check(job, cells);
      if (checked.ok) read.push({ rowNo, lead: checked.lead });
      else rows.set(rowNo, troubleRow(rowNo, 'invalid', checked.errors));
    }
    const { fresh, repeated } = await this.sortRepeated(manager, job.id, read);
    for (const { rowNo, first } of repeated) rows.set(rowNo, troubleRow(rowNo, 'refused', [repeats(first)]));
    const results = await this.intake.take(
      manager,
      fresh.map(({ lead }) => lead),
      { personId: job.createdBy, wallNow: now, dryRun: job.dryRun, auditData: { importId: job.id } },
    );
    fresh.forEach(({ rowNo }, index) => {
      const result = results[index];
      if (result !== undefined) rows.set(rowNo, rowOf(rowNo, result));
    });
    return records.flatMap(({ rowNo }) => rows.get(rowNo) ?? []);
  }

  private check(
    job: ImportEntity,
    cells: readonly string[],
  ): { ok: true; lead: BulkLead } | { ok: false; errors: readonly FieldError[] } {
    const row = readImportRow(job.columns, cells, job.defaults);
    return row.ok ? this.intake.read(row.lead) : { ok: false, errors: [row.problem] };
  }

  /** Parts the rows from those that have an identity of an earlier row of the file, and remembers theirs. */
  private async sortRepeated(
    manager: EntityManager,
    importId: string,
    read: readonly { readonly rowNo: number; readonly lead: BulkLead }[],
  ) {
    const keysOf = ({ identities }: BulkLead): string[] =>
      identities.map(({ kind, value }) => createHash('sha256').update(`${importId}/${kind}/${value}`).digest('hex'));
    const keyed = read.map((row) => ({ ...row, keys: keysOf(row.lead) }));
    const before = await manager.query<{ key: string; row_no: number }[]>(
      'select key, row_no from import_keys where import_id = $1 and key = any($2)',
      [importId, keyed.flatMap(({ keys }) => keys)],
    );
    const seen = new Map(before.map((row) => [row.key, row.row_no]));
    const fresh: { rowNo: number; lead: BulkLead }[] = [];
    const repeated: { rowNo: number; first: number }[] = [];
    const added: [key: string, rowNo: number][] = [];
    for (const { rowNo, lead, keys } of keyed) {
      const first = keys.flatMap((key) => seen.get(key) ?? [])[0];
      if (first !== undefined) {
        repeated.push({ rowNo, first });
        continue;
      }
      fresh.push({ rowNo, lead });
      for (const key of keys) {
        seen.set(key, rowNo);
        added.push([key, rowNo]);
      }
    }
    await manager.query(
      'insert into import_keys (import_id, key, row_no) select $1, * from unnest($2::text[], $3::integer[])',
      [importId, added.map(([key]) => key), added.map(([, rowNo]) => rowNo)],
    );
    return { fresh, repeated };
  }
}

const repeats = (first: number): FieldError => ({
  path: 'row',
  code: 'repeated_in_file',
  message: `Row ${first} has the same address or external id; it counts`,
});

const NOTHING = { leadId: null, field: null, code: null, message: null, filled: [], kept: [] };

function rowOf(rowNo: number, result: BulkResult): Row {
  if (result.result === 'refused') return troubleRow(rowNo, 'refused', [result.problem]);
  if (result.result === 'created') return { ...NOTHING, rowNo, result: 'created', leadId: result.leadId };
  const { leadId, filled, kept } = result;
  return { ...NOTHING, rowNo, result: result.result, leadId, filled: [...filled], kept: [...kept] };
}

/** The first error names field and code, the message has all of them. */
function troubleRow(rowNo: number, result: 'refused' | 'invalid', errors: readonly FieldError[]): Row {
  const named = errors.map((error) => ({ ...error, field: importFieldOf(error.path) }));
  const message = named.map(({ field, message: words }) => (field === 'row' ? words : `${field}: ${words}`)).join('; ');
  const [first] = named;
  const about = { field: first?.field ?? null, code: first?.code ?? null, message: message.slice(0, MAX_MESSAGE) };
  return { ...NOTHING, rowNo, result, ...about };
}
