import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findTemporalServer } from './find-temporal-server.mjs';
import { findTemporal } from './find-temporal.mjs';
import { createDatabaseIfAbsent, startPostgres } from './postgres.mjs';
import { startTemporalOnPostgres } from './temporal-on-postgres.mjs';
import { prepareTemporalDatabases } from './temporal-schema.mjs';
import { startTemporal } from './temporal.mjs';
import { httpStatus, waitUntil } from './wait-until.mjs';

/**
 * The parts that are not ours: what `npm start` and the tests start alike.
 *
 * @typedef {object} PartOptions
 * @property {string} root
 * @property {string} home
 * @property {NodeJS.ProcessEnv} env
 * @property {import('./supervisor.mjs').Supervisor} supervisor
 * @property {import('./progress.mjs').Progress} progress
 */

/**
 * @param {PartOptions & { port: number, password: string, throwAway: boolean, database: string }} options
 * @returns {Promise<import('./postgres.mjs').Postgres>}
 */
export function startPostgresPart({ root, home, env, supervisor, progress, port, password, throwAway, database }) {
  return progress.step(
    'postgres',
    async () => {
      const logFile = join(home, 'logs', 'postgres.log');
      const start = supervisor.start;
      const postgres = await startPostgres({ root, home, logFile, port, password, throwAway, env, start });
      await createDatabaseIfAbsent(postgres.url('postgres'), database);
      return postgres;
    },
    ({ version }) => `${version} on 127.0.0.1:${port}`,
  );
}

/**
 * @param {PartOptions & { port: number, uiPort: number | undefined, throwAway?: boolean }} options
 * @returns {Promise<{ address: string, ui: string | null }>}
 */
export async function startTemporalPart({ root, home, env, supervisor, progress, ...options }) {
  const { path } = await progress.step(
    'temporal',
    (note) => findTemporal({ root, env, note, say: progress.say }),
    ({ version, from }) => `${version}, from ${from}`,
  );
  return progress.step(
    'temporal',
    () => {
      const logFile = join(home, 'logs', 'temporal.log');
      return startTemporal({ ...options, binary: path, home, logFile, env, start: supervisor.start });
    },
    ({ address }) => `dev server on ${address}`,
  );
}

/**
 * @param {PartOptions & Pick<import('./temporal-on-postgres.mjs').TemporalOnPostgresOptions, 'url' | 'ports' | 'uiPort' | 'namespace'>} options
 * @returns {Promise<{ address: string, ui: string }>}
 */
export async function startTemporalOnPostgresPart({ root, env, supervisor, progress, ...options }) {
  const programs = await progress.step(
    'temporal',
    (note) => findTemporalServer({ root, env, note, say: progress.say }),
    ({ version, from }) => `${version}, from ${from}`,
  );
  await progress.step(
    'temporal',
    () => prepareTemporalDatabases({ sql: programs.sql, url: options.url, env }),
    () => 'databases temporal and temporal_visibility are current',
  );
  return progress.step(
    'temporal',
    () => startTemporalOnPostgres({ ...options, programs, env, start: supervisor.start }),
    ({ address, ui }) => `server on ${address}, UI ${ui}`,
  );
}

/**
 * @param {PartOptions & { smtpPort: number, httpPort: number }} options
 * @returns {Promise<{ mailbox: string, smtp: string }>}
 */
export function startMailPart({ home, env, supervisor, progress, smtpPort, httpPort }) {
  return progress.step(
    'mail catcher',
    async () => {
      const script = fileURLToPath(new URL('./mail-catcher.mjs', import.meta.url));
      const child = await supervisor.start({
        name: 'mail',
        command: process.execPath,
        args: [
          script,
          ...['--dir', join(home, 'mail'), '--smtp-port', String(smtpPort), '--http-port', String(httpPort)],
        ],
        env,
        logFile: join(home, 'logs', 'mail.log'),
      });
      const mailbox = `http://127.0.0.1:${httpPort}`;
      await waitUntil(async () => (await httpStatus(`${mailbox}/healthz`)) === 200, {
        what: 'the mail catcher',
        child,
        timeoutMs: 30_000,
      });
      return { mailbox, smtp: `smtp://127.0.0.1:${smtpPort}` };
    },
    ({ mailbox }) => `${mailbox}, ${`smtp://127.0.0.1:${smtpPort}`}`,
  );
}
