import { createServer } from 'node:http';
import { parseFaults } from './mail-faults.mjs';
import { renderInbox, renderMessage, renderMessageBody } from './mail-page.mjs';

const bodyLimitBytes = 1_000_000;
const pagePolicy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-src 'self'; form-action 'none'";
// A mail is foreign content: no scripts, nothing loaded from elsewhere, and its links open outside.
const mailPolicy = [
  'sandbox allow-popups allow-popups-to-escape-sandbox',
  "default-src 'none'; style-src 'unsafe-inline'; img-src data: http://127.0.0.1:* http://localhost:*",
].join('; ');

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {unknown} [json]
 * @property {string} [html]
 * @property {string} [policy]
 *
 * @typedef {{ store: import('./mail-store.mjs').MailStore, faults: import('./mail-faults.mjs').FaultList }} Parts
 */

/**
 * The HTTP side of the mail catcher: the API for tests and a page for people.
 *
 * @param {Parts & { anyHost: boolean }} parts anyHost: answer under names other than this machine's own
 * @returns {import('node:http').Server} not yet listening
 */
export function createMailHttpServer({ store, faults, anyHost }) {
  return createServer((request, response) => {
    handle(request, { store, faults, anyHost }).then(
      (answer) => send(response, answer),
      (/** @type {Error} */ error) => send(response, { status: 500, json: { error: error.message } }),
    );
  });
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {Parts & { anyHost: boolean }} parts
 * @returns {Promise<Answer>}
 */
async function handle(request, { store, faults, anyHost }) {
  const url = new URL(request.url ?? '/', 'http://mailbox');
  // A page from elsewhere must not read the mail through a name that it points at this machine.
  if (!anyHost && !/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(request.headers.host ?? '')) {
    return { status: 421, json: { error: 'ask for 127.0.0.1 or localhost' } };
  }
  const filter = {
    to: url.searchParams.get('to') ?? undefined,
    subject: url.searchParams.get('subject') ?? undefined,
  };
  const [, first = '', second = '', third = ''] = url.pathname.split('/');
  const route = `${request.method === 'HEAD' ? 'GET' : request.method} ${first}/${second}`;
  switch (route) {
    case 'GET /':
      return { status: 200, html: renderInbox(store.list(filter)) };
    case 'GET healthz/':
      return { status: 200, json: { status: 'ok' } };
    case 'GET api/messages': {
      if (third === '') return { status: 200, json: { items: store.list(filter) } };
      const message = store.find(third);
      return message ? { status: 200, json: message } : notFound();
    }
    case 'DELETE api/messages':
      return { status: 200, json: { removed: store.remove(filter) } };
    case 'GET api/faults':
      return { status: 200, json: { items: faults.list() } };
    case 'DELETE api/faults':
      faults.clear(filter.to);
      return { status: 204 };
    case 'POST api/faults':
      return addFaults(request, faults);
  }
  if (request.method === 'GET' && first === 'messages') {
    const message = store.find(second);
    if (message && third === '') return { status: 200, html: renderMessage(message) };
    if (message && third === 'body') return { status: 200, html: renderMessageBody(message), policy: mailPolicy };
  }
  return notFound();
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('./mail-faults.mjs').FaultList} faults
 * @returns {Promise<Answer>}
 */
async function addFaults(request, faults) {
  // This type makes a browser ask first, so that no foreign page can post here unnoticed.
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
    return { status: 415, json: { error: 'send application/json' } };
  }
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk;
    if (body.length > bodyLimitBytes) return { status: 413, json: { error: 'too large' } };
  }
  let json;
  try {
    json = JSON.parse(body);
  } catch {
    return { status: 400, json: { error: 'not JSON' } };
  }
  const parsed = parseFaults(json);
  if (!parsed.ok) return { status: 422, json: { error: parsed.problems.join('; ') } };
  faults.add(parsed.faults);
  return { status: 201, json: { items: parsed.faults } };
}

/** @returns {Answer} */
function notFound() {
  return { status: 404, json: { error: 'not found' } };
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {Answer} answer
 */
function send(response, { status, json, html, policy = pagePolicy }) {
  const body = html ?? (json === undefined ? '' : JSON.stringify(json));
  response.writeHead(status, {
    'content-type': html === undefined ? 'application/json; charset=utf-8' : 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'content-security-policy': policy,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}
