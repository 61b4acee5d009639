import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { URL } from 'node:url';
import pg from 'pg';
import { waitFor } from '../support/stack.js';
import { createStubProject, runs, type StackJson, type StubProject } from './stub-project.js';

const pidsOf = (stack: StackJson): number[] => Object.values(stack.pids).filter((pid) => pid !== null);

async function countStarts(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ n: number }>('select count(*)::int n from starts');
  await client.end();
  return rows[0]?.n ?? 0;
}

async function allEnded(pids: readonly number[]): Promise<void> {
  await waitFor(() => pids.every((pid) => !runs(pid)), { what: `the processes ${pids.join(', ')} end` });
}

describe('npm start', () => {
  let project: StubProject;
  let first: StackJson;

  beforeAll(() => {
    project = createStubProject();
  });

  afterAll(() => project.remove());

  it('writes stack.json when everything answers, and takes it away when Ctrl-C has stopped all parts', async () => {
    const run = project.start();
    first = await run.ready();
    expect(Object.keys(first)).toEqual([
      ...['api', 'web', 'temporalAddress', 'temporalUi', 'namespace', 'mailbox', 'smtp', 'databaseUrl'],
      ...['keys', 'signInUrl', 'pids'],
    ]);
    expect(Object.keys(first.keys)).toEqual(['admin', 'marketing', 'sales', 'intake', 'ops']);
    expect(first.pids).toEqual({
      supervisor: run.process.pid,
      postgres: expect.any(Number),
      temporal: null,
      mail: expect.any(Number),
      api: expect.any(Number),
      worker: expect.any(Number),
    });
    expect(statSync(join(project.home, 'stack.json')).mode & 0o077).toBe(0);
    expect((await fetch(`${first.mailbox}/api/messages`)).status).toBe(200);
    expect((await fetch(first.api)).status).toBe(200);
    expect(await countStarts(first.databaseUrl)).toBe(1);
    for (const url of [first.api, first.mailbox, first.smtp]) expect(run.output()).toContain(url);

    // npm passes on the signal that the terminal has already sent.
    run.process.kill('SIGINT');
    run.process.kill('SIGINT');
    expect(await run.ended).toBe(0);
    expect(existsSync(join(project.home, 'stack.json'))).toBe(false);
    expect(pidsOf(first).filter(runs)).toEqual([]);
  });

  it('continues with the same data, keys and ports, and refuses a second start on the same home', async () => {
    const run = project.start();
    const again = await run.ready();
    expect({ ...again, pids: {} }).toEqual({ ...first, pids: {} });
    expect(await countStarts(again.databaseUrl)).toBe(2);

    const second = project.start();
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`pid ${run.process.pid}`);
    expect(second.output()).toContain(again.api);
    expect((await fetch(again.api)).status).toBe(200);

    run.process.kill('SIGTERM');
    expect(await run.ended).toBe(0);
    await allEnded(pidsOf(again));
  });

  it('with --once ends by itself when everything has answered', async () => {
    const run = project.start('--once', '--empty');
    expect(await run.ended).toBe(0);
    expect(run.output()).toContain('Baton is ready');
  });

  it('ends with an error and the log of the part that crashed, and leaves nothing running', async () => {
    const run = project.start();
    const stack = await run.ready();
    await fetch(`${stack.api}/crash`).catch(() => undefined);
    expect(await run.ended).toBe(1);
    expect(run.output()).toContain('api stopped by itself (exit code 7)');
    expect(run.output()).toContain('about to crash');
    expect(existsSync(join(project.home, 'stack.json'))).toBe(false);
    await allEnded(pidsOf(stack));
  });

  it('ends what a killed start left running and goes on', async () => {
    const killed = project.start();
    const left = await killed.ready();
    killed.process.kill('SIGKILL');
    await killed.ended;
    expect(pidsOf(left).filter(runs).length).toBeGreaterThan(0);

    const run = project.start();
    const stack = await run.ready();
    expect(run.output()).toContain('left-overs');
    expect(pidsOf(left).filter(runs)).toEqual([]);
    expect(stack.databaseUrl).toBe(first.databaseUrl);

    for (const pid of pidsOf(stack)) process.kill(pid, 'SIGKILL');
    await run.ended;
    const once = project.start('--once');
    expect({ code: await once.ended, output: once.output() }).toMatchObject({ code: 0 });
  });

  it('takes another port when its own is taken, and says so; a port asked for is not replaced', async () => {
    const { port } = new URL(first.api);
    const squatter = createServer().listen(Number(port), '127.0.0.1');
    try {
      const refused = project.start('--port', port);
      expect(await refused.ended).toBe(1);
      expect(refused.output()).toContain(`port ${port} is taken`);

      const run = project.start('--once');
      expect(await run.ended).toBe(0);
      expect(run.output()).toContain(`${port} is taken, using`);
    } finally {
      squatter.close();
    }
  });

  it('names the option that it does not know', async () => {
    const run = project.start('--hoem', 'x');
    expect(await run.ended).toBe(2);
    expect(run.output()).toContain('unknown option "--hoem"');
  });

  it('says so when the Temporal server that it was given does not answer', async () => {
    const run = project.start('--temporal', '127.0.0.1:1', '--once');
    expect(await run.ended).toBe(1);
    expect(run.output()).toContain('Temporal at 127.0.0.1:1');
  });
});
