import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { signalProcess } from './child-process.mjs';
import { processToken } from './process-identity.mjs';

/**
 * After a kill -9 there may be a postmaster without a supervisor, backends without a postmaster, or a pid file whose
 * number now belongs to somebody else. The first two still write into the data folder and are ended; the file may only
 * go when nobody does. The caller holds the home's lock, so whoever works in this folder is a left-over.
 *
 * @param {string} data PostgreSQL's data folder
 * @throws when a left-over does not end
 */
export async function clearPostgresLeftovers(data) {
  const pidFile = join(data, 'postmaster.pid');
  // Only the postmaster may be asked to stop: to its helpers the same signal means something else.
  const postmaster = readPid(pidFile);
  if (processesIn(data, pidFile).includes(postmaster)) signalProcess(postmaster, 'SIGINT');
  if (await endWithin(10_000)) return rmSync(pidFile, { force: true });
  for (const pid of processesIn(data, pidFile)) signalProcess(pid, 'SIGKILL');
  if (await endWithin(5_000)) return rmSync(pidFile, { force: true });
  throw new Error(`postgres: processes ${processesIn(data, pidFile).join(', ')} still use ${data} and do not end`);

  /** @param {number} timeoutMs */
  async function endWithin(timeoutMs) {
    const deadline = Date.now() + timeoutMs;
    while (processesIn(data, pidFile).length > 0) {
      if (Date.now() > deadline) return false;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return true;
  }
}

/** @param {string} pidFile */
function readPid(pidFile) {
  return existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8').split('\n')[0]) : 0;
}

/**
 * @param {string} data
 * @param {string} pidFile
 * @returns {number[]} the postgres processes at work in the folder
 */
function processesIn(data, pidFile) {
  if (process.platform === 'linux') {
    const folder = realpathSync(data);
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && workingFolder(name) === folder)
      .map(Number);
  }
  const pid = readPid(pidFile);
  if (processToken(pid) === undefined) return [];
  const { stdout } = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  return (stdout ?? '').includes(data) ? [pid] : [];
}

/** @param {string} pid */
function workingFolder(pid) {
  try {
    // Every postgres process works in its data folder; a shell that somebody left standing there is not one.
    return /postgres/.test(readFileSync(`/proc/${pid}/comm`, 'utf8')) ? readlinkSync(`/proc/${pid}/cwd`) : undefined;
  } catch {
    return undefined;
  }
}
