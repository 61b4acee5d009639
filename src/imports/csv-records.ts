import { once } from 'node:events';
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import type { Delimiter } from '../../domain/import/guess-delimiter.js';

/** A row longer than this is a quote that nobody closed. */
const MAX_ROW_BYTES = 256 * 1024;

export interface CsvRecord {
  readonly cells: readonly string[];
  /** Byte of the source at which the next record begins. */
  readonly endsAt: number;
}

/**
 * Rows of a CSV text in UTF-8 (RFC 4180, with any line ending), empty ones too. A quote inside a cell that does not begin
 * with one is a character like any other. Throws `CsvError` for a quote that is not closed.
 */
export async function* csvRecords(source: AsyncIterable<Buffer>, delimiter: Delimiter): AsyncGenerator<CsvRecord> {
  const parser = parse({
    delimiter,
    info: true,
    // Named and not discovered: so the count of bytes is exact after every row.
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: MAX_ROW_BYTES,
  });
  const input = Readable.from(source, { objectMode: false });
  input.once('error', (error) => parser.destroy(error));
  input.pipe(parser);
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { bytes: number } }>) {
      yield { cells: record, endsAt: info.bytes };
    }
  } finally {
    parser.destroy();
    input.destroy();
    // A read of the source may be under way: who stops early must not use its connection before that is over.
    if (!input.closed) await once(input, 'close');
  }
}

/** Spreadsheets end their files with rows of nothing. */
export const isBlank = ({ cells }: CsvRecord): boolean => cells.every((cell) => cell.trim() === '');

/** Where a text stops to be CSV; undefined for any other error. */
export function csvTrouble(error: unknown): { readonly line: number; readonly why: string } | undefined {
  if (!(error instanceof CsvError)) return undefined;
  const line = 'lines' in error && typeof error.lines === 'number' ? error.lines : 0;
  const long = error.code === 'CSV_MAX_RECORD_SIZE' ? `a row is longer than ${MAX_ROW_BYTES} bytes; ` : '';
  return { line, why: `${long}a quote is opened and not closed` };
}
