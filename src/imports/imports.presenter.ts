import { IMPORT_RESULTS } from './import-result.js';
import type { ImportView, ReportLine } from './imports.read-model.js';
import type { ImportAnswer } from './imports.schema.js';

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

/** What callers see of an import. */
export function presentImport(view: ImportView): ImportAnswer {
  return {
    id: view.id,
    state: view.state,
    dryRun: view.dryRun,
    fileName: view.fileName,
    fileBytes: view.fileBytes,
    encoding: view.encoding,
    delimiter: view.delimiter,
    columns: view.columns,
    defaults: view.defaults,
    rows: {
      total: view.rowsTotal,
      done: IMPORT_RESULTS.reduce((sum, result) => sum + view.counts[result], 0),
    },
    results: view.counts,
    by: view.by,
    createdAt: view.createdAt.toISOString(),
    startedAt: iso(view.startedAt),
    finishedAt: iso(view.finishedAt),
  };
}

export const REPORT_HEADER = [
  'row',
  'result',
  'leadId',
  'email',
  'filled',
  'kept',
  'field',
  'column',
  'code',
  'message',
];

/** The cells of a line; `columns` names the column of the file that a field came from. */
export function presentLine(line: ReportLine, columns: ReadonlyMap<string, string>): (string | number | null)[] {
  return [
    line.rowNo,
    line.result,
    line.leadId,
    line.email,
    line.filled.join(' '),
    line.kept.join(' '),
    line.field,
    line.field === null ? null : (columns.get(line.field) ?? null),
    line.code,
    line.message,
  ];
}
