import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from './child-process.mjs';
import { waitForTemporal } from './temporal.mjs';
import { httpStatus, waitUntil } from './wait-until.mjs';

/** Can never change once the first workflow has run; 64 suit the two cores that this is made for. */
const historyShards = 64;

/** As the dev server is started with, and one partition per task queue: more of them only cost, on one machine. */
const dynamicConfig = `frontend.WorkflowTimeSkippingEnabled:
  - value: true
history.timerProcessorMaxTimeShift:
  - value: 10ms
matching.numTaskqueueReadPartitions:
  - value: 1
matching.numTaskqueueWritePartitions:
  - value: 1
`;

/** The server's own ports: gRPC and membership of each of its four services. */
export const serverPorts = /** @type {const} */ ([
  'temporal',
  'frontendMembership',
  'history',
  'historyMembership',
  'matching',
  'matchingMembership',
  'systemWorker',
  'systemWorkerMembership',
]);

/**
 * @typedef {object} TemporalOnPostgresOptions
 * @property {import('./find-temporal-server.mjs').TemporalServer} programs
 * @property {string} home
 * @property {(database: string) => string} url connection string of a database of the PostgreSQL that holds its data
 * @property {Record<typeof serverPorts[number], number>} ports
 * @property {number} uiPort
 * @property {string} namespace that the UI shows first
 * @property {NodeJS.ProcessEnv} [env]
 * @property {(spec: import('./child-process.mjs').ChildSpec) => Promise<import('./child-process.mjs').Child>} [start]
 */

/**
 * Starts the server on databases that `prepareTemporalDatabases` has made, then its web UI, and waits until both answer.
 *
 * @param {TemporalOnPostgresOptions} options
 * @returns {Promise<{ address: string, ui: string }>}
 */
export async function startTemporalOnPostgres(options) {
  const { programs, home, ports, uiPort, namespace, env = process.env, start = startChild } = options;
  const dir = join(home, 'temporal');
  const uiDir = join(dir, 'ui');
  mkdirSync(uiDir, { recursive: true });
  const dynamicConfigFile = join(dir, 'dynamic-config.yaml');
  writeFileSync(dynamicConfigFile, dynamicConfig);
  const server = await start({
    name: 'temporal',
    command: programs.server,
    args: ['--allow-no-auth', 'start'],
    env: serverEnv({ ...options, dynamicConfigFile, env }),
    logFile: join(home, 'logs', 'temporal.log'),
  });
  const address = `127.0.0.1:${ports.temporal}`;
  await waitForTemporal(address, { child: server, timeoutMs: 60_000 });

  writeFileSync(join(uiDir, 'baton.yaml'), uiConfig({ address, port: uiPort, namespace }));
  const uiChild = await start({
    name: 'temporal-ui',
    command: programs.ui,
    args: ['--root', dir, '--config', 'ui', '--env', 'baton', 'start'],
    env: plainEnv(env),
    logFile: join(home, 'logs', 'temporal-ui.log'),
  });
  const ui = `http://127.0.0.1:${uiPort}`;
  await waitUntil(async () => (await httpStatus(`${ui}/healthz`)) === 200, {
    what: 'the Temporal UI',
    child: uiChild,
    timeoutMs: 30_000,
  });
  return { address, ui };
}

/**
 * The names are those of the configuration template inside the server
 * (go.temporal.io/server v1.32.1, common/config/config_template_embedded.yaml).
 *
 * @param {TemporalOnPostgresOptions & { dynamicConfigFile: string, env: NodeJS.ProcessEnv }} options
 * @returns {NodeJS.ProcessEnv}
 */
function serverEnv({ url, ports, dynamicConfigFile, env }) {
  const { hostname, port, username, password } = new URL(url('temporal'));
  return {
    ...plainEnv(env),
    ...{ DB: 'postgres12', POSTGRES_SEEDS: hostname, DB_PORT: port },
    ...{ POSTGRES_USER: username, POSTGRES_PWD: decodeURIComponent(password) },
    ...{ DBNAME: 'temporal', VISIBILITY_DBNAME: 'temporal_visibility' },
    // Each of the four services has such a pool of its own.
    ...{ SQL_MAX_CONNS: '20', SQL_VIS_MAX_CONNS: '5' },
    NUM_HISTORY_SHARDS: String(historyShards),
    BIND_ON_IP: '127.0.0.1',
    DYNAMIC_CONFIG_FILE_PATH: dynamicConfigFile,
    LOG_LEVEL: 'warn',
    FRONTEND_GRPC_PORT: String(ports.temporal),
    FRONTEND_MEMBERSHIP_PORT: String(ports.frontendMembership),
    // 0 = no second door beside gRPC.
    FRONTEND_HTTP_PORT: '0',
    HISTORY_GRPC_PORT: String(ports.history),
    HISTORY_MEMBERSHIP_PORT: String(ports.historyMembership),
    MATCHING_GRPC_PORT: String(ports.matching),
    MATCHING_MEMBERSHIP_PORT: String(ports.matchingMembership),
    WORKER_GRPC_PORT: String(ports.systemWorker),
    WORKER_MEMBERSHIP_PORT: String(ports.systemWorkerMembership),
  };
}

/** @param {{ address: string, port: number, namespace: string }} options */
function uiConfig({ address, port, namespace }) {
  return [
    `temporalGrpcAddress: ${address}`,
    'host: 127.0.0.1',
    `port: ${port}`,
    'enableUi: true',
    `defaultNamespace: ${namespace}`,
    'disableNewsFetch: true',
    // Plain HTTP on loopback, as the dev server's UI.
    'cors:',
    '  cookieInsecure: true',
    '',
  ].join('\n');
}

/** Both programs read dozens of variables with common names, DB and LOG_LEVEL among them. @param {NodeJS.ProcessEnv} env */
function plainEnv(env) {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TZ'];
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}
