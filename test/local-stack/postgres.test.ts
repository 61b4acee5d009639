import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { loadModule } from './load-module.js';
import { runs } from './stub-project.js';

interface Child {
  readonly pid: number;
  readonly exited: Promise<unknown>;
  stop(how: { signal: 'SIGINT'; graceMs: number }): Promise<void>;
}

interface Postgres {
  readonly child: Child;
  readonly dir: string;
  url(database: string): string;
}

const { startPostgres } = await loadModule<{ startPostgres: (options: object) => Promise<Postgres> }>('postgres');
const { choosePorts } = await loadModule<{
  choosePorts: (wish: { postgres: undefined }) => Promise<{ postgres: number }>;
}>('ports');

const root = fileURLToPath(new URL('../..', import.meta.url));
const stopNow = { signal: 'SIGINT', graceMs: 15_000 } as const;
const isRoot = process.getuid?.() === 0;

describe('the PostgreSQL launcher', () => {
  let home: string;
  let running: Postgres[];
  const folders = new Set<string>();

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'baton-postgres-'));
    chmodSync(home, 0o755);
    running = [];
  });

  afterEach(async () => {
    for (const { child } of running) await child.stop(stopNow);
    for (const folder of [home, ...folders]) rmSync(folder, { recursive: true, force: true });
    folders.clear();
  });

  async function start(): Promise<Postgres> {
    const { postgres: port } = await choosePorts({ postgres: undefined });
    const logFile = join(home, 'postgres.log');
    const postgres = await startPostgres({ root, home, logFile, port, password: 'p@ss/word', throwAway: true });
    running.push(postgres);
    folders.add(postgres.dir);
    return postgres;
  }

  async function query(postgres: Postgres, sql: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: postgres.url('postgres') });
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query<Record<string, unknown>>(sql);
    await client.end();
    return rows;
  }

  it('makes a database in UTF-8 with one order of letters everywhere, reachable with the password only', async () => {
    const postgres = await start();
    expect(await query(postgres, "select lower('ÄÉ') as low, current_setting('server_encoding') as encoding")).toEqual([
      { low: 'äé', encoding: 'UTF8' },
    ]);
    const wrong = new pg.Client({ connectionString: postgres.url('postgres').replace('p%40ss', 'other') });
    await expect(wrong.connect()).rejects.toThrow('password authentication failed');
  });

  it('does not run as root', async () => {
    const { dir } = await start();
    expect(statSync(join(dir, 'data')).uid).toBe(isRoot ? 65534 : process.getuid?.());
  });

  it('keeps its data in a folder that its user can enter when the home is closed to it', async () => {
    chmodSync(home, 0o700);
    const first = await start();
    expect(first.dir.startsWith(home)).toBe(!isRoot);
    await query(first, 'create table kept (n int)');
    expect(await query(await start(), 'select count(*)::int n from kept')).toEqual([{ n: 0 }]);
    for (const { child } of running) await child.stop(stopNow);

    // The same home made anew is a new home.
    rmSync(home, { recursive: true });
    mkdirSync(home, { mode: 0o700 });
    const anew = await start();
    expect(await query(anew, "select to_regclass('kept') as kept")).toEqual([{ kept: null }]);
    expect(existsSync(first.dir)).toBe(!isRoot);
  });

  it('starts again after a kill -9 of the server and finds its data', async () => {
    const before = await start();
    await query(before, 'create table kept (n int)');
    process.kill(before.child.pid, 'SIGKILL');
    await before.child.exited;
    expect(existsSync(join(before.dir, 'data', 'postmaster.pid'))).toBe(true);
    expect(await query(await start(), 'select count(*)::int n from kept')).toEqual([{ n: 0 }]);
  });

  it('ends a server that an earlier start left running on the same data', async () => {
    const left = await start();
    const again = await start();
    expect(runs(left.child.pid)).toBe(false);
    expect(await query(again, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('does not mistake a process that got the number of a dead server for that server', async () => {
    const before = await start();
    const pidFile = join(before.dir, 'data', 'postmaster.pid');
    process.kill(before.child.pid, 'SIGKILL');
    await before.child.exited;
    writeFileSync(pidFile, readFileSync(pidFile, 'utf8').replace(/^\d+/, String(process.pid)));
    expect(await query(await start(), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('does not take an interrupted initdb for a database', async () => {
    const { dir, child } = await start();
    await child.stop(stopNow);
    rmSync(join(dir, 'data', 'global'), { recursive: true });
    renameSync(join(dir, 'data'), join(dir, 'new-interrupted'));
    expect(await query(await start(), 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});
