import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { cacheDir } from './cache-dir.mjs';
import { waitForLock } from './home-lock.mjs';
import { runCommand } from './run-command.mjs';

/**
 * Programs that `tools/temporal` can build: name in the cache, Go package, build tags.
 *
 * @typedef {object} GoTool
 * @property {string} name
 * @property {string} package
 * @property {string} [tags]
 *
 * @typedef {object} BuildOptions
 * @property {string} root the project
 * @property {NodeJS.ProcessEnv} env
 * @property {(text: string) => void} note told where it stands
 */

/**
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @param {GoTool} tool
 * @returns {string} where the built program lies: one per set of Go modules and platform
 */
export function cachedTool(root, env, { name }) {
  const hash = createHash('sha256')
    .update(readFileSync(join(root, 'tools', 'temporal', 'go.sum')))
    .digest('hex');
  return join(cacheDir(env), 'temporal', hash.slice(0, 16), `${name}-${process.platform}-${process.arch}`);
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined} the Go command; where PATH lacks it, Go's own installer has usually put it elsewhere
 */
export function findGo(env) {
  const folders = [...(env.PATH ?? '').split(delimiter), '/usr/local/go/bin', '/opt/homebrew/bin'];
  return folders
    .filter((folder) => folder !== '' && existsSync(folder))
    .map((folder) => join(folder, 'go'))
    .find(isExecutable);
}

/**
 * Builds a program into the cache. Several starts at once take turns, and the later ones find it there.
 *
 * @param {BuildOptions & { go: string, tool: GoTool, works: (path: string) => Promise<boolean> }} options works: whether
 *   what another start has built meanwhile can be used
 * @returns {Promise<string>} its path
 * @throws with the end of Go's output when it fails
 */
export async function buildTool({ root, env, note, go, tool, works }) {
  const target = cachedTool(root, env, tool);
  mkdirSync(dirname(target), { recursive: true });
  const lock = await waitForLock(`${target}.lock`);
  const fresh = `${target}.${process.pid}.new`;
  let downloaded = 0;
  let compiled = 0;
  try {
    if (isExecutable(target) && (await works(target))) return target;
    const { ok, output } = await runCommand({
      command: go,
      args: [
        ...['build', '-v', '-trimpath', '-ldflags=-s -w'],
        ...(tool.tags === undefined ? [] : ['-tags', tool.tags]),
        ...['-o', fresh, tool.package],
      ],
      cwd: join(root, 'tools', 'temporal'),
      env: { ...env, CGO_ENABLED: '0', GOWORK: 'off' },
      onLine: (line) => {
        if (line.startsWith('go: downloading')) downloaded += 1;
        else if (/^[\w.-]+(\/[\w.-]+)*$/.test(line)) compiled += 1;
        note(`building ${tool.name} with Go: ${downloaded} modules downloaded, ${compiled} packages compiled`);
      },
    });
    if (!ok) {
      const end = output.split('\n').slice(-15).join('\n');
      throw new Error(
        `temporal: go build failed in tools/temporal (Go 1.26.8 or newer is needed)\n${end.replace(/^/gm, '    ')}`,
      );
    }
    renameSync(fresh, target);
    return target;
  } finally {
    rmSync(fresh, { force: true });
    lock.release();
  }
}

/** @param {string} path */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
