import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, URL } from 'node:url';
import { promisify } from 'node:util';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { parse } from 'yaml';
import { testStack } from '../support/stack.js';
import { loadModule } from './load-module.js';

interface Compose {
  readonly services: Readonly<
    Record<string, { readonly command: readonly string[]; readonly environment: Readonly<Record<string, string>> }>
  >;
  readonly configs: Readonly<Record<string, { readonly content: string }>>;
}

const { canHaveTemporalServer, findTemporalServer } = await loadModule<{
  canHaveTemporalServer: (root: string, env: NodeJS.ProcessEnv) => boolean;
  findTemporalServer: (options: object) => Promise<{ server: string; sql: string }>;
}>('find-temporal-server');
const { findTemporal } = await loadModule<{ findTemporal: (options: object) => Promise<{ path: string }> }>(
  'find-temporal',
);

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const compose = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as Compose;
const quiet = { root, env: process.env, say: () => undefined, note: () => undefined };
const possible = canHaveTemporalServer(root, process.env) || Boolean(process.env['CI']);

/** What docker-compose.yml has the images of Temporal do, done here by the same programs. */
(possible ? describe : describe.skip)('what docker-compose.yml tells Temporal', () => {
  const suffix = randomBytes(4).toString('hex');
  const databases = [`temporal_${suffix}`, `temporal_visibility_${suffix}`];
  let folder: string;
  let server: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'baton-compose-'));
    const programs = await findTemporalServer(quiet);
    server = programs.server;
    mkdirSync(join(folder, 'bin'));
    symlinkSync(programs.sql, join(folder, 'bin', 'temporal-sql-tool'));
    symlinkSync((await findTemporal(quiet)).path, join(folder, 'bin', 'temporal'));
  }, 900_000);

  afterAll(async () => {
    await query('postgres', ...databases.map((name) => `drop database if exists ${name} with (force)`));
    rmSync(folder, { recursive: true, force: true });
  });

  async function query(database: string, ...statements: readonly string[]): Promise<unknown[]> {
    const url = new URL(testStack.adminUrl);
    url.pathname = `/${database}`;
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    let rows: unknown[] = [];
    for (const statement of statements) ({ rows } = await client.query<Record<string, unknown>>(statement));
    await client.end();
    return rows;
  }

  /** The one-shot's own script, in its own environment but for the address and the names that other tests share. */
  async function oneShot(name: string, env: Readonly<Record<string, string>>, rename: (script: string) => string) {
    const service = compose.services[name];
    const script = rename((service?.command.at(-1) ?? '').replaceAll('$$', '$'));
    const { stdout, stderr } = await run('sh', ['-euc', script], {
      env: { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, HOME: folder, ...service?.environment, ...env },
    });
    return stdout + stderr;
  }

  it('makes both schemas, and changes nothing the second time', async () => {
    const { hostname, port, username, password } = new URL(testStack.adminUrl);
    const env = { SQL_HOST: hostname, SQL_PORT: port, SQL_USER: username, SQL_PASSWORD: decodeURIComponent(password) };
    const renamed = (script: string) =>
      script
        .replace('in temporal temporal_visibility;', `in ${databases.join(' ')};`)
        .replace(/^(\s+)temporal\)/m, `$1${databases[0]})`);
    expect(await oneShot('temporal-schema', env, renamed)).toContain('Schema updated from');
    expect(await oneShot('temporal-schema', env, renamed)).not.toContain('Schema updated from');
    const tableOf = (database = '') =>
      query(
        database,
        `select to_regclass('executions') is not null as main, to_regclass('executions_visibility') is not null as visibility`,
      );
    expect(await tableOf(databases[0])).toEqual([{ main: true, visibility: false }]);
    expect(await tableOf(databases[1])).toEqual([{ main: false, visibility: true }]);
  }, 60_000);

  it('makes namespace and search attributes, and changes nothing the second time', async () => {
    const namespace = `compose-${suffix}`;
    const env = { TEMPORAL_ADDRESS: testStack.temporalAddress, TEMPORAL_NAMESPACE: namespace };
    const renamed = (script: string) => script.replaceAll('--namespace baton', `--namespace ${namespace}`);
    // A new namespace is known to every part of the server a moment later; the container is restarted meanwhile.
    const first = await oneShot('temporal-setup', env, renamed).catch(() => oneShot('temporal-setup', env, renamed));
    expect(first).toContain('SERVING');
    const again = await oneShot('temporal-setup', env, renamed);
    expect(again).not.toMatch(/registered|have been added/);
    const { stdout } = await run(join(folder, 'bin', 'temporal'), [
      ...['operator', 'search-attribute', 'list', '--address', testStack.temporalAddress, '--namespace', namespace],
    ]);
    for (const name of ['LeadState', 'SlaDueAt', 'HandoffNo']) expect(stdout).toContain(name);
  }, 120_000);

  it('has a dynamic configuration whose every key the server knows', async () => {
    const file = join(folder, 'dynamic.yaml');
    writeFileSync(file, compose.configs['temporal-dynamic-config']?.content ?? '');
    const { stdout, stderr } = await run(server, ['validate-dynamic-config', file]);
    expect(stdout + stderr).not.toMatch(/warning|error/);
  });
});
