import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { findUnstorableText } from './check-json.js';
import { toFieldErrors } from './field-errors.js';
import { type FieldError, notFound, unprocessable } from './problem.js';

const NO_BODY: FieldError = {
  path: 'body',
  code: 'required',
  message: 'Send a body: an object with the fields of this call',
};

/** What is wrong with a body as a whole has no path of its own; an empty one would name nothing. */
const ofBody = (errors: readonly FieldError[]): FieldError[] =>
  errors.map((error) => (error.path === '' ? { ...error, path: 'body' } : error));

/**
 * Parses every parameter declared with a schema (`ZodBody`, `ZodQuery`, `ZodParam`); all errors at once. A body that was not
 * sent is refused by its name, unless the schema takes `undefined` for it.
 */
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
    if (type === 'body' && value === undefined) throw unprocessable([NO_BODY]);
    const errors = toFieldErrors(result.issues);
    throw unprocessable(type === 'body' ? ofBody(errors) : errors);
  }
}
