import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TestBaton } from './test-baton.js';

/** A worker in a process of its own, as in production; it can be killed like one. */
export interface WorkerProcess {
  /** `kill -9`: it finishes nothing. */
  kill(): Promise<void>;
  /** Drains and ends with this code. */
  stop(): Promise<number | null>;
}

const SCRIPT = fileURLToPath(new URL('../../dist/src/worker.js', import.meta.url));
const READY_WITHIN_MS = 30_000;
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts it on the queues and the database of the test, in place of the worker in this process. */
export async function startWorkerProcess(baton: TestBaton): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [SCRIPT], {
    env: { ...process.env, ...baton.env, WORKER_HEALTH_PORT: '0', LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const gone = once(child, 'exit').finally(() => running.delete(child));
  await new Promise<void>((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error(`worker not ready: ${said}`)), READY_WITHIN_MS);
    const listen = (chunk: Buffer): void => {
      said = `${said}${chunk.toString()}`.slice(-4_000);
      if (!said.includes('worker ready')) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', (code) => reject(new Error(`worker ended with ${code}: ${said}`)));
  });
  return {
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
    async stop() {
      child.kill('SIGTERM');
      const [code] = (await gone) as [number | null];
      return code;
    },
  };
}
