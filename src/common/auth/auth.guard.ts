import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { HttpRequest } from '../http.js';
import { forbidden, ProblemException, unauthenticated } from '../problem.js';
import { ApiKeysService } from './api-keys.service.js';
import type { Scope } from './caller.js';
import { whoMayCall } from './scopes.decorator.js';

const BEARER = /^Bearer +(\S+)$/i;

/**
 * The one place that lets a request in (promises A2, A4): a route says `@Scopes()` or `@Public()`, else it is refused.
 */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(private readonly apiKeys: ApiKeysService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<HttpRequest>();
    const allowed = whoMayCall(context.getHandler(), context.getClass());
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

  private sentence(allowed: readonly Scope[]): string {
    return allowed.length === 0
      ? 'Nobody may call this.'
      : `This needs a key with ${allowed.length === 1 ? 'the scope' : 'one of the scopes'} ${allowed.join(', ')}.`;
  }
}
