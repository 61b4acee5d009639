import { execFile, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { loadModule } from '../local-stack/load-module.js';
import { runs, type StackJson } from '../local-stack/stub-project.js';
import { type CaughtMessage, waitFor } from '../support/stack.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

export type KeyName = 'admin' | 'marketing' | 'sales' | 'intake' | 'ops';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  json<Shape>(): Shape;
}

/** Baton as `npm start` runs it, seen from outside: HTTP, caught mail and `stack.json`. */
export interface RunningBaton {
  readonly stack: StackJson;
  readonly home: string;
  /** What the start has printed so far. */
  output(): string;
  call(method: string, path: string, options?: { key?: KeyName; body?: unknown }): Promise<Answer>;
  /** Mails to this address, oldest first. */
  mails(to: string, subject?: string): Promise<readonly CaughtMessage[]>;
  /** Sends a signal to a lead's workflow with the Temporal CLI, as an operator would. */
  signal(leadId: string, name: string, input: unknown): Promise<void>;
  /** Presses Ctrl-C and waits. */
  interrupt(): Promise<{ readonly exitCode: number | null; readonly running: readonly string[] }>;
  /** kill -9 of every process. */
  kill(): Promise<void>;
  /** Starts it again on the same home, without a word of where its workflows live unless the options have one. */
  again(...options: readonly string[]): Promise<RunningBaton>;
  /** Whatever became of it, nothing of it stays. */
  remove(): Promise<void>;
}

export interface StartOptions {
  /** `dev`, `postgres` or host:port, as `--temporal` takes it; left out: nothing is said on the command line. */
  readonly temporal?: string;
  /** Default 150 s. */
  readonly startWithinMs?: number;
}

/** Starts `scripts/start.mjs` on a fresh home with this workspace and waits until it is ready. */
export async function startBaton(workspace: string, options: StartOptions = {}): Promise<RunningBaton> {
  const folder = mkdtempSync(join(tmpdir(), 'baton-e2e-'));
  // PostgreSQL's own user must be able to enter when root runs the tests.
  chmodSync(folder, 0o755);
  const { choosePorts } = await loadModule<{ choosePorts: (wish: { api: undefined }) => Promise<{ api: number }> }>(
    'ports',
  );
  const port = String((await choosePorts({ api: undefined })).api);
  const temporal = options.temporal === undefined ? [] : ['--temporal', options.temporal];
  const args = ['--home', join(folder, 'home'), '--port', port, '--workspace', workspace, ...temporal];
  try {
    return await startOn(folder, args, options.startWithinMs ?? 150_000);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function startOn(folder: string, args: readonly string[], startWithinMs: number): Promise<RunningBaton> {
  const home = join(folder, 'home');
  const { TEMPORAL_ADDRESS: _ofThisShell, ...env } = process.env;
  const child = spawn(process.execPath, ['scripts/start.mjs', ...args], {
    ...{ cwd: root, env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  // Not -9: only the supervisor knows its parts, and they would outlive it.
  const stop = () => child.kill('SIGTERM');
  process.once('exit', stop);
  void ended.then(() => process.off('exit', stop));
  const remove = async (): Promise<void> => {
    stop();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };

  const isReady = () => printed.includes('Baton is ready') || child.exitCode !== null;
  try {
    await waitFor(isReady, { what: 'Baton is ready', timeoutMs: startWithinMs, intervalMs: 100 });
    if (child.exitCode !== null) throw new Error(`the start ended with ${child.exitCode}`);
  } catch (error) {
    stop();
    await ended;
    throw new Error(`Baton did not start:\n${printed}`, { cause: error });
  }
  const stack = JSON.parse(readFileSync(join(home, 'stack.json'), 'utf8')) as StackJson;

  return {
    stack,
    home,
    output: () => printed,
    call: (method, path, { key, body } = {}) =>
      answerOf(
        fetch(path.startsWith('http') ? path : `${stack.api}${path}`, {
          method,
          headers: {
            ...(key && { authorization: `Bearer ${stack.keys[key]}` }),
            ...(body !== undefined && { 'content-type': 'application/json' }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        }),
      ),
    mails: async (to, subject) => {
      const query = new URLSearchParams({ to, ...(subject !== undefined && { subject }) });
      const response = await fetch(`${stack.mailbox}/api/messages?${query.toString()}`);
      return ((await response.json()) as { items: CaughtMessage[] }).items;
    },
    signal: async (leadId, name, input) => {
      const { findTemporal } = await loadModule<{
        findTemporal: (options: object) => Promise<{ path: string }>;
      }>('find-temporal');
      const quiet = () => undefined;
      const { path } = await findTemporal({ root, env: process.env, say: quiet, note: quiet });
      await run(path, [
        ...['workflow', 'signal', '--address', stack.temporalAddress, '--namespace', stack.namespace],
        ...['--workflow-id', `lead/${leadId}`, '--name', name, '--input', JSON.stringify(input)],
      ]);
    },
    interrupt: async () => {
      child.kill('SIGINT');
      const exitCode = await ended;
      const running = Object.entries(stack.pids).flatMap(([name, pid]) => (pid !== null && runs(pid) ? [name] : []));
      return { exitCode, running };
    },
    kill: async () => {
      for (const pid of Object.values(stack.pids)) if (pid !== null) process.kill(pid, 'SIGKILL');
      await ended;
    },
    again: (...options) => startOn(folder, ['--home', home, ...options], startWithinMs),
    remove,
  };
}

async function answerOf(request: Promise<Response>): Promise<Answer> {
  const response = await request;
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: <Shape>() => JSON.parse(text) as Shape,
  };
}

/** A browser as far as the offer page needs one: it keeps a cookie and presses a button of a form. */
export class Browser {
  private cookie: string | undefined;

  /** Opens a page and returns its HTML. */
  async open(url: string, method = 'GET'): Promise<{ readonly status: number; readonly html: string }> {
    return this.send(url, { method });
  }

  /** Submits the form of a shown page with one pressed button or chosen value, as the page's own fields stand. */
  async submit(url: string, html: string, chosen: Readonly<Record<string, string>>) {
    const form = /<form\b[\s\S]*?<\/form>/.exec(html)?.[0] ?? '';
    const action = attribute(/<form\b[^>]*>/.exec(form)?.[0] ?? '', 'action') ?? url;
    const hidden = [...form.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)].map(([tag]): [string, string] => [
      attribute(tag, 'name') ?? '',
      attribute(tag, 'value') ?? '',
    ]);
    return this.send(new URL(action, url).href, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: new URL(url).origin },
      body: new URLSearchParams([...hidden, ...Object.entries(chosen)]).toString(),
    });
  }

  private async send(url: string, init: RequestInit): Promise<{ readonly status: number; readonly html: string }> {
    const headers = { ...init.headers, ...(this.cookie !== undefined && { cookie: this.cookie }) };
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    this.cookie = response.headers.get('set-cookie')?.split(';')[0] ?? this.cookie;
    return { status: response.status, html: await response.text() };
  }
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll('&amp;', '&');
}
