import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { toFieldErrors } from '../../common/field-errors.js';
import { ProblemException, unprocessable } from '../../common/problem.js';
import type { Config } from '../../config/config.js';
import { uuidV7 } from '../../database/uuid-v7.js';
import { ImportFilesService } from '../../imports/import-files.service.js';
import { IMPORT_RESULTS } from '../../imports/import-result.js';
import { ImportUploadsService } from '../../imports/import-uploads.service.js';
import { type ImportForm, importFormSchema } from '../../imports/imports.schema.js';
import { ImportsModule } from '../../imports/imports.module.js';
import { ImportsService } from '../../imports/imports.service.js';
import type { ImportView } from '../../imports/imports.read-model.js';
import { TemporalModule } from '../../temporal/temporal.module.js';
import { withCommandApp } from '../command-app.js';

const LOOK_EVERY_MS = 500;
const SAY_EVERY_MS = 5_000;

/** Options of the command as they were written; `map` has `column=field` each time. */
export interface ImportOptions {
  readonly map?: readonly string[] | undefined;
  readonly source?: string | undefined;
  readonly campaign?: string | undefined;
  readonly 'consent-basis'?: string | undefined;
  readonly 'consent-at'?: string | undefined;
  readonly 'dry-run'?: boolean | undefined;
}

/**
 * Imports the file as `POST /v1/imports` does, without a caller, and waits until a worker has taken in the last row; says
 * how far it is on the way. Throws with every problem of the file. Whether every row was taken.
 */
export function importForOperator(
  config: Config,
  path: string,
  options: ImportOptions,
  say: (line: string) => void,
): Promise<boolean> {
  return withCommandApp(config, [TemporalModule.forRoot(), ImportsModule], async (app) => {
    const form = readForm(options);
    await stat(path);
    const importId = uuidV7();
    const files = app.get(ImportFilesService);
    try {
      const file = await files.store(importId, createReadStream(path), config.imports.maxBytes, new Date());
      const context = { dryRun: options['dry-run'] === true, personId: null, now: new Date() };
      await app.get(ImportUploadsService).create({ importId, fileName: basename(path), file }, form, context);
    } catch (error) {
      await files.discard(importId, new Date());
      throw error instanceof ProblemException ? new Error(wordsOf(error), { cause: error }) : error;
    }
    say(`import ${importId}${options['dry-run'] === true ? ', a dry run' : ''}`);
    const over = await watch(app.get(ImportsService), importId, say);
    say(IMPORT_RESULTS.map((result) => `${over.counts[result]} ${result}`).join(', '));
    say(`report: GET /v1/imports/${importId}/report`);
    return over.state === 'done' && over.counts.refused + over.counts.invalid === 0;
  });
}

async function watch(imports: ImportsService, id: string, say: (line: string) => void): Promise<ImportView> {
  for (let said = Date.now(); ; ) {
    const view = await imports.get(id);
    if (view.state === 'done' || view.state === 'stopped') return view;
    if (Date.now() - said >= SAY_EVERY_MS) {
      const done = Object.values(view.counts).reduce((sum, count) => sum + count, 0);
      say(view.state === 'queued' ? 'waits for a worker' : `${done} of ${view.rowsTotal} rows`);
      said = Date.now();
    }
    await pause(LOOK_EVERY_MS);
  }
}

function readForm(options: ImportOptions): ImportForm {
  const given = {
    mapping: options.map === undefined ? undefined : JSON.stringify(Object.fromEntries(options.map.map(readPair))),
    source: options.source,
    campaign: options.campaign,
    consentBasis: options['consent-basis'],
    consentAt: options['consent-at'],
  };
  const form = importFormSchema.safeParse(given);
  if (!form.success) throw new Error(wordsOf(unprocessable(toFieldErrors(form.error.issues))));
  return form.data;
}

/** The last `=` parts them, since a column may have one in its name; without a field the column is passed over. */
function readPair(text: string): [column: string, field: string | null] {
  const at = text.lastIndexOf('=');
  if (at < 1) throw new Error(`--map takes COLUMN=FIELD, not ${text}`);
  const field = text.slice(at + 1).trim();
  return [text.slice(0, at).trim(), field === '' ? null : field];
}

const wordsOf = ({ detail, options: { errors } }: ProblemException): string =>
  errors === undefined ? detail : errors.map(({ path, message }) => `${path}: ${message}`).join('\n');
