import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

export const ALL_SCOPES = ['intake', 'marketing', 'sales', 'admin', 'ops'] as const;

export type Scope = (typeof ALL_SCOPES)[number];

/** Who calls: an API key always belongs to a person. */
export interface Caller {
  readonly keyId: string;
  readonly personId: string;
  readonly scopes: readonly Scope[];
}

/** Parameter decorator: the caller the guard let in. A route marked `@Public()` has none and must not ask. */
export const Caller = createParamDecorator((_data: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<{ caller?: Caller }>();
  if (caller === undefined) throw new Error('@Caller() on a route without @Scopes()');
  return caller;
});
