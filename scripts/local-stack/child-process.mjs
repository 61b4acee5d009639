import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { rotateLog } from './files.mjs';

/**
 * @typedef {object} ChildSpec
 * @property {string} name
 * @property {string} command
 * @property {string[]} args
 * @property {string} logFile both its outputs are appended here
 * @property {NodeJS.ProcessEnv} [env] default: this process's
 * @property {string} [cwd]
 * @property {number} [uid]
 * @property {number} [gid]
 *
 * @typedef {object} ChildExit
 * @property {number | null} code
 * @property {NodeJS.Signals | null} signal
 *
 * @typedef {object} Child
 * @property {string} name
 * @property {number} pid
 * @property {string} logFile
 * @property {Promise<ChildExit>} exited
 * @property {() => ChildExit | undefined} exit how it ended, undefined while it runs
 * @property {(how: { signal: NodeJS.Signals, graceMs: number }) => Promise<void>} stop asks, waits, then kills the group
 * @property {() => void} kill kills the whole group at once
 */

/**
 * Starts a part in a process group of its own, so that Ctrl-C in the terminal reaches the supervisor alone and it can
 * stop the parts in order. Output goes straight into the file: a part outlives a dead supervisor without a broken pipe.
 *
 * @param {ChildSpec} spec
 * @returns {Promise<Child>}
 * @throws when the command cannot be run at all
 */
export async function startChild({ name, command, args, logFile, env, cwd, uid, gid }) {
  mkdirSync(dirname(logFile), { recursive: true });
  rotateLog(logFile);
  const log = openSync(logFile, 'a');
  try {
    const child = spawn(command, args, {
      detached: true,
      stdio: ['ignore', log, log],
      ...(env && { env }),
      ...(cwd !== undefined && { cwd }),
      ...(uid !== undefined && { uid }),
      ...(gid !== undefined && { gid }),
    });
    /** @type {ChildExit | undefined} */
    let exit;
    /** @type {Promise<ChildExit>} */
    const exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        exit = { code, signal };
        resolve(exit);
      });
    });
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (cause) => reject(new Error(`${name}: cannot run ${command}: ${cause.message}`, { cause })));
    });
    const pid = /** @type {number} */ (child.pid);
    const kill = () => {
      if (exit === undefined) signalProcess(-pid, 'SIGKILL');
    };
    return {
      name,
      pid,
      logFile,
      exited,
      exit: () => exit,
      kill,
      stop: async ({ signal, graceMs }) => {
        if (exit !== undefined) return;
        signalProcess(pid, signal);
        const timer = setTimeout(kill, graceMs);
        await exited;
        clearTimeout(timer);
      },
    };
  } finally {
    closeSync(log);
  }
}

/**
 * @param {number} pid negative for a process group
 * @param {NodeJS.Signals} signal
 * @returns {boolean} whether there was somebody to receive it
 */
export function signalProcess(pid, signal) {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {ChildExit} exit
 * @returns {string} for people: `exit code 1`, `killed by SIGKILL`
 */
export function describeExit({ code, signal }) {
  return signal === null ? `exit code ${code}` : `killed by ${signal}`;
}
