import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';

export const IDEMPOTENT_METADATA = 'baton:idempotent';

/** A changing POST that honours `Idempotency-Key` for 24 hours (promise P16). */
export const Idempotent = () =>
  applyDecorators(
    SetMetadata(IDEMPOTENT_METADATA, true),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: '1 to 255 visible ASCII characters; the same key and body get the same answer for 24 hours.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    }),
  );
