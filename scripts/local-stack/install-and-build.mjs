import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonObject } from './files.mjs';
import { waitForLock } from './home-lock.mjs';
import { runCommand } from './run-command.mjs';

/**
 * This module and all it imports use Node alone: it runs before anything is installed.
 *
 * @typedef {import('./progress.mjs').Progress} Progress
 */

const sourceFolders = ['domain', 'workflows', 'activities', 'src'];
const buildInputs = [
  'tsconfig.json',
  'tsconfig.build.json',
  'package-lock.json',
  'scripts/build.mjs',
  'scripts/bundle-workflows.mjs',
];
const buildOutputs = ['dist/src/main.js', 'dist/src/worker.js', 'dist/workflow-bundle.js'];

/**
 * Installs the dependencies when they are missing or are not those of the lock file, and builds when a source is newer
 * than the build. Two starts in one checkout take turns.
 *
 * @param {{ root: string, progress: Progress }} options
 * @throws when npm or the build fails
 */
export async function installAndBuild({ root, progress }) {
  const lock = await waitForLock(join(root, '.baton', 'build.lock'));
  try {
    if (isInstalled(root)) {
      await progress.step(
        'dependencies',
        async () => undefined,
        () => 'installed',
      );
    } else {
      progress.say('  dependencies   installing with npm ci, about a minute');
      await progress.step(
        'dependencies',
        () => runNpm(root, ['ci', '--include=dev', '--no-audit', '--no-fund']),
        () => 'installed',
      );
    }
    if (isBuilt(root))
      await progress.step(
        'build',
        async () => undefined,
        () => 'up to date',
      );
    else
      await progress.step(
        'build',
        () => runNpm(root, ['run', '--silent', 'build']),
        () => 'built',
      );
  } finally {
    lock.release();
  }
}

/**
 * npm writes its own copy of the lock file last, so an interrupted installation has none.
 *
 * @param {string} root
 * @returns {boolean} whether node_modules holds what package-lock.json asks for
 */
function isInstalled(root) {
  const wanted = packagesIn(join(root, 'package-lock.json'));
  const present = packagesIn(join(root, 'node_modules', '.package-lock.json'));
  if (Object.keys(present).length === 0) return false;
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    if (path === '' || link) return true;
    const found = present[path];
    // Binaries for other platforms are left out on purpose.
    return found === undefined ? optional === true : found.version === version;
  });
}

/**
 * @param {string} root
 * @returns {boolean} whether dist/ is complete and newer than every source
 */
function isBuilt(root) {
  const outputs = buildOutputs.map((path) => join(root, path));
  if (!outputs.every((path) => existsSync(path))) return false;
  const oldest = Math.min(...outputs.map((path) => statSync(path).mtimeMs));
  const inputs = buildInputs.map((path) => join(root, path)).filter((path) => existsSync(path));
  return [...inputs, ...sourceFolders.flatMap((folder) => sourcesIn(join(root, folder)))].every(
    (path) => statSync(path).mtimeMs <= oldest,
  );
}

/** Folders count too: removing a file changes no other file. @param {string} folder @returns {string[]} */
function sourcesIn(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return [
    folder,
    ...entries.filter(({ name }) => !name.endsWith('.spec.ts')).map(({ parentPath, name }) => join(parentPath, name)),
  ];
}

/**
 * @param {string} root
 * @param {string[]} args
 */
async function runNpm(root, args) {
  // Under `npm start` this names the npm that runs us, which need not be the one on PATH.
  const script = process.env.npm_execpath;
  const viaNode = script !== undefined && /npm-cli\.[cm]?js$/.test(script);
  const { ok, code } = await runCommand({
    command: viaNode ? process.execPath : 'npm',
    args: viaNode ? [script, ...args] : args,
    cwd: root,
    visible: true,
  });
  if (!ok) throw new Error(`npm ${args.filter((arg) => !arg.startsWith('-')).join(' ')} failed (exit code ${code})`);
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean, link?: boolean }>}
 */
function packagesIn(file) {
  const { packages } = readJsonObject(file);
  return typeof packages === 'object' && packages !== null
    ? /** @type {Record<string, { version?: string, optional?: boolean, link?: boolean }>} */ (packages)
    : {};
}
