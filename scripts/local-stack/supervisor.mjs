import { describeExit, startChild } from './child-process.mjs';
import { recordChildren } from './leftovers.mjs';
import { logTail } from './wait-until.mjs';

/**
 * @typedef {import('./child-process.mjs').Child} Child
 * @typedef {import('./child-process.mjs').ChildSpec} ChildSpec
 *
 * @typedef {object} Supervisor
 * @property {(spec: ChildSpec) => Promise<Child>} start refuses once stopping has begun
 * @property {() => Record<string, number>} pids of the parts that run, by name
 * @property {(say?: (text: string) => void) => Promise<void>} stop every part in order; again: the same promise
 * @property {() => void} kill every part at once, for the moment when this process itself goes
 */

/**
 * How and in which turn parts stop: first what works, then what it works on.
 *
 * @type {{ names: string[], signal: NodeJS.Signals, graceMs: number }[]}
 */
const stopOrder = [
  { names: ['api', 'worker'], signal: 'SIGTERM', graceMs: 20_000 },
  { names: ['temporal', 'temporal-ui'], signal: 'SIGTERM', graceMs: 10_000 },
  { names: ['mail'], signal: 'SIGTERM', graceMs: 5_000 },
  { names: ['postgres'], signal: 'SIGINT', graceMs: 15_000 },
];

/**
 * Owns the parts of one stack: records them in the home, tells of one that ends by itself, stops them in order.
 *
 * @param {{ home: string, onCrash: (message: string) => void }} options onCrash: told once, in words for people
 * @returns {Supervisor}
 */
export function createSupervisor({ home, onCrash }) {
  /** @type {Map<string, Child>} */
  const children = new Map();
  /** @type {Promise<void> | undefined} */
  let stopping;
  let crashed = false;

  const record = () => recordChildren(home, [...children.values()]);

  /** @param {Child} child */
  const watch = async (child) => {
    const exit = await child.exited;
    if (stopping !== undefined || crashed) return;
    crashed = true;
    onCrash(`${child.name} stopped by itself (${describeExit(exit)})${logTail(child)}`);
  };

  /** @param {(text: string) => void} say */
  const stopAll = async (say) => {
    for (const { names, signal, graceMs } of stopOrder) {
      const group = names.flatMap((name) => children.get(name) ?? []).filter((child) => child.exit() === undefined);
      await Promise.all(group.map((child) => child.stop({ signal, graceMs })));
      for (const { name } of group) say(name);
    }
    // A part that no turn names must not outlive the stack either.
    await Promise.all([...children.values()].map((child) => child.stop({ signal: 'SIGTERM', graceMs: 5_000 })));
    children.clear();
    record();
  };

  return {
    start: async (spec) => {
      if (stopping !== undefined) throw new Error(`${spec.name} was not started: the stack is stopping`);
      const child = await startChild(spec);
      children.set(child.name, child);
      record();
      void watch(child);
      // A stop that began while the process came up has not seen it.
      if (stopping !== undefined) child.kill();
      return child;
    },
    pids: () => Object.fromEntries([...children.values()].map(({ name, pid }) => [name, pid])),
    stop: (say = () => undefined) => {
      stopping ??= stopAll(say);
      return stopping;
    },
    kill: () => {
      for (const child of children.values()) child.kill();
    },
  };
}
