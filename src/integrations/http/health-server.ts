import { createServer, type Server } from 'node:http';

/** Answers `GET /readyz` of a process without an API, on loopback: 200 while `ready` says so, else 503. */
export function serveHealth(port: number, ready: () => boolean): Promise<Server> {
  const server = createServer((_request, response) => {
    const up = ready();
    response.writeHead(up ? 200 : 503, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify({ status: up ? 'ready' : 'stopping' }));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
