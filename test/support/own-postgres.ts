import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runMigrations } from '../../src/database/run-migrations.js';
import { loadModule } from '../local-stack/load-module.js';
import type { TestDatabase } from './stack.js';

interface Launched {
  readonly child: { stop(how: { signal: 'SIGINT' | 'SIGQUIT'; graceMs: number }): Promise<void> };
  readonly dir: string;
  url(database: string): string;
}

/** A PostgreSQL server of the test's own, which it may stop and start. */
export interface OwnPostgres {
  readonly port: number;
  readonly database: TestDatabase;
  /** SIGQUIT: it ends at once, as in a crash, and recovers from its log at the next start. */
  crash(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const GRACE_MS = 20_000;

/** Starts it with one database that holds the schema. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const { startPostgres, createDatabaseIfAbsent } = await loadModule<{
    startPostgres: (options: object) => Promise<Launched>;
    createDatabaseIfAbsent: (adminUrl: string, name: string) => Promise<void>;
  }>('postgres');
  const { choosePorts } = await loadModule<{
    choosePorts: (wish: { postgres: undefined }) => Promise<{ postgres: number }>;
  }>('ports');
  const home = mkdtempSync(join(tmpdir(), 'baton-own-postgres-'));
  // The server's own user must be able to enter when root runs the tests.
  chmodSync(home, 0o755);
  const { postgres: port } = await choosePorts({ postgres: undefined });
  const launch = (): Promise<Launched> =>
    startPostgres({ root, home, logFile: join(home, 'postgres.log'), port, password: 'own' });
  let running: Launched | undefined = await launch();
  const { dir } = running;
  await createDatabaseIfAbsent(running.url('postgres'), 'baton');
  const url = running.url('baton');
  await runMigrations({ url });
  const stop = async (signal: 'SIGINT' | 'SIGQUIT'): Promise<void> => {
    await running?.child.stop({ signal, graceMs: GRACE_MS });
    running = undefined;
  };
  return {
    port,
    database: { name: 'baton', url, drop: () => Promise.resolve() },
    crash: () => stop('SIGQUIT'),
    async start() {
      running ??= await launch();
    },
    async remove() {
      await stop('SIGINT');
      for (const folder of [dir, home]) rmSync(folder, { recursive: true, force: true });
    },
  };
}
