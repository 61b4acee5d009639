import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadModule } from '../local-stack/load-module.js';

interface Launched {
  readonly child: { kill(): void; readonly exited: Promise<unknown> };
  readonly address: string;
}

/** A Temporal server of the test's own, which it may kill: it keeps its leads in a file. */
export interface OwnTemporal {
  readonly address: string;
  /** `kill -9`, and the same again on the same port and file. */
  restart(): Promise<void>;
  /** Makes the namespace and its search attributes. */
  prepare(env: Readonly<Record<string, string>>): Promise<void>;
  remove(): Promise<void>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const silent = (): void => undefined;

export async function startOwnTemporal(): Promise<OwnTemporal> {
  const { findTemporal } = await loadModule<{
    findTemporal: (options: object) => Promise<{ path: string }>;
  }>('find-temporal');
  const { startTemporal } = await loadModule<{ startTemporal: (options: object) => Promise<Launched> }>('temporal');
  const { choosePorts } = await loadModule<{
    choosePorts: (wish: { temporal: undefined }) => Promise<{ temporal: number }>;
  }>('ports');
  const home = mkdtempSync(join(tmpdir(), 'baton-own-temporal-'));
  const { path } = await findTemporal({ root, env: process.env, say: silent, note: silent });
  const { temporal: port } = await choosePorts({ temporal: undefined });
  const launch = (): Promise<Launched> =>
    startTemporal({ binary: path, home, logFile: join(home, 'temporal.log'), port, uiPort: undefined });
  let running = await launch();
  const end = async (): Promise<void> => {
    running.child.kill();
    await running.child.exited;
  };
  process.on('exit', () => running.child.kill());
  return {
    address: running.address,
    async restart() {
      await end();
      running = await launch();
    },
    async prepare(env) {
      const script = join(root, 'dist', 'src', 'cli', 'bootstrap.js');
      const child = spawn(process.execPath, [script], { env: { ...process.env, ...env }, stdio: 'ignore' });
      const [code] = (await once(child, 'exit')) as [number | null];
      if (code !== 0) throw new Error(`bootstrap ended with ${code}`);
    },
    async remove() {
      await end();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
