// `npm start`: the whole of Baton on this machine. Nothing from node_modules may be imported here before it is installed.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { acquireLock } from './local-stack/home-lock.mjs';
import { installAndBuild } from './local-stack/install-and-build.mjs';
import { stopLeftovers } from './local-stack/leftovers.mjs';
import { parseOptions, usage } from './local-stack/options.mjs';
import { createProgress, seconds } from './local-stack/progress.mjs';
import { describeStack } from './local-stack/describe-stack.mjs';
import { killCommands, stopCommands } from './local-stack/run-command.mjs';
import { removeStackFile, writeStackFile } from './local-stack/stack-file.mjs';
import { onStopSignals } from './local-stack/stop-signals.mjs';
import { createSupervisor } from './local-stack/supervisor.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const begunAt = Date.now();
const progress = createProgress(process.stdout);
// Whoever reads our output may leave before us.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const parsed = parseOptions(process.argv.slice(2));
if (!parsed.ok) fail(`${parsed.message}\n\n${usage}`, 2);
const { options } = parsed;
if (options.help) {
  progress.say(usage);
  process.exit(0);
}
if (process.platform === 'win32') fail('Windows is not supported directly; start it inside WSL', 2);

const home = resolve(options.home ?? join(root, '.baton'));
mkdirSync(home, { recursive: true });
const taken = acquireLock(join(home, 'lock.json'));
if (!taken.ok) {
  const { pid, url } = taken.holder;
  const where = url === undefined ? 'still starting' : `at ${url}`;
  fail(
    `Baton already runs on ${home}: pid ${pid}, ${where}. Stop it first (kill ${pid}), or give this one another --home.`,
  );
}
const { lock } = taken;

let ready = false;
let ending = false;
/** @type {(code: number) => void} */
let end = () => undefined;
/** @type {Promise<number>} */
const ended = new Promise((settle) => {
  end = (code) => {
    ending = true;
    settle(code);
  };
});

const supervisor = createSupervisor({
  home,
  onCrash: (message) => {
    complain(message);
    end(1);
  },
});
onStopSignals({
  // Asked to stop before it was ready is not what the caller waited for.
  onStop: () => end(ready ? 0 : 130),
  onForce: () => {
    progress.say('Stopping at once.');
    process.exit(1);
  },
});
// Whatever ends this process, no part outlives it.
process.on('exit', () => {
  killCommands();
  supervisor.kill();
  lock.release();
});
process.on('uncaughtException', giveUp);
process.on('unhandledRejection', giveUp);

run().catch(giveUp);
const exitCode = await ended;
removeStackFile(home);
if (Object.keys(supervisor.pids()).length > 0) progress.say('\nStopping …');
stopCommands();
await supervisor.stop((name) => progress.say(`  ${name} stopped`));
process.exit(exitCode);

async function run() {
  progress.say(`Baton, home ${home}`);
  removeStackFile(home);
  const left = await stopLeftovers(home);
  if (left.length > 0) progress.say(`  left-overs     ended what an earlier start left running: ${left.join(', ')}`);
  await installAndBuild({ root, progress });
  const { startStack } = await import('./local-stack/stack.mjs');
  const stack = await startStack({ root, home, options, env: process.env, supervisor, progress });
  writeStackFile(home, stack);
  lock.setUrl(stack.api);
  ready = true;
  progress.say(describeStack(stack, { home, took: seconds(Date.now() - begunAt), empty: options.empty }));
  if (options.once) end(0);
}

/** @param {unknown} error */
function giveUp(error) {
  // What was under way when the end began fails for that reason alone.
  if (ending) return;
  complain(error instanceof Error ? error.message : String(error));
  end(1);
}

/** @param {string} message */
function complain(message) {
  process.stderr.write(`\n${message}\n`);
}

/**
 * @param {string} message
 * @param {number} [code]
 * @returns {never}
 */
function fail(message, code = 1) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
