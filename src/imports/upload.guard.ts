import { type CanActivate, createParamDecorator, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { HttpReply, HttpRequest } from '../common/http.js';
import { describeError } from '../common/logger.js';
import { LOGGER } from '../common/logger.token.js';
import { type FieldError, ProblemException, unprocessable, unreadable } from '../common/problem.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { ImportFilesService, tooLarge } from './import-files.service.js';
import type { Upload } from './import-uploads.service.js';

const FIELD_BYTES = 64 * 1024;
const LIMITS = { files: 1, fields: 20, parts: 21, fieldSize: FIELD_BYTES, headerPairs: 50 };
/** What a form has besides the file. */
const FORM_BYTES = LIMITS.fields * FIELD_BYTES;

interface Part {
  readonly type: 'file' | 'field';
  readonly fieldname: string;
  readonly value?: unknown;
  readonly valueTruncated?: boolean;
  readonly filename?: string;
  readonly file?: AsyncIterable<Buffer>;
}

interface MultipartRequest extends Omit<HttpRequest, 'body'> {
  isMultipart(): boolean;
  parts(options: object): AsyncIterable<Part>;
  body: unknown;
  upload?: ReceivedUpload;
}

/** The form of a request, its file stored. */
export interface ReceivedUpload extends Upload {
  readonly fields: Readonly<Record<string, string>>;
}

/** Parameter decorator: what `UploadGuard` has received. */
export const Received = createParamDecorator((_data: unknown, context: ExecutionContext): ReceivedUpload => {
  const { upload } = context.switchToHttp().getRequest<MultipartRequest>();
  if (upload === undefined) throw new Error('@Received() on a route without UploadGuard');
  return upload;
});

/**
 * Receives a form with a file: after the guard that knows the caller, so that strangers store nothing, and before the
 * requests with one Idempotency-Key are compared, for which it leaves the form and the hash of the file as the body.
 * An upload that becomes no import is discarded with the end of the answer.
 */
@Injectable()
export class UploadGuard implements CanActivate {
  constructor(
    private readonly files: ImportFilesService,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<MultipartRequest>();
    const { maxBytes } = this.config.imports;
    if (!request.isMultipart()) {
      throw new ProblemException('unsupported-media-type', 'Send multipart/form-data with the CSV as the part file.');
    }
    if (Number(request.headers['content-length'] ?? 0) > maxBytes + FORM_BYTES) throw refused(request, maxBytes);
    const importId = uuidV7();
    http.getResponse<HttpReply>().raw.once('close', () => this.discard(importId));
    const upload = await this.receive(request, importId, maxBytes);
    request.upload = upload;
    request.body = { fields: upload.fields, fileName: upload.fileName, file: upload.file.hash };
    return true;
  }

  private async receive(request: MultipartRequest, importId: string, maxBytes: number): Promise<ReceivedUpload> {
    const fields: Record<string, string> = {};
    const errors: FieldError[] = [];
    let upload: Upload | undefined;
    const limits = { ...LIMITS, fileSize: maxBytes + 1 };
    for await (const part of wellFormed(request.parts({ limits, throwFileSizeLimit: false }))) {
      const { fieldname: path } = part;
      if (part.type === 'file' && part.file !== undefined && path === 'file' && upload === undefined) {
        const store = this.files.store(importId, wellFormed(part.file), maxBytes, new Date());
        const file = await store.catch((error: unknown) => {
          // The rest is read and forgotten, so that the sender comes to hear the answer.
          request.raw.resume();
          throw error;
        });
        upload = { importId, fileName: plainName(part.filename), file };
        continue;
      }
      if (part.file !== undefined) for await (const _piece of wellFormed(part.file)) continue;
      const problem = problemOf(part, fields);
      if (problem === undefined) fields[path] = String(part.value);
      else errors.push({ path, ...problem });
    }
    if (upload === undefined) errors.push({ path: 'file', code: 'required', message: 'Send the CSV as the part file' });
    if (errors.length > 0 || upload === undefined) throw unprocessable(errors);
    return { ...upload, fields };
  }

  private discard(importId: string): void {
    this.files.discard(importId, new Date()).catch((error: unknown) => {
      this.logger.warn({ importId, err: describeError(error) }, 'upload not discarded, the next one does it');
    });
  }
}

const SECOND_FILE: FieldError = {
  path: 'file',
  code: 'repeated',
  message: 'Send one file; import others by themselves',
};
const TOO_MANY_FIELDS: FieldError = {
  ...{ path: 'body', code: 'too_many_parts', message: `A form has at most ${LIMITS.fields} parts besides the file` },
};

function problemOf(part: Part, fields: object): { code: string; message: string } | undefined {
  if (part.type === 'file') return { code: 'unknown_field', message: 'The one file of this form is the part file' };
  if (Object.hasOwn(fields, part.fieldname)) return { code: 'repeated', message: 'This part is there twice' };
  if (part.valueTruncated === true) return { code: 'too_long', message: `At most ${FIELD_BYTES} bytes` };
  return undefined;
}

/** Tells what the parser finds wrong with the bytes from what goes wrong here. */
async function* wellFormed<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* source;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'FST_FILES_LIMIT') throw unprocessable([SECOND_FILE]);
    if (code === 'FST_FIELDS_LIMIT' || code === 'FST_PARTS_LIMIT') throw unprocessable([TOO_MANY_FIELDS]);
    if (error instanceof Error && 'statusCode' in error) throw error;
    throw unreadable('The body is not well-formed multipart/form-data.');
  }
}

function refused(request: MultipartRequest, maxBytes: number): ProblemException {
  request.raw.resume();
  return tooLarge(maxBytes);
}

/** Without folders and what no column can hold. */
function plainName(filename = ''): string {
  const name = filename
    .split(/[/\\]/)
    .at(-1)
    ?.replaceAll(/\p{Cc}|\p{Surrogate}/gu, '')
    .trim();
  return name === undefined || name === '' ? 'upload.csv' : name.slice(0, 200);
}
