import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { readJsonObject, writeFileAtomic } from './files.mjs';
import { isProcessAlive, processToken } from './process-identity.mjs';

/**
 * @typedef {object} LockHolder
 * @property {number} pid
 * @property {string | undefined} url what the holder serves, once it does
 *
 * @typedef {object} Lock
 * @property {(url: string) => void} setUrl told to whoever is refused
 * @property {() => void} release
 */

/**
 * Takes a lock file for the life of this process. A lock whose holder no longer runs (kill -9, power cut) is taken over.
 *
 * @param {string} file
 * @returns {{ ok: true, lock: Lock } | { ok: false, holder: LockHolder }}
 */
export function acquireLock(file) {
  mkdirSync(dirname(file), { recursive: true });
  const mine = { pid: process.pid, token: processToken(process.pid), nonce: randomBytes(8).toString('hex') };
  const fresh = `${file}.${mine.nonce}.tmp`;
  writeFileSync(fresh, JSON.stringify(mine));
  try {
    for (;;) {
      if (tryLink(fresh, file)) return { ok: true, lock: createLock(file, mine) };
      const holder = readJsonObject(file);
      if (isProcessAlive(holder.pid, holder.token)) return { ok: false, holder: toHolder(holder) };
      removeStale(file);
    }
  } finally {
    rmSync(fresh, { force: true });
  }
}

/**
 * @param {string} file
 * @param {{ intervalMs?: number }} [wait]
 * @returns {Promise<Lock>} once the present holder has let go or ended
 */
export async function waitForLock(file, { intervalMs = 200 } = {}) {
  for (;;) {
    const taken = acquireLock(file);
    if (taken.ok) return taken.lock;
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}

/**
 * @param {string} file
 * @returns {boolean} whether a process that still runs holds the lock
 */
export function isLocked(file) {
  const holder = readJsonObject(file);
  return isProcessAlive(holder.pid, holder.token);
}

/**
 * @param {string} file
 * @param {{ pid: number, token: string | undefined, nonce: string }} mine
 * @returns {Lock}
 */
function createLock(file, mine) {
  return {
    setUrl: (url) => writeFileAtomic(file, JSON.stringify({ ...mine, url })),
    release: () => {
      if (readJsonObject(file).nonce === mine.nonce) rmSync(file, { force: true });
    },
  };
}

/** Two starts may both see a stale lock; the slower one must not carry off the quicker one's fresh lock. @param {string} file */
function removeStale(file) {
  const aside = `${file}.${randomBytes(8).toString('hex')}.stale`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const moved = readJsonObject(aside);
  if (isProcessAlive(moved.pid, moved.token)) tryLink(aside, file);
  rmSync(aside, { force: true });
}

/**
 * @param {string} from
 * @param {string} to
 */
function tryLink(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * @param {Record<string, unknown>} raw
 * @returns {LockHolder}
 */
function toHolder(raw) {
  return { pid: Number(raw.pid), url: typeof raw.url === 'string' ? raw.url : undefined };
}
