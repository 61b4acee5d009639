import { createServer, type Server } from 'node:http';

export interface HealthAnswers {
  /** `status` is what the answer says; `ready` and `degraded` are 200, anything else is 503. */
  ready(): Promise<{ readonly status: string } & Readonly<Record<string, unknown>>>;
  metrics(): Promise<{ readonly type: string; readonly text: string }>;
}

/** Answers `GET /readyz` and `GET /metrics` of a process without an API, on loopback only: nobody needs a key. */
export function serveHealth(port: number, answers: HealthAnswers): Promise<Server> {
  const answer = async (path: string): Promise<{ status: number; type: string; text: string }> => {
    if (path === '/readyz') {
      const body = await answers.ready();
      const status = body.status === 'ready' || body.status === 'degraded' ? 200 : 503;
      return { status, type: 'application/json', text: JSON.stringify(body) };
    }
    if (path === '/metrics') return { status: 200, ...(await answers.metrics()) };
    return { status: 404, type: 'application/json', text: '{}' };
  };
  const server = createServer((request, response) => {
    answer((request.url ?? '').replace(/\?.*$/, ''))
      .catch(() => ({ status: 500, type: 'application/json', text: '{"status":"broken"}' }))
      .then(({ status, type, text }) => {
        response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
        response.end(text);
      })
      .catch(() => response.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
