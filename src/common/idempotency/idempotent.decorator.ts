import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';

export const IDEMPOTENT_METADATA = 'baton:idempotent';

export interface IdempotentOptions {
  /** Top-level members that are secrets: the stored answer, and so every repetition, has null there. */
  readonly redact?: readonly string[];
}

/** A changing POST that honours `Idempotency-Key` for 24 hours (promise P16). */
export const Idempotent = (options: IdempotentOptions = {}) =>
  applyDecorators(
    SetMetadata(IDEMPOTENT_METADATA, options),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: '1 to 255 visible ASCII characters; the same key and body get the same answer for 24 hours.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    }),
  );
