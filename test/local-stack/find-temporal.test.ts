import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadModule } from './load-module.js';

interface Found {
  readonly path: string;
  readonly version: string;
  readonly from: string;
}

const { findTemporal } = await loadModule<{
  findTemporal: (options: {
    root: string;
    env: Record<string, string>;
    say: (text: string) => void;
    note: (text: string) => void;
  }) => Promise<Found>;
}>('find-temporal');

const { canHaveTemporalServer, findTemporalServer } = await loadModule<{
  canHaveTemporalServer: (root: string, env: Record<string, string>) => boolean;
  findTemporalServer: (options: object) => Promise<Record<'server' | 'sql' | 'ui' | 'version' | 'from', string>>;
}>('find-temporal-server');

const project = fileURLToPath(new URL('../..', import.meta.url));

describe('finding a Temporal server', () => {
  let folder: string;
  let said: string[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-find-'));
    said = [];
    mkdirSync(join(folder, 'tools'), { recursive: true });
    cpSync(join(project, 'tools', 'temporal'), join(folder, 'tools', 'temporal'), { recursive: true });
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function program(path: string, script: string): string {
    const file = join(folder, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return file;
  }

  const temporal = (path: string, server: string): string =>
    program(path, `echo "temporal version 1.8.2 (Server ${server}, UI 2.54.1)"`);

  /** A build that puts a working program where `-o` says, and leaves a trace. */
  const go = (): string =>
    program(
      'go/go',
      `while [ "$1" != "-o" ]; do shift; done
echo 'go: downloading go.temporal.io/server v1.32.1' >&2
echo 'go.temporal.io/server/common' >&2
sleep 0.2
printf '#!/bin/sh\\necho "temporal version 0 (Server 1.32.1, UI 2.54.1)"\\n' > "$2"
chmod +x "$2"
echo "$3" >> ${JSON.stringify(join(folder, 'builds'))}`,
    );

  const builds = (): string[] => readFileSync(join(folder, 'builds'), 'utf8').trim().split('\n');

  const find = (env: Record<string, string>): Promise<Found> =>
    findTemporal({
      root: folder,
      // The temporary folder may hold a download of the SDK: no test may depend on that.
      env: { BATON_CACHE_DIR: join(folder, 'cache'), ...env },
      say: (text) => said.push(text),
      note: () => undefined,
    });

  const path = (...folders: string[]): string => [...folders.map((name) => join(folder, name)), '/bin'].join(delimiter);

  it('takes TEMPORAL_CLI before the one on PATH', async () => {
    const named = temporal('named/cli', '1.32.1');
    temporal('bin/temporal', '1.30.0');
    expect(await find({ TEMPORAL_CLI: named, PATH: path('bin') })).toMatchObject({
      path: named,
      version: 'Server 1.32.1, UI 2.54.1',
      from: 'TEMPORAL_CLI',
    });
  });

  it('does not pass over a TEMPORAL_CLI that does not work', async () => {
    temporal('bin/temporal', '1.32.1');
    await expect(find({ TEMPORAL_CLI: program('named/cli', 'exit 1'), PATH: path('bin') })).rejects.toThrow(
      'TEMPORAL_CLI=',
    );
  });

  it('takes the one on PATH, and passes over a program of that name that is something else', async () => {
    program('other/temporal', 'echo "temporal medicine 3.0"');
    const real = temporal('bin/temporal', '1.32.1');
    expect(await find({ PATH: path('bin') })).toMatchObject({ path: real, from: 'PATH' });
    go();
    expect((await find({ PATH: path('other', 'go') })).from).not.toBe('PATH');
  });

  it('builds once and finds the result in the cache the next time', async () => {
    go();
    const env = { PATH: path('go'), TMPDIR: folder };
    const built = await find(env);
    expect(built).toMatchObject({ version: 'Server 1.32.1, UI 2.54.1', from: 'cache (built now)' });
    expect(said.join('\n')).toContain('building it with Go');
    expect(await find({ PATH: path() })).toMatchObject({ path: built.path, from: 'cache' });
  });

  it('builds once for two starts at the same time', async () => {
    go();
    const env = { PATH: path('go') };
    const found = await Promise.all([find(env), find(env)]);
    expect(new Set(found.map((one) => one.path)).size).toBe(1);
    expect(builds()).toHaveLength(1);
  });

  it('builds again what lies broken in the cache', async () => {
    go();
    const env = { PATH: path('go') };
    const { path: cached } = await find(env);
    writeFileSync(cached, 'half of a program');
    expect(await find(env)).toMatchObject({ path: cached, from: 'cache (built now)' });
  });

  it('shows the end of a build that fails and leaves nothing in the cache', async () => {
    program('go/go', 'echo "no required module" >&2; exit 1');
    await expect(find({ PATH: path('go') })).rejects.toThrow('no required module');
    await expect(find({ PATH: path('go') })).rejects.toThrow('go build failed');
  });

  describe('that keeps its data in PostgreSQL', () => {
    const findServer = (env: Record<string, string>) =>
      findTemporalServer({
        root: folder,
        env: { BATON_CACHE_DIR: join(folder, 'cache'), ...env },
        say: (text: string) => said.push(text),
        note: () => undefined,
      });

    it('builds server, schema tool and UI once, and the dev server not at all', async () => {
      go();
      const built = await findServer({ PATH: path('go') });
      expect(built.from).toBe('cache (built now)');
      expect(said).toHaveLength(1);
      expect(builds()).toEqual([
        'go.temporal.io/server/cmd/tools/sql',
        'github.com/temporalio/ui-server/v2/cmd/server',
        'go.temporal.io/server/cmd/server',
      ]);
      expect(await findServer({ PATH: path() })).toEqual({ ...built, from: 'cache' });
      expect(new Set([built.server, built.sql, built.ui]).size).toBe(3);
    });

    it('builds only what is missing', async () => {
      go();
      const { ui } = await findServer({ PATH: path('go') });
      rmSync(ui);
      expect((await findServer({ PATH: path('go') })).ui).toBe(ui);
      expect(builds().slice(3)).toEqual(['github.com/temporalio/ui-server/v2/cmd/server']);
    });

    it('knows before it tries whether there is a chance', async () => {
      const cache = { BATON_CACHE_DIR: join(folder, 'cache') };
      go();
      expect(canHaveTemporalServer(folder, { ...cache, PATH: path('go') })).toBe(true);
      await findServer({ PATH: path('go') });
      expect(canHaveTemporalServer(folder, { ...cache, PATH: path() })).toBe(true);
    });
  });
});
