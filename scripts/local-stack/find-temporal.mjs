import { readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { buildTool, cachedTool, findGo, isExecutable } from './go-tools.mjs';
import { runCommand } from './run-command.mjs';

const tool = { name: 'temporal', package: 'github.com/temporalio/cli/cmd/temporal' };

/**
 * @typedef {object} FindOptions
 * @property {string} root the project
 * @property {NodeJS.ProcessEnv} env
 * @property {(text: string) => void} say told that a build begins
 * @property {(text: string) => void} note told where it stands
 *
 * @typedef {object} TemporalBinary
 * @property {string} path
 * @property {string} version what it says of itself
 * @property {string} from where it was found, for people
 */

/**
 * Finds the program of the Temporal dev server, or builds it: TEMPORAL_CLI, PATH, the user's cache, what the SDK has
 * downloaded, `go build`.
 *
 * @param {FindOptions} options
 * @returns {Promise<TemporalBinary>}
 * @throws when TEMPORAL_CLI does not work, or nothing is found and it cannot be built
 */
export async function findTemporal({ root, env, say, note }) {
  if (env.TEMPORAL_CLI) {
    const version = await readVersion(env.TEMPORAL_CLI);
    if (version === undefined) throw new Error(`TEMPORAL_CLI=${env.TEMPORAL_CLI} is not a Temporal CLI that runs here`);
    return { path: env.TEMPORAL_CLI, version, from: 'TEMPORAL_CLI' };
  }
  const cached = cachedTool(root, env, tool);
  /** @type {[string, string | undefined][]} */
  const places = [
    ['PATH', findOnPath(env)],
    ['cache', isExecutable(cached) ? cached : undefined],
    ["the SDK's download", findSdkDownload()],
  ];
  for (const [from, path] of places) {
    const version = path === undefined ? undefined : await readVersion(path);
    if (path !== undefined && version !== undefined) return { path, version, from };
  }
  const go = findGo(env);
  if (go === undefined) {
    throw new Error(
      [
        'temporal: no Temporal server was found and it cannot be built here, since Go is missing.',
        '  Any one of these helps, then start again:',
        '  - install Go 1.26.8 or newer (https://go.dev/dl/); the build then runs by itself, once per machine',
        '  - install the Temporal CLI, or name it in TEMPORAL_CLI',
        '  - name a server that runs: npm start -- --temporal HOST:PORT',
      ].join('\n'),
    );
  }
  say('  temporal       none found: building it with Go, once per machine, about 5 minutes on two cores');
  const works = async (/** @type {string} */ path) => (await readVersion(path)) !== undefined;
  await buildTool({ root, env, note, go, tool, works });
  const version = await readVersion(cached);
  if (version === undefined) throw new Error(`temporal: ${cached} was built but does not run`);
  return { path: cached, version, from: 'cache (built now)' };
}

/** @param {NodeJS.ProcessEnv} env */
function findOnPath(env) {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, 'temporal')).find(isExecutable);
}

/** The SDK keeps what it downloads in the folder for temporary files, where anybody may put something: ours alone count. */
function findSdkDownload() {
  const own = process.getuid?.();
  const found = readdirSync(tmpdir())
    .filter((name) => /^temporal-(?!test-server)[\w.-]*\d[\w.-]*$/.test(name))
    .map((name) => join(tmpdir(), name))
    .filter((path) => isExecutable(path) && (own === undefined || statSync(path).uid === own));
  return found.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
}

/**
 * @param {string} path
 * @returns {Promise<string | undefined>} `Server 1.32.1, UI 2.54.1`, undefined when it is no Temporal CLI
 */
async function readVersion(path) {
  try {
    const { ok, output } = await runCommand({ command: path, args: ['--version'] });
    const match = /temporal version (.*)/i.exec(output);
    return ok && match ? (/\((.*)\)/.exec(match[1] ?? '')?.[1] ?? match[1]) : undefined;
  } catch {
    return undefined;
  }
}
