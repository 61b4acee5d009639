import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';

/**
 * Writes beside and renames, so that a reader sees the old file or the new one and never half of one.
 *
 * @param {string} path
 * @param {string | Uint8Array} content
 * @param {number} [mode] file mode, default 0644
 */
export function writeFileAtomic(path, content, mode = 0o644) {
  const fresh = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
  writeFileSync(fresh, content, { mode });
  renameSync(fresh, path);
}

/**
 * @param {string} path
 * @returns {unknown} the parsed file, undefined when it is missing or not JSON
 */
export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * @param {string} path
 * @returns {Record<string, unknown>} the parsed object, empty when the file is missing or holds something else
 */
export function readJsonObject(path) {
  const value = readJson(path);
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? /** @type {Record<string, unknown>} */ (value)
    : {};
}

/**
 * @param {string} path
 * @param {number} lines
 * @returns {string} the last lines of a log, empty when there is none
 */
export function readTail(path, lines) {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}

const logLimitBytes = 5_000_000;

/**
 * A log that grew over many starts makes room for the next one; one older generation is kept.
 *
 * @param {string} path
 */
export function rotateLog(path) {
  if (existsSync(path) && statSync(path).size > logLimitBytes) renameSync(path, `${path}.1`);
}
