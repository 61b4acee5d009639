import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** PostgreSQL refuses to run as root; `nobody` has this id everywhere and owns nothing else of ours. */
const unprivileged = 65534;
const standIns = '/var/lib/baton';

/** @returns {boolean} */
function isRoot() {
  return process.getuid?.() === 0;
}

/** @returns {{ uid: number, gid: number } | Record<string, never>} whom PostgreSQL runs as; empty = as this user */
export function postgresUser() {
  return isRoot() ? { uid: unprivileged, gid: unprivileged } : {};
}

/**
 * Root often works in folders that nobody else may enter (/root has mode 0700), and PostgreSQL does not run as root.
 *
 * @param {string} wanted
 * @returns {string} the wanted folder, or one below /var/lib/baton when PostgreSQL's user could not get there
 */
export function reachableDir(wanted) {
  return isRoot() && !isReachable(wanted) ? join(standIns, hashOf(wanted)) : wanted;
}

/**
 * Where a home's database lies: in the home, or in a stand-in that the home names. A home that was deleted and made
 * anew gets a new database with it, wherever the old one was.
 *
 * @param {string} home
 * @returns {string}
 */
export function postgresDir(home) {
  const inside = join(home, 'postgres');
  const pointer = join(home, 'postgres-dir');
  if (existsSync(pointer)) return readFileSync(pointer, 'utf8');
  if (!isRoot() || existsSync(inside) || isReachable(inside)) return inside;
  const prefix = `data-${hashOf(home)}-`;
  const orphans = existsSync(standIns) ? readdirSync(standIns).filter((name) => name.startsWith(prefix)) : [];
  for (const name of orphans) rmSync(join(standIns, name), { recursive: true, force: true });
  const standIn = join(standIns, prefix + randomBytes(4).toString('hex'));
  writeFileSync(pointer, standIn);
  return standIn;
}

/**
 * Creates a folder that belongs to PostgreSQL's user.
 *
 * @param {string} path
 */
export function makePostgresDir(path) {
  makeParents(path);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const { uid, gid } = postgresUser();
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
}

/** A strict umask would close the stand-in's own parent again. @param {string} path */
export function makeParents(path) {
  const made = mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  if (made === undefined || !isRoot()) return;
  for (let folder = dirname(path); folder.length >= made.length; folder = dirname(folder)) chmodSync(folder, 0o755);
}

/** @param {string} path */
function hashOf(path) {
  return createHash('sha256').update(resolve(path)).digest('hex').slice(0, 12);
}

/** @param {string} path */
function isReachable(path) {
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
