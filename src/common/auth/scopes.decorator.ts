import 'reflect-metadata';
import { SetMetadata } from '@nestjs/common';
import type { Scope } from './caller.js';

const SCOPES_METADATA = 'baton:scopes';
const PUBLIC_METADATA = 'baton:public';

/** The caller's key needs any one of these scopes. On a method it replaces what the class says. */
export const Scopes = (...scopes: [Scope, ...Scope[]]) => SetMetadata(SCOPES_METADATA, scopes);

/** Open to everybody. A route with neither `@Public()` nor `@Scopes()` is refused to all (deny by default). */
export const Public = () => SetMetadata(PUBLIC_METADATA, true);

/**
 * Who may call a handler: everybody, or keys with any one of these scopes; none = nobody. The closest mark wins, a
 * method's before its class's. The guard and the API documentation both ask here.
 */
export function whoMayCall(handler: object, controller: object): readonly Scope[] | 'everybody' {
  for (const target of [handler, controller]) {
    if (Reflect.getMetadata(PUBLIC_METADATA, target) === true) return 'everybody';
    const scopes = Reflect.getMetadata(SCOPES_METADATA, target) as readonly Scope[] | undefined;
    if (scopes !== undefined) return scopes;
  }
  return [];
}
