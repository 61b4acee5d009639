import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import type { Scope } from './caller.js';

export const SCOPES_METADATA = 'baton:scopes';
export const PUBLIC_METADATA = 'baton:public';

/** The caller's key needs any one of these scopes. On a method it replaces what the class says. */
export const Scopes = (...scopes: [Scope, ...Scope[]]) =>
  applyDecorators(
    SetMetadata(SCOPES_METADATA, scopes),
    ApiBearerAuth('apiKey'),
    ApiExtension('x-baton-scopes', scopes),
  );

/** Open to everybody. A route with neither `@Public()` nor `@Scopes()` is refused to all (deny by default). */
export const Public = () => SetMetadata(PUBLIC_METADATA, true);
