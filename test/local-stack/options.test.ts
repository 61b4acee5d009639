import { describe, expect, it } from '@jest/globals';
import { loadModule } from './load-module.js';

const { parseOptions } = await loadModule<{
  parseOptions: (args: string[]) => { ok: true; options: Record<string, unknown> } | { ok: false; message: string };
}>('options');

const nothing = {
  ...{ home: undefined, port: undefined, temporal: undefined, workspace: undefined },
  ...{ empty: false, once: false, help: false },
};

describe('the options of npm start', () => {
  it.each<[string, string, Record<string, unknown>]>([
    ['nothing', '', {}],
    ['values beside', '--home /x --port 80 --temporal dev', { home: '/x', port: 80, temporal: 'dev' }],
    ['values behind =', '--home=a=b --temporal=host.example:7233', { home: 'a=b', temporal: 'host.example:7233' }],
    ['a server on PostgreSQL', '--temporal postgres', { temporal: 'postgres' }],
    ['switches', '--empty --once', { empty: true, once: true }],
    ['a workspace', '--workspace my/own', { workspace: 'my/own' }],
  ])('reads %s', (_what, line, expected) => {
    expect(parseOptions(line.split(' ').filter((part) => part !== ''))).toEqual({
      ok: true,
      options: { ...nothing, ...expected },
    });
  });

  it.each([
    ['--prot 1', 'unknown option "--prot"'],
    ['examples', 'unknown option "examples"'],
    ['--port', '--port needs a value'],
    ['--port --once', '--port needs a value'],
    ['--port 65536', '--port must be a number from 1 to 65535'],
    ['--port 4100.5', '--port must be a number'],
    ['--once=yes', '--once takes no value'],
    ['--empty --workspace my/own', '--empty and --workspace exclude each other'],
    ['--temporal cloud', '--temporal must be "dev", "postgres" or host:port'],
  ])('refuses %s', (line, message) => {
    const parsed = parseOptions(line.split(' '));
    expect(parsed).toMatchObject({ ok: false, message: expect.stringContaining(message) });
  });
});
