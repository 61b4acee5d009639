import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { catchError, concatMap, from, type Observable, of, throwError } from 'rxjs';
import type { HttpReply, HttpRequest } from '../http.js';
import { ProblemException, unreadable } from '../problem.js';
import { sha256, stableJson } from '../stable-json.js';
import { type Claim, IdempotencyService, type RequestIdentity, type StoredAnswer } from './idempotency.service.js';
import { IDEMPOTENT_METADATA, type IdempotentOptions } from './idempotent.decorator.js';

const KEY = /^[\x21-\x7e]{1,255}$/;

/** Runs a keyed request once and answers its repetitions the same way (promise P16). */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly idempotency: IdempotencyService,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler<unknown>): Promise<Observable<unknown>> {
    const options = this.reflector.get<IdempotentOptions | undefined>(IDEMPOTENT_METADATA, context.getHandler());
    const request = context.switchToHttp().getRequest<HttpRequest>();
    const header = request.headers['idempotency-key'];
    if (options === undefined || header === undefined) return next.handle();
    if (typeof header !== 'string' || !KEY.test(header)) {
      throw unreadable('Idempotency-Key has 1 to 255 visible ASCII characters.');
    }

    const reply = context.switchToHttp().getResponse<HttpReply>();
    const identity: RequestIdentity = {
      endpoint: `${request.method} ${request.routeOptions?.url ?? request.url}`,
      caller: request.caller?.keyId ?? 'public',
      key: header,
    };
    // The address belongs to the request: the same key for another handoff is another request.
    const bodyHash = sha256(stableJson([request.url, request.body ?? null]));
    const now = new Date();
    const claim = await this.idempotency.claim(identity, bodyHash, now).catch((error: unknown) => {
      // The claim may have been stored although nothing came back.
      this.idempotency.forgetLater(identity, now);
      throw error;
    });
    if (claim.do === 'refuse') throw this.refusal(claim.why);
    if (claim.do === 'replay') return of(this.replay(claim.answer, reply));
    return this.run(next, reply, identity, claim.token, options);
  }

  private run(
    next: CallHandler<unknown>,
    reply: HttpReply,
    identity: RequestIdentity,
    token: Date,
    options: IdempotentOptions,
  ): Observable<unknown> {
    return next.handle().pipe(
      concatMap(async (body) => {
        await this.idempotency.finish(identity, token, answerOf(reply.statusCode, body, options));
        return body;
      }),
      catchError((error: unknown) =>
        from(this.keepRefusal(error, identity, token)).pipe(concatMap(() => throwError(() => error))),
      ),
    );
  }

  /** A conflict is an answer like any other; after any other refusal the caller may mend the request and use the key again. */
  private async keepRefusal(error: unknown, identity: RequestIdentity, token: Date): Promise<void> {
    try {
      if (error instanceof ProblemException && error.slug === 'conflict') {
        await this.idempotency.finish(identity, token, { status: 409, body: JSON.stringify(error.toDocument()) });
      } else {
        await this.idempotency.forget(identity, token);
      }
    } catch {
      // The caller gets the first error.
      this.idempotency.forgetLater(identity, token);
    }
  }

  private replay(answer: StoredAnswer, reply: HttpReply): unknown {
    reply.status(answer.status).header('idempotency-replayed', 'true');
    if (answer.status >= 400) reply.type('application/problem+json');
    return answer.body === null ? undefined : (JSON.parse(answer.body) as unknown);
  }

  private refusal(why: Extract<Claim, { do: 'refuse' }>['why']): ProblemException {
    return why === 'other_body'
      ? new ProblemException('idempotency-mismatch', 'This Idempotency-Key was sent before with another request.')
      : new ProblemException(
          'idempotency-in-progress',
          'The first request with this Idempotency-Key is still running.',
          {
            headers: { 'retry-after': '1' },
          },
        );
  }
}

function answerOf(status: number, body: unknown, options: IdempotentOptions): StoredAnswer {
  if (body === undefined) return { status, body: null };
  if (options.redact === undefined || typeof body !== 'object' || body === null) {
    return { status, body: JSON.stringify(body) };
  }
  const hidden = Object.fromEntries(options.redact.map((member) => [member, null]));
  return { status, body: JSON.stringify({ ...body, ...hidden }) };
}
