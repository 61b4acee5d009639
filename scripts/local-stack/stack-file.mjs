import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from './files.mjs';

/**
 * What other programs need to know of a running stack; lies in the home while everything answers, and only then.
 *
 * @typedef {object} StackFile
 * @property {string} api base URL
 * @property {string | null} web base URL of the page, null until there is one
 * @property {string} temporalAddress host:port
 * @property {string | null} temporalUi null when the server is somebody else's and TEMPORAL_UI_URL is not set
 * @property {string} namespace
 * @property {string} mailbox base URL of the mail catcher
 * @property {string} smtp
 * @property {string} databaseUrl
 * @property {Record<string, string>} keys API keys by role: admin, marketing, sales, intake, ops
 * @property {string | null} signInUrl
 * @property {Record<string, number | null>} pids
 */

/**
 * @param {string} home
 * @returns {string}
 */
export function stackFilePath(home) {
  return join(home, 'stack.json');
}

/**
 * @param {string} home
 * @param {StackFile} content
 */
export function writeStackFile(home, content) {
  // It holds keys and the database's password.
  writeFileAtomic(stackFilePath(home), `${JSON.stringify(content, null, 2)}\n`, 0o600);
}

/** @param {string} home */
export function removeStackFile(home) {
  rmSync(stackFilePath(home), { force: true });
}
