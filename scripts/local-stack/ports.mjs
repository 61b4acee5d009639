import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below the range from which systems take the near end of outgoing connections, so that a port found free stays free.
const lowest = 20_000;
const highest = 32_000;

/**
 * @param {number} port
 * @param {string} [host]
 * @returns {Promise<boolean>}
 */
export function isPortFree(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/**
 * Keeps a port for somebody who will listen on it later: another start finds it taken, and asking it gets no answer.
 *
 * @param {number} port
 * @returns {Promise<() => Promise<void>>} lets it go
 * @throws when it is taken
 */
export async function holdPort(port, host = '127.0.0.1') {
  const holder = createServer((connection) => connection.destroy());
  holder.unref();
  await new Promise((resolve, reject) => {
    holder.once('error', reject);
    holder.listen({ port, host, exclusive: true }, () => resolve(undefined));
  });
  return () => new Promise((resolve) => holder.close(() => resolve()));
}

/**
 * Gives every name a free port, the preferred one where it is free; no port is given twice.
 *
 * @template {string} Name
 * @param {Record<Name, number | undefined>} preferred
 * @returns {Promise<Record<Name, number>>}
 */
export async function choosePorts(preferred) {
  /** @type {Map<string, number>} */
  const chosen = new Map();
  const taken = new Set();
  for (const [name, wish] of /** @type {[string, number | undefined][]} */ (Object.entries(preferred))) {
    let port = wish ?? randomInt(lowest, highest);
    while (taken.has(port) || !(await isPortFree(port))) port = randomInt(lowest, highest);
    taken.add(port);
    chosen.set(name, port);
  }
  return /** @type {Record<Name, number>} */ (Object.fromEntries(chosen));
}
