import type { IncomingMessage } from 'node:http';

/** What is used of the server: one more kind of body. */
interface BodyParsers {
  hasContentTypeParser(type: string): boolean;
  addContentTypeParser(
    type: string,
    parse: (
      request: { url: string },
      payload: IncomingMessage,
      done: (error: Error | null, body?: unknown) => void,
    ) => void,
  ): void;
}

const LIMIT_BYTES = 10_000;

/**
 * Lets mail programs post their one-click form as `multipart/form-data` too (RFC 8058 §3.2). The body says nothing the
 * address does not say, so it is read and forgotten. Other addresses refuse the type as before.
 */
export function acceptOneClickForms(server: BodyParsers): void {
  if (server.hasContentTypeParser('multipart/form-data')) return;
  server.addContentTypeParser('multipart/form-data', (request, payload, done) => {
    if (!request.url.startsWith('/u/')) {
      payload.resume();
      done(withStatus('Unsupported Media Type', 415));
      return;
    }
    let bytes = 0;
    payload.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > LIMIT_BYTES) payload.destroy();
    });
    payload.once('end', () => done(null, {}));
    payload.once('error', (error) => done(error));
  });
}

const withStatus = (message: string, statusCode: number): Error => Object.assign(new Error(message), { statusCode });
