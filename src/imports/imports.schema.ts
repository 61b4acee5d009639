import { z } from 'zod';
import { CONSENT_BASES, CONSENT_BASIS_ERROR } from '../../domain/contactability/consent.js';
import { keyField } from '../../domain/document-field.schema.js';
import { DELIMITERS } from '../../domain/import/guess-delimiter.js';
import { asBasis } from '../../domain/import/read-import-row.js';
import { noteField } from '../common/note.schema.js';
import { pageQuery, pageSchema } from '../common/pagination.js';
import { ENCODINGS } from './guess-encoding.js';

const line = (max: number) => z.string().trim().min(1).max(max);

const mappingSchema = z.record(z.string().max(500), z.string().max(100).nullable());

/** The mapping comes as text in its part of the form. */
const mappingField = z.string().transform((text, context) => {
  try {
    const parsed = mappingSchema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
  } catch {
    // The issue below says it.
  }
  const message = 'Write a JSON object, for example {"Mail": "email", "Notes": null}';
  context.addIssue({ code: 'custom', message, params: { code: 'invalid_mapping' } });
  return z.NEVER;
});

/** The parts of the form beside the file. */
export const importFormSchema = z.strictObject({
  mapping: mappingField.optional(),
  source: line(100).optional(),
  campaign: keyField.optional(),
  consentBasis: z
    .string()
    .transform(asBasis)
    .pipe(z.enum(CONSENT_BASES, { error: CONSENT_BASIS_ERROR }))
    .optional(),
  consentAt: z.union([z.iso.datetime({ offset: true }), z.iso.date()]).optional(),
  consentText: z.string().max(2_000).optional(),
  delimiter: z
    .enum([...DELIMITERS, 'tab'])
    .transform((delimiter) => (delimiter === 'tab' ? '\t' : delimiter))
    .optional(),
  encoding: z.enum(ENCODINGS).optional(),
  note: noteField,
});

export type ImportForm = z.output<typeof importFormSchema>;

export const importQuerySchema = z.strictObject({
  dryRun: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
});

export const listImportsSchema = z.strictObject({ ...pageQuery });

export const stopImportSchema = z.strictObject({ note: noteField }).prefault({}).meta({ id: 'StopImport' });

const count = z.int().min(0);

export const importAnswerSchema = z
  .object({
    id: z.uuid(),
    state: z.enum(['queued', 'running', 'done', 'stopped']),
    dryRun: z.boolean(),
    fileName: z.string(),
    fileBytes: count,
    encoding: z.string(),
    delimiter: z.string(),
    columns: z.array(z.object({ column: z.string(), field: z.string().nullable(), guessed: z.boolean() })),
    defaults: z.object({
      source: z.string().optional(),
      campaign: z.string().optional(),
      consentBasis: z.string().optional(),
      consentAt: z.string().optional(),
      consentText: z.string().optional(),
    }),
    rows: z.object({ total: count, done: count }),
    results: z.object({ created: count, known: count, changed: count, refused: count, invalid: count }),
    by: z.object({ id: z.uuid(), name: z.string() }).nullable(),
    createdAt: z.string(),
    startedAt: z.string().nullable(),
    finishedAt: z.string().nullable(),
  })
  .meta({ id: 'Import' });

export type ImportAnswer = z.output<typeof importAnswerSchema>;

export const importAcceptedSchema = z.object({ import: importAnswerSchema }).meta({ id: 'ImportAccepted' });
export const importPageSchema = pageSchema(importAnswerSchema).meta({ id: 'ImportPage' });

const text = (description: string) => ({ type: 'string', description });

/** The form as the API documentation shows it. */
export const IMPORT_BODY = {
  type: 'object',
  required: ['file'],
  properties: {
    file: { type: 'string', format: 'binary', description: 'The CSV file, its first row the names of the columns' },
    mapping: text('JSON: column → field, profile.<name>, profile.<name>:number, or null to pass it over'),
    source: text('Of every row that has none of its own'),
    campaign: text('Of every row that has none of its own'),
    consentBasis: text(
      `On what ground the leads may be contacted: ${CONSENT_BASES.join(', ')}; required unless a column says it`,
    ),
    consentAt: text('Instant or date of the consent; required unless a column says it'),
    consentText: text('The words the leads agreed to'),
    delimiter: text('`,` `;` `|` or `tab`; guessed when absent'),
    encoding: text('utf-8, utf-16le, utf-16be or windows-1252; guessed when absent'),
    note: text('Why; kept in the audit'),
  },
};
