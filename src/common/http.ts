import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from './auth/caller.js';

/** What Baton uses of the server's request; the server's own type would be a dependency of every controller. */
export interface HttpRequest {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly ip: string;
  readonly body: unknown;
  readonly raw: IncomingMessage;
  readonly routeOptions?: { readonly url?: string };
  readonly cookies?: Readonly<Record<string, string | undefined>>;
  caller?: Caller;
}

/** What Baton uses of the server's reply. */
export interface HttpReply {
  readonly statusCode: number;
  readonly sent: boolean;
  readonly raw: ServerResponse;
  status(code: number): HttpReply;
  header(name: string, value: string | number): HttpReply;
  getHeader(name: string): string | number | string[] | undefined;
  type(contentType: string): HttpReply;
  send(payload?: unknown): HttpReply;
}
