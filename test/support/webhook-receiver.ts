import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call as it arrived. */
export interface ReceivedCall {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Answering = (call: ReceivedCall, response: ServerResponse) => void;

/** Answers with that status, an empty body and the headers. */
export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Answering =>
  (_call, response) => {
    response.writeHead(code, headers);
    response.end();
  };

/** A receiver of webhooks of the test's own: answers per path, and remembers what came. */
export class WebhookReceiver {
  readonly calls: ReceivedCall[] = [];
  connections = 0;
  private readonly answers = new Map<string, Answering[]>();
  private server: Server | undefined;
  private port = 0;

  /** Listens, on the same port as before when it was closed. */
  async open(host = '127.0.0.1', port = this.port): Promise<this> {
    const server = createServer((request, response) => void this.take(request, response));
    server.on('connection', () => (this.connections += 1));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => resolve());
    });
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
    return this;
  }

  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise<void>((resolve) => (this.server ? this.server.close(() => resolve()) : resolve()));
    this.server = undefined;
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  get ownPort(): number {
    return this.port;
  }

  url(path: string): string {
    return `http://${this.host}${path}`;
  }

  /** What the next calls of the path get, in order; the last answer stays. Without any it is 204. */
  answer(path: string, ...answers: Answering[]): void {
    this.answers.set(path, answers);
  }

  of(path: string): readonly ReceivedCall[] {
    return this.calls.filter((call) => call.path === path);
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = request.url ?? '';
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const call = { path, headers, body: Buffer.concat(chunks).toString('utf8') };
    this.calls.push(call);
    const left = this.answers.get(path) ?? [];
    const answering = left.length > 1 ? left.shift() : left[0];
    (answering ?? status(204))(call, response);
  }
}
