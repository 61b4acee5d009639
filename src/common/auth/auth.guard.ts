import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { HttpRequest } from '../http.js';
import { forbidden, ProblemException, unauthenticated } from '../problem.js';
import { ApiKeysService } from './api-keys.service.js';
import type { Scope } from './caller.js';
import { PUBLIC_METADATA, SCOPES_METADATA } from './scopes.decorator.js';

const BEARER = /^Bearer +(\S+)$/i;

/**
 * The one place that lets a request in (promises A2, A4): a route says `@Scopes()` or `@Public()`, else it is refused.
 * The closest mark wins: a method's before its class's.
 */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly apiKeys: ApiKeysService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<HttpRequest>();
    const allowed = this.allowedFor(context);
    if (allowed === 'everybody') return true;

    const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
    const caller = token === undefined ? undefined : await this.apiKeys.authenticate(token, Date.now());
    if (caller === undefined) throw unauthenticated();
    if (!allowed.some((scope) => caller.scopes.includes(scope))) throw forbidden(this.sentence(allowed));
    // The form parser is there for public pages; the API itself speaks JSON only.
    if (request.headers['content-type']?.toLowerCase().startsWith('application/x-www-form-urlencoded')) {
      throw new ProblemException('unsupported-media-type', 'Send the body as application/json.');
    }
    request.caller = caller;
    return true;
  }

  private allowedFor(context: ExecutionContext): readonly Scope[] | 'everybody' {
    for (const target of [context.getHandler(), context.getClass()]) {
      if (this.reflector.get<boolean | undefined>(PUBLIC_METADATA, target) === true) return 'everybody';
      const scopes = this.reflector.get<readonly Scope[] | undefined>(SCOPES_METADATA, target);
      if (scopes !== undefined) return scopes;
    }
    return [];
  }

  private sentence(allowed: readonly Scope[]): string {
    return allowed.length === 0
      ? 'Nobody may call this.'
      : `This needs a key with ${allowed.length === 1 ? 'the scope' : 'one of the scopes'} ${allowed.join(', ')}.`;
  }
}
