import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { findUnstorableText } from './check-json.js';
import { toFieldErrors } from './field-errors.js';
import { notFound, unprocessable } from './problem.js';

/** Parses every parameter declared with a schema (`ZodBody`, `ZodQuery`, `ZodParam`); all errors at once. */
@Injectable()
export class SchemaValidationPipe implements PipeTransform {
  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { schema, type } = metadata;
    if (schema === undefined || type === 'custom') return value;
    const unstorable = findUnstorableText(value);
    if (type === 'param' && unstorable.length > 0) throw notFound();
    if (unstorable.length > 0) throw unprocessable(unstorable);
    const result = await schema['~standard'].validate(value);
    if (result.issues === undefined) return result.value;
    // An id that cannot exist is answered like one that does not.
    if (type === 'param') throw notFound();
    throw unprocessable(toFieldErrors(result.issues));
  }
}
