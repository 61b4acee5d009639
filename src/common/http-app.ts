import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import fastifyCookie from '@fastify/cookie';
import type { Logger } from 'pino';
import type { Config } from '../config/config.js';
import { uuidV7 } from '../database/uuid-v7.js';
import type { HttpReply, HttpRequest } from './http.js';
import { acceptForms } from './multipart-forms.js';
import { NestLogger } from './logger.js';
import { MetricsRegistry } from './metrics/metrics-registry.js';
import { createOpenapi } from './openapi/create-openapi.js';
import { OpenapiHolder } from './openapi/openapi-holder.js';
import { ProblemException } from './problem.js';

/** A batch of 1,000 engagements with some properties each; more is refused with 413. */
const BODY_LIMIT_BYTES = 4 * 1024 * 1024;

/** What exists of a reply before a route does. */
interface BareReply {
  hijack(): unknown;
  readonly raw: {
    statusCode: number;
    setHeader(name: string, value: string): unknown;
    end(text: string): unknown;
  };
}

/** The router's own refusals come before any hook and filter; they get the same shape by hand. */
function refuseAddress(error: { readonly code?: string }, request: { readonly id: string }, reply: BareReply): void {
  const tooLong = error.code === 'FST_ERR_MAX_PARAM_LENGTH';
  const problem = tooLong
    ? new ProblemException('uri-too-long', 'The address or one of its parts is too long.')
    : new ProblemException('unreadable', 'The address is not well-formed.');
  reply.hijack();
  reply.raw.statusCode = problem.status;
  reply.raw.setHeader('content-type', 'application/problem+json; charset=utf-8');
  reply.raw.setHeader('x-content-type-options', 'nosniff');
  reply.raw.setHeader('cache-control', 'no-store');
  reply.raw.end(JSON.stringify(problem.toDocument(`urn:request:${request.id}`)));
}

const adapterFor = (): FastifyAdapter =>
  new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    // Prototype pollution is refused when parsing (promise A21).
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    genReqId: () => uuidV7(),
    requestTimeout: 60_000,
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    // A request that still gets in over a kept connection is answered; the server closes before the database does.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 300 },
    frameworkErrors: refuseAddress,
  });

/** One line per answered request: the route's pattern, never the address with its values. */
function logRequests(adapter: FastifyAdapter, logger: Logger): void {
  adapter.getInstance().addHook('onResponse', (request, reply, done) => {
    const { caller } = request as unknown as HttpRequest;
    const { statusCode } = reply as unknown as HttpReply;
    logger.info(
      {
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url ?? 'none',
        status: statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        keyId: caller?.keyId,
      },
      'answered',
    );
    done();
  });
}

/** Durations by the route's pattern; an address nobody answers to is one series, whatever it says. */
function measureRequests(adapter: FastifyAdapter, { httpRequests, httpSeconds }: MetricsRegistry): void {
  adapter.getInstance().addHook('onResponse', (request, reply, done) => {
    const { statusCode } = reply as unknown as HttpReply;
    const labels = { method: request.method, route: request.routeOptions.url ?? 'none' };
    httpRequests.inc({ ...labels, status: String(statusCode) });
    httpSeconds.observe({ ...labels, status: `${Math.floor(statusCode / 100)}xx` }, reply.elapsedTime / 1_000);
    done();
  });
}

/** The api process's application, ready to listen or to be injected into. */
export async function createHttpApp(
  module: DynamicModule | Type<unknown>,
  config: Config,
  logger: Logger,
): Promise<NestFastifyApplication> {
  const adapter = adapterFor();
  logRequests(adapter, logger);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  measureRequests(adapter, app.get(MetricsRegistry));
  await app.register(fastifyCookie);
  await acceptForms(app);
  // Only JSON and, for public pages, forms are read; plain text is 415 like everything else.
  adapter.getInstance().removeContentTypeParser('text/plain');
  app.useSecurityHeaders({
    // An answer of the API shows nothing in a browser; pages bring their own policy.
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { 'default-src': "'none'", 'frame-ancestors': "'none'", 'base-uri': "'none'" },
    },
    xFrameOptions: { action: 'deny' },
    strictTransportSecurity: config.http.baseUrl.startsWith('https:'),
  });
  app.get(OpenapiHolder).use(() => createOpenapi(app, config.http.baseUrl));
  return app;
}
