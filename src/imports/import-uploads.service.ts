import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { isConsentAhead } from '../../domain/contactability/consent.js';
import { type Delimiter, guessDelimiter } from '../../domain/import/guess-delimiter.js';
import { mapColumns } from '../../domain/import/map-columns.js';
import type { ImportDefaults } from '../../domain/import/read-import-row.js';
import { AuditService } from '../common/audit/audit.service.js';
import { findUnstorableText } from '../common/check-json.js';
import { type FieldError, unavailable, unprocessable } from '../common/problem.js';
import { insertRows } from '../database/insert-rows.js';
import { inTransaction } from '../database/transaction.js';
import { BulkIntakeService } from '../leads/bulk-intake.service.js';
import { csvRecords, csvTrouble, isBlank } from './csv-records.js';
import { type ImportEncoding, UTF8_MARK } from './guess-encoding.js';
import { ImportFilesService, type StoredFile } from './import-files.service.js';
import { NO_COUNTS } from './import-result.js';
import { ImportEntity } from './import.entity.js';
import type { ImportForm } from './imports.schema.js';

const SAMPLE_BYTES = 64 * 1024;
/** More are no list of leads. */
const MAX_COLUMNS = 500;

/** A file whose content is stored under the id of the import to be. */
export interface Upload {
  readonly importId: string;
  readonly fileName: string;
  readonly file: StoredFile;
}

export interface UploadContext {
  readonly dryRun: boolean;
  /** Null for Baton itself. */
  readonly personId: string | null;
  readonly now: Date;
}

/** What the file itself says. */
interface Inspected {
  readonly header: readonly string[];
  /** Byte at which the first row after the header begins, and the header's own number. */
  readonly cursor: number;
  readonly rowCursor: number;
  readonly rowsTotal: number;
}

/** Makes an import of an uploaded file, or says everything that is wrong with it. */
@Injectable()
export class ImportUploadsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly files: ImportFilesService,
    private readonly intake: BulkIntakeService,
    private readonly audit: AuditService,
  ) {}

  /** Reads the whole file once. Throws 422 for a file that is no CSV of leads; a worker takes the import up. */
  async create({ importId, fileName, file }: Upload, form: ImportForm, context: UploadContext): Promise<string> {
    const encoding = encodingOf(file, form.encoding);
    if (encoding !== 'utf-8') await this.files.toUtf8(importId, encoding);
    const start = encoding === 'utf-8' && file.hasUtf8Mark ? UTF8_MARK.length : 0;
    const delimiter: Delimiter = form.delimiter ?? guessDelimiter(await this.sample(importId, start));
    const { header, ...inspected } = await this.inspect(importId, start, delimiter);
    refuseHeader(header);
    const { columns, problems } = mapColumns(header, form.mapping ?? {});
    const defaults = defaultsOf(form);
    const named = (field: keyof ImportDefaults): boolean =>
      defaults[field] !== undefined || columns.some((column) => column.field === field);
    const { manager } = this.dataSource;
    const errors: FieldError[] = [
      ...problems,
      ...REQUIRED.filter(([field]) => !named(field)).map(([path, message]) => ({ path, code: 'required', message })),
      ...(form.campaign === undefined || (await this.intake.knowsCampaign(manager, form.campaign))
        ? []
        : [{ path: 'campaign', code: 'unknown_campaign', message: `there is no campaign ${form.campaign}` }]),
      ...aheadProblems(form.consentAt, context.now),
      ...(inspected.rowsTotal === 0 ? [aboutFile('empty', 'The file has no row after its header')] : []),
    ];
    if (errors.length > 0) throw unprocessable(errors);
    const { personId, now, dryRun } = context;
    await inTransaction(this.dataSource, async (inside) => {
      if (!(await this.files.hold(inside, importId))) throw unavailable(1, 'The upload was given up. Send it again.');
      await insertRows(inside, ImportEntity, [
        {
          ...{ ...inspected, id: importId, state: 'queued', dryRun, fileName, encoding, delimiter, defaults },
          ...{ fileBytes: file.bytes, fileHash: file.hash, columns: [...columns], counts: NO_COUNTS },
          ...{ createdBy: personId, createdAt: now, startedAt: null, finishedAt: null, lookedAt: null },
        },
      ]);
      const about = { action: 'import.create', subjectKind: 'import', subjectId: importId };
      const data = { dryRun, rows: inspected.rowsTotal, fileHash: file.hash };
      await this.audit.record(inside, { ...about, actorId: personId, data, note: form.note }, now);
    });
    return importId;
  }

  private async sample(importId: string, start: number): Promise<string> {
    for await (const slice of this.files.read(this.dataSource.manager, importId, start)) {
      return slice.subarray(0, SAMPLE_BYTES).toString('utf8');
    }
    return '';
  }

  private async inspect(importId: string, start: number, delimiter: Delimiter): Promise<Inspected> {
    let [header, cursor, rowCursor, rowsTotal]: [readonly string[], number, number, number] = [[], start, 0, 0];
    try {
      for await (const record of csvRecords(this.files.read(this.dataSource.manager, importId, start), delimiter)) {
        if (header.length === 0) rowCursor += 1;
        if (isBlank(record)) continue;
        if (header.length > 0) rowsTotal += 1;
        else [header, cursor] = [record.cells, start + record.endsAt];
      }
    } catch (error) {
      const trouble = csvTrouble(error);
      if (trouble === undefined) throw error;
      throw unprocessable([aboutFile('unreadable_csv', `Line ${trouble.line}: ${trouble.why}`)]);
    }
    return { header, cursor, rowCursor, rowsTotal };
  }
}

/** What every lead needs, from a column or for the import as a whole. */
const REQUIRED: readonly (readonly [keyof ImportDefaults, string])[] = [
  ['source', 'Say where the leads come from, here or in a column'],
  ['consentBasis', 'Say on what ground the leads may be contacted, here or in a column'],
  ['consentAt', 'Say when the leads agreed, here or in a column'],
];

function defaultsOf({ source, campaign, consentBasis, consentAt, consentText }: ImportForm): ImportDefaults {
  const all = { source, campaign, consentBasis, consentAt, consentText };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** A row may say another instant, but one that is yet to come is nobody's. */
function aheadProblems(consentAt: string | undefined, now: Date): FieldError[] {
  if (consentAt === undefined || !isConsentAhead(Date.parse(consentAt), now.getTime())) return [];
  return [{ path: 'consentAt', code: 'in_the_future', message: 'This instant is yet to come' }];
}

function refuseHeader(header: readonly string[]): void {
  if (header.length > MAX_COLUMNS) {
    throw unprocessable([
      aboutFile('too_many_columns', `The header has ${header.length} columns; at most ${MAX_COLUMNS} are taken`),
    ]);
  }
  // A character of UTF-16 that no database stores.
  if (findUnstorableText([...header]).length > 0) {
    throw unprocessable([aboutFile('not_text', 'The header has characters that no text has')]);
  }
}

function encodingOf(file: StoredFile, asked: ImportEncoding | undefined): ImportEncoding {
  const encoding = asked ?? file.encoding;
  if (file.bytes === 0) throw unprocessable([aboutFile('empty', 'The file is empty')]);
  if (encoding === 'utf-8' && !file.isUtf8) {
    const message = 'The file has bytes that UTF-8 does not have; leave the encoding out to have it guessed';
    throw unprocessable([{ path: 'encoding', code: 'wrong_encoding', message }]);
  }
  if (file.hasNul && !encoding.startsWith('utf-16')) {
    throw unprocessable([aboutFile('not_text', 'This is no text: save the sheet as CSV in UTF-8 and send that')]);
  }
  return encoding;
}

const aboutFile = (code: string, message: string): FieldError => ({ path: 'file', code, message });
