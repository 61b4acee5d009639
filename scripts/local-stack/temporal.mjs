import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from './child-process.mjs';
import { httpStatus, waitUntil } from './wait-until.mjs';

/**
 * @typedef {object} TemporalOptions
 * @property {string} binary
 * @property {string} home the stack's home; leads live over restarts in its `temporal/temporal.db`
 * @property {boolean} [throwAway] it keeps everything in memory and nothing over a restart
 * @property {string} logFile
 * @property {number} port gRPC, on 127.0.0.1
 * @property {number | undefined} uiPort undefined = without the web UI
 * @property {NodeJS.ProcessEnv} [env]
 * @property {(spec: import('./child-process.mjs').ChildSpec) => Promise<import('./child-process.mjs').Child>} [start]
 */

/**
 * Starts the dev server and waits until it answers.
 *
 * @param {TemporalOptions} options
 * @returns {Promise<{ child: import('./child-process.mjs').Child, address: string, ui: string | null }>}
 */
export async function startTemporal(options) {
  const { binary, home, logFile, port, uiPort, throwAway = false, env = process.env, start = startChild } = options;
  const dir = join(home, 'temporal');
  const database = join(dir, 'temporal.db');
  const marker = join(dir, 'was-ready');
  mkdirSync(dir, { recursive: true });
  // The schema is made only while the file is new; one whose making was interrupted would never work again.
  if (!existsSync(marker)) for (const end of ['', '-wal', '-shm']) rmSync(`${database}${end}`, { force: true });
  const settings = [
    'frontend.WorkflowTimeSkippingEnabled=true',
    // Timers may otherwise fire up to a second late, and virtual time takes a second a timer.
    'history.timerProcessorMaxTimeShift="10ms"',
    // More partitions of a task queue only cost, on one machine.
    'matching.numTaskqueueReadPartitions=1',
    'matching.numTaskqueueWritePartitions=1',
  ];
  const child = await start({
    name: 'temporal',
    command: binary,
    args: [
      ['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port)],
      uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort)],
      throwAway ? [] : ['--db-filename', database, '--sqlite-pragma', 'journal_mode=wal'],
      ['--log-level', 'warn'],
      settings.flatMap((setting) => ['--dynamic-config-value', setting]),
    ].flat(),
    // The caller's TEMPORAL_* name another server or profile.
    env: Object.fromEntries(Object.entries(env).filter(([key]) => !key.startsWith('TEMPORAL_'))),
    logFile,
  });
  const address = `127.0.0.1:${port}`;
  const ui = uiPort === undefined ? null : `http://127.0.0.1:${uiPort}`;
  await waitForTemporal(address, { child, timeoutMs: 60_000 });
  if (ui !== null) {
    await waitUntil(async () => (await httpStatus(ui)) === 200, { what: 'the Temporal UI', child, timeoutMs: 30_000 });
  }
  writeFileSync(marker, '');
  return { child, address, ui };
}

/**
 * @param {string} address
 * @param {{ child?: import('./child-process.mjs').Child, timeoutMs: number }} options
 * @returns {Promise<void>} when the server answers over gRPC
 */
export async function waitForTemporal(address, { child, timeoutMs }) {
  const { Connection } = await import('@temporalio/client');
  await waitUntil(
    async () => {
      try {
        const connection = await Connection.connect({ address, connectTimeout: '2s' });
        await connection.close();
        return true;
      } catch {
        return false;
      }
    },
    { what: `Temporal at ${address}`, timeoutMs, ...(child && { child }) },
  );
}
