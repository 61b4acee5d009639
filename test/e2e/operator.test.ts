import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { waitFor } from '../support/stack.js';
import { type RunningBaton, startBaton } from './running-baton.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const EMAIL = 'opa.erator@operator.example';

let baton: RunningBaton;
let leadId: string;
beforeAll(async () => {
  baton = await startBaton('test/fixtures/workspace');
  const created = await baton.call('POST', '/v1/leads', {
    key: 'admin',
    body: {
      ...{ email: EMAIL, name: 'Opa Erator', company: 'Werk', country: 'DE', source: 'patient' },
      ...{ profile: { employees: 500 }, consent: { basis: 'contract', at: '2026-01-01T00:00:00Z' } },
    },
  });
  leadId = created.json<{ lead: { id: string } }>().lead.id;
  await waitFor(async () => (await baton.mails(EMAIL)).length > 0, { what: 'the first mail', timeoutMs: 60_000 });
}, 240_000);
afterAll(() => baton.remove(), 60_000);

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `npm run baton -- …` as a person types it, in a shell whose environment names no server. */
function run(...args: string[]): Promise<Said> {
  const env = Object.fromEntries(['PATH', 'HOME'].map((name) => [name, process.env[name]]));
  return new Promise((resolve) => {
    execFile('npm', ['run', '--silent', 'baton', '--', ...args], { cwd: root, env }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    );
  });
}
const here = (): string[] => ['--home', baton.home];

describe('beside a running stack', () => {
  it('doctor finds everything well', async () => {
    const { code, out, err } = await run('doctor', ...here());
    expect({ code, err, wrong: out.split('\n').filter((line) => line.startsWith('WRONG')) }).toEqual({
      ...{ code: 0, err: '' },
      wrong: [],
    });
    for (const check of ['postgres', 'schema', 'worker', 'mail', 'api', 'leads'])
      expect(out).toContain(`ok    ${check}:`);
    expect(out).toMatch(/ok {4}temporal: server 1\.\d+\.\d+ answers at 127\.0\.0\.1:\d+\n/);
  }, 120_000);

  it('explain tells a lead by address and by id', async () => {
    const { code, out } = await run('explain', EMAIL, ...here());
    expect({ code, out: out.split('\n').map((line) => line.slice(0, 10)) }).toMatchObject({ code: 0 });
    expect(out).toContain(`${baton.stack.temporalUi}/namespaces/baton/workflows/lead`);
    expect(await run('explain', leadId, ...here())).toEqual({ code: 0, out, err: '' });
  }, 120_000);

  it('a lead nobody knows, another command and an unknown option are told plainly', async () => {
    const unknown = await run('explain', 'nobody@operator.example', ...here());
    expect(unknown).toEqual({ code: 1, out: '', err: 'baton: there is no lead nobody@operator.example\n' });
    const command = await run('heal', ...here());
    expect([command.code, command.out]).toEqual([1, '']);
    expect(command.err).toContain('not a command: heal\nUsage: baton doctor');
    const help = await run('--help');
    expect(help).toEqual({ code: 0, out: command.err.slice(command.err.indexOf('Usage:')), err: '' });
    const option = await run('doctor', '--home', baton.home, '--fix');
    expect([option.code, option.out]).toEqual([1, '']);
    expect(option.err).toContain("Unknown option '--fix'");
    expect(option.err).toContain('Usage: baton doctor');
    const nowhere = await run('doctor', '--home', `${baton.home}/nowhere`);
    expect([nowhere.code, nowhere.out]).toEqual([1, '']);
    expect(nowhere.err).toContain('nothing runs on this home. Start it with npm start');
  }, 120_000);

  it('reconcile names a lead whose workflow is gone, and starts it again where it stood', async () => {
    expect(await run('reconcile', ...here())).toMatchObject({ code: 0, err: '' });
    const connection = await Connection.connect({ address: baton.stack.temporalAddress });
    const client = new Client({ connection, namespace: baton.stack.namespace });
    const handle = client.workflow.getHandle(`lead/${leadId}`);
    await handle.terminate('an operator slipped');
    // A lead younger than a minute may still be on its way.
    const found = await waitFor(
      async () => {
        const said = await run('reconcile', ...here());
        return said.code === 1 ? said : undefined;
      },
      { what: 'the lead is named', timeoutMs: 120_000, intervalMs: 10_000 },
    );
    expect(found.out).toContain(`WRONG  ${leadId} workflow_missing: its workflow has ended as TERMINATED`);
    expect((await run('doctor', ...here())).out).toContain('WRONG leads: 1 × workflow_missing');
    const mended = await run('reconcile', '--repair', ...here());
    expect(mended).toMatchObject({ code: 0, err: '' });
    expect(mended.out).toContain(`MENDED ${leadId} workflow_missing`);
    await waitFor(async () => (await handle.describe()).status.name === 'RUNNING', { what: 'it runs again' });
    expect((await baton.mails(EMAIL)).length).toBe(1);
    await connection.close();
  }, 240_000);
});

describe('the logs of api and worker', () => {
  it('are JSON lines that say nothing of the lead', () => {
    for (const name of ['api', 'worker']) {
      const text = readFileSync(`${baton.home}/logs/${name}.log`, 'utf8');
      for (const line of text.split('\n'))
        if (line !== '' && !line.startsWith('---')) expect(() => JSON.parse(line) as unknown).not.toThrow();
      expect(text).not.toContain('operator.example');
      expect(text).not.toContain('Erator');
    }
  });
});
