import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { Logger } from 'pino';
import { isDatabaseAway, isLostRace } from './database-away.js';
import type { HttpReply, HttpRequest } from './http.js';
import { describeError } from './logger.js';
import { PAGE_CSP, pageLayout } from './pages/page-layout.js';
import { notFound, ProblemException, type ProblemSlug, unavailable } from './problem.js';

/** What the framework refuses by itself, by status: our slug and our words, never its own message. */
const FRAMEWORK_REFUSALS: Readonly<Record<number, readonly [ProblemSlug, string]>> = {
  400: ['unreadable', 'The request is not well-formed: check the address and the JSON body.'],
  401: ['unauthenticated', 'Send Authorization: Bearer bt_… with a key that is in force.'],
  403: ['forbidden', 'This key may not do that.'],
  405: ['method-not-allowed', 'This address does not answer to that method.'],
  413: ['too-large', 'The body is larger than this address accepts.'],
  414: ['uri-too-long', 'The address or one of its parts is too long.'],
  415: ['unsupported-media-type', 'Send the body as application/json.'],
};

/** Nest's exceptions, and errors of body parsers and plug-ins, which carry their status. */
function refusedStatus(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number') return error.statusCode;
  return undefined;
}

function asProblem(error: unknown): ProblemException | undefined {
  if (error instanceof ProblemException) return error;
  const status = refusedStatus(error);
  if (status === 404) return notFound();
  const refusal = status === undefined ? undefined : FRAMEWORK_REFUSALS[status];
  if (refusal !== undefined) return new ProblemException(refusal[0], refusal[1]);
  if (isDatabaseAway(error)) return unavailable(5, 'The database is not reachable. Nothing was changed; try again.');
  if (isLostRace(error)) return unavailable(1, 'Another change came first. Nothing was changed; try again.');
  return undefined;
}

/** What a person sees who opened a link or pressed a button on a page. */
const AWAY_PAGE = pageLayout(
  'Not at the moment',
  '<h1>Not at the moment</h1><p class="lead">Nothing was saved. Please try again in a minute: it cannot count twice.</p>',
);

/** Pages are for people, who come with a browser; everything under `/v1` speaks JSON, whoever asks. */
const isPage = ({ routeOptions, headers }: HttpRequest): boolean =>
  routeOptions?.url?.startsWith('/v1') === false && headers.accept?.includes('text/html') === true;

/** Turns everything thrown into `application/problem+json` (RFC 9457); what is not expected is logged, not shown. */
@Catch()
export class ProblemDetailsFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<HttpRequest>();
    const reply = host.switchToHttp().getResponse<HttpReply>();
    const problem = asProblem(error);
    if (problem === undefined || problem.slug === 'unavailable') {
      const entry = { requestId: request.id, route: request.routeOptions?.url, error: describeError(error) };
      if (problem === undefined) this.logger.error(entry, 'request failed');
      else this.logger.warn(entry, 'request refused: not available');
    }
    if (reply.sent) return;
    const answer = problem ?? new ProblemException('internal', 'The error was recorded. Please try again.');
    for (const [name, value] of Object.entries(answer.headers)) reply.header(name, value);
    reply.status(answer.status).header('cache-control', 'no-store');
    if (answer.slug === 'unavailable' && isPage(request)) {
      reply
        .header('content-security-policy', PAGE_CSP)
        .header('referrer-policy', 'no-referrer')
        .header('x-robots-tag', 'noindex, nofollow')
        .type('text/html; charset=utf-8')
        .send(AWAY_PAGE);
      return;
    }
    reply.type('application/problem+json').send(answer.toDocument(`urn:request:${request.id}`));
  }
}
