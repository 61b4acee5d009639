import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testStack, waitFor } from '../support/stack.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

const answerOk = (port: string) => `
  import http from 'node:http';
  http.createServer((request, response) => {
    if (request.url === '/crash') { console.log('about to crash'); process.exit(7); }
    response.end('ok');
  }).listen(Number(${port}), '127.0.0.1');
  process.on('SIGTERM', () => process.exit(0));`;

/** The local stack is under test here, not the application: these stand in for it. */
const application: Record<string, string> = {
  'workflow-bundle.js': '',
  'src/main.js': answerOk('process.env.PORT'),
  'src/worker.js': answerOk('process.env.WORKER_HEALTH_PORT'),
  'src/cli/migrate.js': `
    import pg from 'pg';
    const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
    await client.connect();
    await client.query('create table if not exists starts (at timestamptz default now())');
    await client.query('insert into starts default values');
    await client.end();`,
  // Its port is kept for the api: whoever listens there meanwhile would answer in its place.
  'src/cli/bootstrap.js': `
    import { existsSync, writeFileSync } from 'node:fs';
    import net from 'node:net';
    net.createServer().on('error', () => {}).listen(Number(process.env.PORT), '127.0.0.1', () => {
      console.error('the port of the api is free before it starts');
      process.exit(1);
    });
    const file = process.argv[3];
    const keys = { admin: 'bt_1', marketing: 'bt_2', sales: 'bt_3', intake: 'bt_4', ops: 'bt_5' };
    if (!existsSync(file)) writeFileSync(file, JSON.stringify(keys), { mode: 0o600 });`,
  'src/cli/load-workspace.js': 'if (!process.argv[2]?.endsWith("examples")) process.exit(1);',
};

export interface StackJson {
  readonly api: string;
  readonly web: null;
  readonly temporalAddress: string;
  readonly temporalUi: string | null;
  readonly namespace: string;
  readonly mailbox: string;
  readonly smtp: string;
  readonly databaseUrl: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly signInUrl: null;
  readonly pids: Readonly<Record<string, number | null>>;
}

export interface StartRun {
  readonly process: ChildProcess;
  /** What it has printed so far, both outputs. */
  output(): string;
  /** Exit code, null when it was killed. */
  readonly ended: Promise<number | null>;
  /** `stack.json` once it is there. */
  ready(): Promise<StackJson>;
}

export interface StubProject {
  readonly home: string;
  start(...args: string[]): StartRun;
  remove(): Promise<void>;
}

/** A copy of the start script with a stand-in application; the Temporal server is the test run's own. */
export function createStubProject(): StubProject {
  const folder = mkdtempSync(join(tmpdir(), 'baton-stub-'));
  // PostgreSQL's own user must be able to enter when root runs the tests.
  chmodSync(folder, 0o755);
  const home = join(folder, 'home');
  for (const path of ['package.json', 'package-lock.json', 'scripts/start.mjs', 'scripts/local-stack']) {
    cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const [path, content] of Object.entries(application)) {
    mkdirSync(join(folder, 'dist', path, '..'), { recursive: true });
    writeFileSync(join(folder, 'dist', path), content);
  }
  const running = new Set<ChildProcess>();
  return {
    home,
    start: (...args) => {
      const temporal = ['--temporal', testStack.temporalAddress];
      const child = spawn(process.execPath, ['scripts/start.mjs', '--home', home, ...temporal, ...args], {
        cwd: folder,
      });
      running.add(child);
      let printed = '';
      child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
      const ended = new Promise<number | null>((resolve) => {
        child.once('close', (code) => {
          running.delete(child);
          resolve(code);
        });
      });
      return {
        process: child,
        output: () => printed,
        ended,
        ready: async () => {
          await waitFor(() => printed.includes('Baton is ready') || child.exitCode !== null, {
            what: 'the stack is ready',
            timeoutMs: 40_000,
          });
          if (child.exitCode !== null) throw new Error(`the start ended with ${child.exitCode}:\n${printed}`);
          return JSON.parse(readFileSync(join(home, 'stack.json'), 'utf8')) as StackJson;
        },
      };
    },
    remove: async () => {
      // Not -9: only a start that ends by itself takes its parts along.
      const ended = [...running].map((child) => new Promise((resolve) => child.once('close', resolve)));
      for (const child of running) child.kill('SIGTERM');
      await Promise.all(ended);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Whether a process runs; one that ended and was not yet reaped does not. */
export function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' && process.platform !== 'linux';
  }
}
