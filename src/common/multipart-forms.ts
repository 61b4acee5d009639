import type { IncomingMessage } from 'node:http';
import fastifyMultipart from '@fastify/multipart';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Addresses that read a form themselves, piece by piece. */
const STREAMED = '/v1/imports';
/**
 * Mail programs may post their one-click form as `multipart/form-data` (RFC 8058 §3.2). The body says nothing the address
 * does not say, so it is read and forgotten.
 */
const FORGOTTEN = '/u/';
const FORGOTTEN_BYTES = 10_000;

/** Lets the few addresses that expect `multipart/form-data` have it; all others refuse it with 415. */
export async function acceptForms(app: NestFastifyApplication): Promise<void> {
  await app.register(fastifyMultipart);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('preParsing', (request, _reply, payload, done) => {
      if (!/^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '')) return done(null, payload);
      if (request.url === STREAMED || request.url.startsWith(`${STREAMED}?`)) return done(null, payload);
      if (request.url.startsWith(FORGOTTEN)) return forget(request.raw, () => done(null, payload));
      payload.resume();
      done(Object.assign(new Error('Unsupported Media Type'), { statusCode: 415 }));
    });
}

function forget(body: IncomingMessage, done: () => void): void {
  let bytes = 0;
  body.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > FORGOTTEN_BYTES) body.destroy();
  });
  body.once('end', done);
}
