import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.mjs';
import { httpStatus, waitUntil } from './wait-until.mjs';

/**
 * @typedef {import('./supervisor.mjs').Supervisor} Supervisor
 *
 * @typedef {object} AppAddresses
 * @property {string} databaseUrl
 * @property {string} temporalAddress
 * @property {string} namespace
 * @property {string} signingKeys
 * @property {string} smtp
 * @property {string} mailbox
 * @property {string | null} temporalUi
 * @property {number} port of the api
 */

/**
 * @param {AppAddresses} addresses
 * @param {NodeJS.ProcessEnv} base
 * @returns {NodeJS.ProcessEnv} what api, worker and the command line read
 */
export function appEnv(addresses, base) {
  return {
    ...base,
    HOST: '127.0.0.1',
    PORT: String(addresses.port),
    BASE_URL: `http://127.0.0.1:${addresses.port}`,
    DATABASE_URL: addresses.databaseUrl,
    TEMPORAL_ADDRESS: addresses.temporalAddress,
    TEMPORAL_NAMESPACE: addresses.namespace,
    SIGNING_KEYS: addresses.signingKeys,
    SMTP_URL: addresses.smtp,
    MAILBOX_URL: addresses.mailbox,
    MAIL_FROM_DOMAIN: base.MAIL_FROM_DOMAIN || 'baton.example',
    TEMPORAL_UI_URL: addresses.temporalUi ?? '',
    LOG_LEVEL: base.LOG_LEVEL || 'info',
  };
}

/**
 * Runs one of the built commands (`src/cli/…`) to its end.
 *
 * @param {{ root: string, script: string, args?: string[], env: NodeJS.ProcessEnv, onLine?: (line: string) => void }} options
 * @throws with the end of its output when it fails
 */
export async function runCli({ root, script, args = [], env, onLine }) {
  const path = join(root, 'dist', 'src', 'cli', script);
  if (!existsSync(path)) throw new Error(`${script} is missing in dist/src/cli: the build does not contain it`);
  const { ok, code, output } = await runCommand({
    command: process.execPath,
    args: ['--enable-source-maps', path, ...args],
    cwd: root,
    env,
    ...(onLine && { onLine }),
  });
  if (!ok) {
    const end = output.split('\n').slice(-20).join('\n');
    throw new Error(`${script} failed (exit code ${code})\n${end.replace(/^/gm, '    ')}`);
  }
}

/**
 * Starts api and worker and waits until both are ready for work.
 *
 * @param {object} options
 * @param {string} options.root
 * @param {string} options.logs folder
 * @param {NodeJS.ProcessEnv} options.env as of `appEnv`
 * @param {number} options.workerHealthPort
 * @param {Supervisor} options.supervisor
 */
export async function startApp({ root, logs, env, workerHealthPort, supervisor }) {
  /** @param {string} name @param {string} script @param {NodeJS.ProcessEnv} more @param {string} ready */
  const startOne = async (name, script, more, ready) => {
    const child = await supervisor.start({
      name,
      command: process.execPath,
      args: ['--enable-source-maps', join(root, 'dist', 'src', script)],
      cwd: root,
      env: { ...env, ...more },
      logFile: join(logs, `${name}.log`),
    });
    await waitUntil(async () => (await httpStatus(ready)) === 200, {
      what: `${name} (${ready})`,
      child,
      timeoutMs: 60_000,
      intervalMs: 50,
    });
  };
  const workerUrl = `http://127.0.0.1:${workerHealthPort}/readyz`;
  await Promise.all([
    startOne('api', 'main.js', {}, `${env.BASE_URL}/readyz`),
    startOne('worker', 'worker.js', { WORKER_HEALTH_PORT: String(workerHealthPort) }, workerUrl),
  ]);
}
