import { Controller, Get, HttpCode, Post, Res, UseGuards } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody, ZodParam, ZodQuery } from '../common/body.js';
import { findUnstorableText } from '../common/check-json.js';
import { toFieldErrors } from '../common/field-errors.js';
import type { HttpReply } from '../common/http.js';
import { Idempotent } from '../common/idempotency/idempotent.decorator.js';
import { decodeCursor, type Page, pageOf } from '../common/pagination.js';
import { unprocessable } from '../common/problem.js';
import { ImportUploadsService } from './import-uploads.service.js';
import { presentImport } from './imports.presenter.js';
import {
  IMPORT_BODY,
  type ImportAnswer,
  importAcceptedSchema,
  importAnswerSchema,
  type ImportForm,
  importFormSchema,
  importPageSchema,
  importQuerySchema,
  listImportsSchema,
  stopImportSchema,
} from './imports.schema.js';
import { ImportsService } from './imports.service.js';
import { Received, type ReceivedUpload, UploadGuard } from './upload.guard.js';

@ApiTags('Intake')
@Controller('v1/imports')
@Scopes('intake', 'marketing', 'admin')
export class ImportsController {
  constructor(
    private readonly uploads: ImportUploadsService,
    private readonly imports: ImportsService,
  ) {}

  @Post()
  @HttpCode(202)
  @UseGuards(UploadGuard)
  @Idempotent()
  @ApiConsumes('multipart/form-data')
  @ApiBody({ schema: IMPORT_BODY })
  @ApiOperation({ summary: 'Import leads from a CSV file; with dryRun only the report is written' })
  @ApiResponse({ status: 202, standardSchema: importAcceptedSchema, description: 'Stored; a worker takes it up' })
  async create(
    @Received() upload: ReceivedUpload,
    @ZodQuery(importQuerySchema) { dryRun }: z.output<typeof importQuerySchema>,
    @Caller() { personId }: Caller,
  ): Promise<{ import: ImportAnswer }> {
    const id = await this.uploads.create(upload, readForm(upload.fields), { dryRun, personId, now: new Date() });
    return { import: presentImport(await this.imports.get(id)) };
  }

  @Get()
  @ApiOperation({ summary: 'Imports, newest first' })
  @ApiResponse({ status: 200, standardSchema: importPageSchema })
  async list(
    @ZodQuery(listImportsSchema) { limit, cursor }: z.output<typeof listImportsSchema>,
  ): Promise<Page<ImportAnswer>> {
    const after = decodeCursor(cursor, z.tuple([z.iso.datetime(), z.uuid()]));
    const rows = await this.imports.list(limit, after);
    return pageOf(rows, limit, ({ createdAt, id }) => [createdAt.toISOString(), id], presentImport);
  }

  @Get(':id')
  @ApiOperation({ summary: 'How far an import is' })
  @ApiResponse({ status: 200, standardSchema: importAnswerSchema })
  async get(@ZodParam('id', z.uuid()) id: string): Promise<ImportAnswer> {
    return presentImport(await this.imports.get(id));
  }

  @Get(':id/report')
  @ApiOperation({ summary: 'What became of every row, as CSV; of a running import the rows so far' })
  @ApiProduces('text/csv')
  @ApiResponse({ status: 200, description: 'A line for each row of the file', schema: { type: 'string' } })
  async report(@ZodParam('id', z.uuid()) id: string, @Res() reply: HttpReply): Promise<void> {
    const lines = await this.imports.report(id);
    reply
      .header('content-disposition', `attachment; filename="import-${id}.csv"`)
      .header('cache-control', 'no-store')
      .type('text/csv; charset=utf-8')
      .send(lines);
  }

  @Post(':id/stop')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Stop an import; what was taken in stays' })
  @ApiResponse({ status: 200, standardSchema: importAnswerSchema })
  async stop(
    @ZodParam('id', z.uuid()) id: string,
    @ZodBody(stopImportSchema) { note }: z.output<typeof stopImportSchema>,
    @Caller() { personId }: Caller,
  ): Promise<ImportAnswer> {
    return presentImport(await this.imports.stop(id, { personId, note, now: new Date() }));
  }
}

function readForm(fields: Readonly<Record<string, string>>): ImportForm {
  const unstorable = findUnstorableText(fields);
  if (unstorable.length > 0) throw unprocessable(unstorable);
  const form = importFormSchema.safeParse(fields);
  if (!form.success) throw unprocessable(toFieldErrors(form.error.issues));
  return form.data;
}
