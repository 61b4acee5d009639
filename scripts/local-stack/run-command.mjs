import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { signalProcess } from './child-process.mjs';

/** Process ids; negative for a group. @type {Set<number>} */
const running = new Set();

/**
 * @typedef {object} CommandSpec
 * @property {string} command
 * @property {string[]} args
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {number} [uid]
 * @property {number} [gid]
 * @property {boolean} [visible] its output goes to the terminal instead of the result
 * @property {(line: string) => void} [onLine] told every line of output as it comes
 *
 * @typedef {object} CommandResult
 * @property {boolean} ok exit code 0
 * @property {number | null} code null when it was killed
 * @property {string} output the last 200 lines of both outputs, empty when visible
 */

/**
 * Runs a command to its end. `stopCommands` ends it with all it started.
 *
 * @param {CommandSpec} spec
 * @returns {Promise<CommandResult>}
 * @throws when the command cannot be run at all
 */
export async function runCommand({ command, args, cwd, env, uid, gid, visible = false, onLine }) {
  const child = spawn(command, args, {
    // What shows itself in the terminal also hears Ctrl-C from it; the rest is ended by us alone.
    detached: !visible,
    stdio: visible ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    ...(cwd !== undefined && { cwd }),
    ...(env && { env }),
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
  });
  /** @type {string[]} */
  const lines = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > 200) lines.shift();
      onLine?.(line);
    });
  }
  const pid = child.pid;
  const target = pid === undefined || visible ? pid : -pid;
  if (target !== undefined) running.add(target);
  try {
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode) => resolve(exitCode));
    });
    return { ok: code === 0, code, output: lines.join('\n') };
  } finally {
    if (target !== undefined) running.delete(target);
  }
}

/** Ends every command under way. Its caller sees a result that is not ok. */
export function stopCommands() {
  for (const target of running) signalProcess(target, 'SIGTERM');
}

/** The last resort when this process itself goes. */
export function killCommands() {
  for (const target of running) signalProcess(target, 'SIGKILL');
}
