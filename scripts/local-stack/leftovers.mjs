import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { signalProcess } from './child-process.mjs';
import { readJson, writeFileAtomic } from './files.mjs';
import { isProcessAlive, processToken } from './process-identity.mjs';

/**
 * The list of running parts in the home. A supervisor that was killed with -9 leaves its parts running; the next start
 * on the same home finds them here and ends them.
 *
 * @typedef {{ name: string, pid: number, token: string }} Entry
 */

/**
 * @param {string} home
 * @param {{ name: string, pid: number }[]} children all that run now
 */
export function recordChildren(home, children) {
  const entries = children.map(({ name, pid }) => ({ name, pid, token: processToken(pid) }));
  writeFileAtomic(fileIn(home), JSON.stringify(entries));
}

/**
 * Ends what an earlier supervisor left running. The caller holds the home's lock.
 *
 * @param {string} home
 * @returns {Promise<string[]>} the names of those that were ended
 */
export async function stopLeftovers(home) {
  const left = readEntries(home).filter(({ pid, token }) => isProcessAlive(pid, token));
  // PostgreSQL takes SIGTERM as "wait until every client has left"; SIGINT asks it to stop now.
  for (const { name, pid } of left) signalProcess(pid, name === 'postgres' ? 'SIGINT' : 'SIGTERM');
  if (!(await endWithin(left, 10_000))) {
    for (const { pid, token } of left) if (isProcessAlive(pid, token)) signalProcess(-pid, 'SIGKILL');
    await endWithin(left, 5_000);
  }
  rmSync(fileIn(home), { force: true });
  return left.map(({ name }) => name);
}

/**
 * @param {string} home
 * @returns {Entry[]}
 */
function readEntries(home) {
  const list = readJson(fileIn(home));
  return Array.isArray(list) ? list : [];
}

/**
 * @param {Entry[]} entries
 * @param {number} timeoutMs
 */
async function endWithin(entries, timeoutMs) {
  const deadline = Date.now() + timeoutMs;
  while (entries.some(({ pid, token }) => isProcessAlive(pid, token))) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}

/** @param {string} home */
function fileIn(home) {
  return join(home, 'children.json');
}
