import { request } from 'node:http';
import { describeExit } from './child-process.mjs';
import { readTail } from './files.mjs';

/**
 * @typedef {import('./child-process.mjs').Child} Child
 *
 * @typedef {object} WaitOptions
 * @property {string} what for the error: what was waited for
 * @property {number} timeoutMs
 * @property {Child} [child] when it ends, waiting ends with an error at once
 * @property {number} [intervalMs]
 */

/**
 * @template Result
 * @param {() => Promise<Result | false | undefined> | Result | false | undefined} condition
 * @param {WaitOptions} options
 * @returns {Promise<Result>} the first truthy answer
 * @throws on time-out, or when the child ends first, with the end of its log
 */
export async function waitUntil(condition, { what, timeoutMs, child, intervalMs = 25 }) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const exit = child?.exit();
    if (child && exit) throw new Error(`${child.name} ended while starting (${describeExit(exit)})${logTail(child)}`);
    const answer = await condition();
    if (answer) return answer;
    if (Date.now() > deadline) {
      throw new Error(`${what}: no answer within ${Math.round(timeoutMs / 1000)} s${child ? logTail(child) : ''}`);
    }
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}

/**
 * @param {string} url
 * @param {number} [timeoutMs]
 * @returns {Promise<number>} HTTP status, 0 when nobody answers
 */
export function httpStatus(url, timeoutMs = 2_000) {
  return new Promise((resolve) => {
    const call = request(url, { agent: false, timeout: timeoutMs }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
      response.once('error', () => resolve(0));
    });
    call.once('error', () => resolve(0));
    call.once('timeout', () => call.destroy());
    call.end();
  });
}

/**
 * @param {{ name: string, logFile: string }} child
 * @returns {string} the end of its log, indented, for the end of an error message
 */
export function logTail({ logFile }) {
  const tail = readTail(logFile, 15);
  return tail === '' ? '' : `\n${tail.replace(/^/gm, '    ')}\n  (all of it: ${logFile})`;
}
