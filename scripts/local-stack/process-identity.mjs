import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * A pid alone says little: after a crash it may belong to somebody else. The token holds when the process began, so pid
 * and token together name one process for good.
 *
 * @param {number} pid
 * @returns {string | undefined} undefined when no such process runs (a zombie does not)
 */
export function processToken(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  if (process.platform === 'linux') return tokenFromProc(pid);
  const { stdout } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' });
  const [stat = '', ...started] = (stdout ?? '').trim().split(/\s+/);
  return stat === '' || stat.startsWith('Z') ? undefined : started.join(' ');
}

/**
 * @param {unknown} pid
 * @param {unknown} token
 * @returns {boolean} whether this very process still runs
 */
export function isProcessAlive(pid, token) {
  return typeof pid === 'number' && typeof token === 'string' && processToken(pid) === token;
}

/**
 * @param {number} pid
 * @returns {string | undefined}
 */
function tokenFromProc(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; state is the first field after it, the start time the twentieth.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return `${fields[19]}@${bootId()}`;
  } catch {
    return undefined;
  }
}

function bootId() {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
