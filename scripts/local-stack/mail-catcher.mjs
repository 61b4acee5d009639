import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { createFaultList } from './mail-faults.mjs';
import { createMailHttpServer } from './mail-http.mjs';
import { createSmtpServer } from './mail-smtp.mjs';
import { openMailStore } from './mail-store.mjs';

/**
 * @typedef {object} MailCatcherOptions
 * @property {string} dir where messages are kept
 * @property {number} smtpPort 0 = any free one
 * @property {number} httpPort 0 = any free one
 * @property {string} [host] default 127.0.0.1
 *
 * @typedef {object} MailCatcher
 * @property {string} mailbox base URL of the API and page
 * @property {string} smtp `smtp://host:port`
 * @property {() => Promise<void>} stop
 */

/**
 * @param {MailCatcherOptions} options
 * @returns {Promise<MailCatcher>} when both ports answer
 * @throws when a port is taken
 */
export async function startMailCatcher({ dir, smtpPort, httpPort, host = '127.0.0.1' }) {
  mkdirSync(dir, { recursive: true });
  const store = openMailStore(join(dir, 'messages'));
  const faults = createFaultList();
  const smtp = createSmtpServer({ store, faults });
  const anyHost = host !== '127.0.0.1' && host !== 'localhost';
  const http = createMailHttpServer({ store, faults, anyHost });
  await listen(smtp.server, smtpPort, host);
  await listen(http, httpPort, host);
  return {
    mailbox: `http://${host}:${portOf(http)}`,
    smtp: `smtp://${host}:${portOf(smtp.server)}`,
    stop: async () => {
      http.close();
      http.closeAllConnections();
      await new Promise((resolve) => smtp.close(() => resolve(undefined)));
    },
  };
}

/**
 * @param {import('node:net').Server} server
 * @param {number} port
 * @param {string} host
 */
function listen(server, port, host) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve(undefined);
    });
  });
}

/** @param {import('node:net').Server} server */
function portOf(server) {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function main() {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string', default: '.baton/mail' },
      host: { type: 'string', default: '127.0.0.1' },
      'smtp-port': { type: 'string', default: '1025' },
      'http-port': { type: 'string', default: '8025' },
    },
  });
  const catcher = await startMailCatcher({
    dir: values.dir,
    host: values.host,
    smtpPort: Number(values['smtp-port']),
    httpPort: Number(values['http-port']),
  });
  process.stdout.write(`mail catcher ready: ${catcher.mailbox} and ${catcher.smtp}\n`);
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.once(signal, () => void catcher.stop().then(() => process.exit(0)));
  }
}

const script = process.argv[1];
if (script !== undefined && import.meta.url === pathToFileURL(realpathSync(script)).href) await main();
