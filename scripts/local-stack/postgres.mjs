import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from './child-process.mjs';
import { waitUntil } from './wait-until.mjs';
import { preparePostgresBinaries } from './postgres-binaries.mjs';
import { clearPostgresLeftovers } from './postgres-leftovers.mjs';
import { makePostgresDir, postgresDir, postgresUser } from './postgres-user.mjs';
import { runCommand } from './run-command.mjs';

const user = 'baton';

/**
 * @typedef {object} PostgresOptions
 * @property {string} root the project, whose node_modules hold the programs
 * @property {string} home the stack's home
 * @property {string} logFile
 * @property {number} port
 * @property {string} password of the superuser `baton`; the first start sets it, later ones must give the same
 * @property {boolean} [throwAway] data need not survive a crash of the machine (tests): no fsync
 * @property {NodeJS.ProcessEnv} [env]
 * @property {(spec: import('./child-process.mjs').ChildSpec) => Promise<import('./child-process.mjs').Child>} [start]
 *   how the process is started; the supervisor's, when there is one
 *
 * @typedef {object} Postgres
 * @property {import('./child-process.mjs').Child} child
 * @property {string} version
 * @property {string} dir where its data are
 * @property {(database: string) => string} url connection string of a database
 */

/**
 * Starts PostgreSQL on 127.0.0.1 and waits until it takes connections. The data folder is made at the first start;
 * what a kill -9 left behind is cleared away.
 *
 * @param {PostgresOptions} options
 * @returns {Promise<Postgres>}
 */
export async function startPostgres({
  root,
  home,
  logFile,
  port,
  password,
  throwAway = false,
  env = process.env,
  start = startChild,
}) {
  const binaries = preparePostgresBinaries(root, env);
  const dir = postgresDir(home);
  const data = join(dir, 'data');
  makePostgresDir(dir);
  if (!existsSync(data)) await createDataFolder({ initdb: binaries.initdb, dir, data, password });
  await clearPostgresLeftovers(data);
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    // A stack that outlived its computer's sleep or a full disk explains itself in the log; chatter does not help.
    log_min_messages: 'warning',
    log_line_prefix: '%m [%p] ',
    ...(throwAway && { fsync: 'off', full_page_writes: 'off' }),
  };
  const child = await start({
    name: 'postgres',
    command: binaries.postgres,
    args: [
      '-D',
      data,
      '-p',
      String(port),
      ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ],
    env: cleanEnv(env),
    logFile,
    ...postgresUser(),
  });
  await waitUntil(() => isReady(data, child.pid), { what: 'postgres', child, timeoutMs: 60_000 });
  return {
    child,
    version: binaries.version,
    dir,
    url: (database) => `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`,
  };
}

/**
 * @param {string} adminUrl any database of the server
 * @param {string} name
 */
export async function createDatabaseIfAbsent(adminUrl, name) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

/** @param {{ initdb: string, dir: string, data: string, password: string }} options */
async function createDataFolder({ initdb, dir, data, password }) {
  // Made beside and renamed: an initdb that was killed half-way must not look like a database. Each has its own name:
  // one whose supervisor was killed may still be at work.
  for (const name of readdirSync(dir).filter((entry) => entry.startsWith('new-'))) {
    rmSync(join(dir, name), { recursive: true, force: true });
  }
  const fresh = join(dir, `new-${randomBytes(6).toString('hex')}`);
  const passwordFile = `${fresh}.password`;
  makePostgresDir(fresh);
  writeFileSync(passwordFile, password, { mode: 0o644 });
  try {
    const { ok, output } = await runCommand({
      command: initdb,
      args: [
        ['-D', fresh, '-U', user, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8'],
        // The same order and the same lower() on every machine, whatever locales it has.
        ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-sync'],
      ].flat(),
      env: cleanEnv(process.env),
      ...postgresUser(),
    });
    if (!ok) throw new Error(`postgres: initdb failed\n${output.replace(/^/gm, '    ')}`);
    renameSync(fresh, data);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(fresh, { recursive: true, force: true });
  }
}

/**
 * The postmaster writes its state into the eighth line of its pid file, which is what pg_ctl reads too.
 *
 * @param {string} data
 * @param {number} pid
 */
function isReady(data, pid) {
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
    return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}

/** The caller's PG* variables and locale would change what the server does. @param {NodeJS.ProcessEnv} env */
function cleanEnv(env) {
  const kept = Object.entries(env).filter(([key]) => !/^(PG|LC_|LANG)/.test(key));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}
