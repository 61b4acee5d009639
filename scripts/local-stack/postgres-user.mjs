import { createHash } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** PostgreSQL refuses to run as root; `nobody` has this id everywhere and owns nothing else of ours. */
const unprivileged = 65534;

/** @returns {boolean} */
export function isRoot() {
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
 * @param {string} purpose part of the name of the stand-in, so that two wanted folders never share one
 * @returns {string} the wanted folder, or one below /var/lib/baton when PostgreSQL's user could not get there
 */
export function reachableDir(wanted, purpose) {
  if (!isRoot()) return wanted;
  const key = createHash('sha256').update(resolve(wanted)).digest('hex').slice(0, 12);
  const standIn = join('/var/lib/baton', `${purpose}-${key}`);
  return existsSync(standIn) || !isReachable(wanted) ? standIn : wanted;
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
function isReachable(path) {
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
