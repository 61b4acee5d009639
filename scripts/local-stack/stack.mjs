import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { appEnv, runCli, startApp } from './app-parts.mjs';
import { startMailPart, startPostgresPart, startTemporalOnPostgresPart, startTemporalPart } from './base-parts.mjs';
import { readJsonObject, writeFileAtomic } from './files.mjs';
import { choosePorts, holdPort, isPortFree } from './ports.mjs';
import { readOrMakeSecrets } from './secrets.mjs';
import { chooseTemporalMode, keepTemporalMode } from './temporal-mode.mjs';
import { serverPorts } from './temporal-on-postgres.mjs';
import { waitForTemporal } from './temporal.mjs';

export const namespace = 'baton';
const defaultApiPort = 4100;

/**
 * @typedef {object} StackContext
 * @property {string} root
 * @property {string} home
 * @property {import('./options.mjs').StackOptions} options
 * @property {NodeJS.ProcessEnv} env
 * @property {import('./supervisor.mjs').Supervisor} supervisor
 * @property {import('./progress.mjs').Progress} progress
 */

/**
 * Brings up the whole stack on a home: PostgreSQL, Temporal and the mail catcher, then schema, namespace and example
 * workspace, then api and worker.
 *
 * @param {StackContext} context
 * @returns {Promise<import('./stack-file.mjs').StackFile>} when everything answers
 */
export async function startStack(context) {
  const { root, home, options, env, supervisor, progress } = context;
  const mode = chooseTemporalMode(home, options, env);
  const secrets = readOrMakeSecrets(home);
  const ports = await claimPorts(context, mode.mode === 'postgres' ? serverPorts : ['temporal']);
  // The api listens last: without this another start could take its port meanwhile and answer in its place.
  const letGo = await holdPort(ports.api);

  const postgres = await startPostgresPart({
    ...{ root, home, env, supervisor, progress, throwAway: false, database: 'baton' },
    ...{ port: ports.postgres, password: secrets.databasePassword },
  });
  const mail = await startMailPart({ ...context, smtpPort: ports.smtp, httpPort: ports.mailbox });
  const temporal = await provideTemporal({ ...context, mode, ports, url: postgres.url });

  const databaseUrl = postgres.url('baton');
  const addresses = { databaseUrl, temporalAddress: temporal.address, temporalUi: temporal.ui, namespace, ...mail };
  const appEnvironment = appEnv({ ...addresses, signingKeys: secrets.signingKeys, port: ports.api }, env);
  const keys = await prepare({ ...context, env: appEnvironment });
  keepTemporalMode(home, mode);
  const logs = join(home, 'logs');
  await progress.step(
    'api, worker',
    async () => {
      await letGo();
      await startApp({ root, logs, env: appEnvironment, workerHealthPort: ports.worker, supervisor });
    },
    () => `http://127.0.0.1:${ports.api}`,
  );
  const pids = supervisor.pids();
  return {
    api: `http://127.0.0.1:${ports.api}`,
    web: null,
    ...{ temporalAddress: temporal.address, temporalUi: temporal.ui, namespace },
    ...{ mailbox: mail.mailbox, smtp: mail.smtp, databaseUrl, keys, signInUrl: null },
    pids: {
      supervisor: process.pid,
      ...Object.fromEntries(
        ['postgres', 'temporal', 'mail', 'api', 'worker'].map((name) => [name, pids[name] ?? null]),
      ),
      // A process of its own beside the server on PostgreSQL alone.
      ...(pids['temporal-ui'] !== undefined && { temporalUi: pids['temporal-ui'] }),
    },
  };
}

/**
 * The ports of the last start are taken again where they are free: links in mails already caught name them.
 *
 * @param {StackContext} context
 * @param {readonly string[]} temporalPorts names of the ports that Temporal itself needs
 * @returns {Promise<Record<string, number>>}
 */
async function claimPorts({ home, options, progress }, temporalPorts) {
  const file = join(home, 'ports.json');
  const last = readJsonObject(file);
  /** @param {string} name */
  const lastOf = (name) => (typeof last[name] === 'number' ? last[name] : undefined);
  if (options.port !== undefined && !(await isPortFree(options.port))) {
    throw new Error(`port ${options.port} is taken; choose another with --port, or leave it out to get a free one`);
  }
  const wish = options.port ?? lastOf('api') ?? defaultApiPort;
  const ports = await choosePorts({
    api: wish,
    postgres: lastOf('postgres'),
    ...Object.fromEntries(temporalPorts.map((name) => [name, lastOf(name)])),
    temporalUi: lastOf('temporalUi'),
    mailbox: lastOf('mailbox'),
    smtp: lastOf('smtp'),
    worker: lastOf('worker'),
  });
  if (ports.api !== wish) progress.say(`  port           ${wish} is taken, using ${ports.api}`);
  writeFileAtomic(file, JSON.stringify(ports));
  return ports;
}

/**
 * @param {StackContext & { mode: import('./temporal-mode.mjs').TemporalMode, ports: Record<string, number>, url: (database: string) => string }} context
 * @returns {Promise<{ address: string, ui: string | null }>}
 */
function provideTemporal({ mode, ports, url, ...context }) {
  if (mode.mode === 'address') return useTemporal(mode.address, context);
  const uiPort = /** @type {number} */ (ports.temporalUi);
  if (mode.mode === 'dev') {
    return startTemporalPart({ ...context, uiPort, port: /** @type {number} */ (ports.temporal) });
  }
  const own = /** @type {Record<typeof serverPorts[number], number>} */ (
    Object.fromEntries(serverPorts.map((name) => [name, ports[name]]))
  );
  return startTemporalOnPostgresPart({ ...context, url, ports: own, uiPort, namespace });
}

/**
 * @param {string} address
 * @param {StackContext} context
 */
function useTemporal(address, { env, progress }) {
  return progress.step(
    'temporal',
    async () => {
      await waitForTemporal(address, { timeoutMs: 5_000 });
      return { address, ui: env.TEMPORAL_UI_URL || null };
    },
    () => `the server that runs at ${address}`,
  );
}

/**
 * @param {StackContext} context with the application's environment
 * @returns {Promise<Record<string, string>>} the API keys
 */
async function prepare({ root, home, options, env, progress }) {
  const keysFile = join(home, 'keys.json');
  await progress.step(
    'migrations',
    () => runCli({ root, script: 'migrate.js', env }),
    () => 'schema is current',
  );
  // Before the bootstrap, so that the keys go to the people of the workspace.
  await loadWorkspace({ root, home, options, env, progress });
  await progress.step(
    'bootstrap',
    () => runCli({ root, script: 'bootstrap.js', args: ['--keys-file', keysFile], env }),
    () => `namespace ${namespace}, search attributes, API keys`,
  );
  return /** @type {Record<string, string>} */ (readJsonObject(keysFile));
}

/**
 * Once per home: what people changed since is theirs.
 *
 * @param {Pick<StackContext, 'root' | 'home' | 'options' | 'env' | 'progress'>} context
 */
async function loadWorkspace({ root, home, options, env, progress }) {
  const loaded = join(home, 'workspace-loaded');
  if (existsSync(loaded)) {
    if (options.workspace !== undefined) {
      progress.say('  workspace      this home has one already; a folder is loaded into a fresh --home only');
    }
    return;
  }
  if (options.empty) return;
  const folder = options.workspace === undefined ? join(root, 'examples') : resolve(options.workspace);
  await progress.step(
    'workspace',
    () => runCli({ root, script: 'load-workspace.js', args: [folder], env }),
    () => (options.workspace === undefined ? 'examples loaded' : `${folder} loaded`),
  );
  writeFileSync(loaded, '');
}
