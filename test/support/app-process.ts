import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Api or worker in a process of its own, as in production; it can be killed like one. */
export interface AppProcess {
  /** Of the api its address, of the worker that of its health and metrics. */
  readonly url: string;
  readonly pid: number;
  /** Whether it still lives. */
  runs(): boolean;
  /** The last it wrote. */
  said(): string;
  /** `kill -9`: it finishes nothing. */
  kill(): Promise<void>;
  /** It stands still, as on a machine that is being moved or swaps, until `wake`. */
  freeze(): void;
  wake(): void;
  /** Drains and ends with this code. */
  stop(): Promise<number | null>;
}

const READY_WITHIN_MS = 90_000;
const KEPT = 20_000;
const READY = { main: /"url":"http:\/\/[^"]+:(\d+)".*"listening"/, worker: /"port":(\d+).*"worker ready"/ } as const;
/** As this process has it: it is not to take more of the machine than the test itself. */
const V8_OPTIONS = process.execArgv.filter((option) => option.startsWith('--interrupt-budget='));
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts `dist/src/<entry>.js` with that environment and waits until it is ready. */
export async function startAppProcess(
  entry: 'main' | 'worker',
  env: Readonly<Record<string, string>>,
  keptCharacters = KEPT,
): Promise<AppProcess> {
  const script = fileURLToPath(new URL(`../../dist/src/${entry}.js`, import.meta.url));
  const child = spawn(process.execPath, [...V8_OPTIONS, script], {
    env: { ...process.env, PORT: '0', WORKER_HEALTH_PORT: '0', ...env, LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const gone = once(child, 'exit').finally(() => running.delete(child));
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${entry} not ready: ${said}`)), READY_WITHIN_MS);
    const listen = (chunk: Buffer): void => {
      said = `${said}${chunk.toString()}`.slice(-keptCharacters);
      const port = READY[entry].exec(said)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(`http://127.0.0.1:${port}`);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', (code) => reject(new Error(`${entry} ended with ${code}: ${said}`)));
  });
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const [code] = (await gone) as [number | null];
    return code;
  };
  return {
    url,
    pid: child.pid ?? 0,
    runs: () => child.exitCode === null && child.signalCode === null,
    said: () => said,
    kill: async () => void (await end('SIGKILL')),
    freeze: () => void child.kill('SIGSTOP'),
    wake: () => void child.kill('SIGCONT'),
    stop: () => end('SIGTERM'),
  };
}
