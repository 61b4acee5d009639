import { buildTool, cachedTool, findGo, isExecutable } from './go-tools.mjs';
import { runCommand } from './run-command.mjs';

// The server's own protobuf registrations of cloud services take minutes to compile and serve nobody here.
const tags = 'disable_grpc_modules';

/** @type {{ server: import('./go-tools.mjs').GoTool, sql: import('./go-tools.mjs').GoTool, ui: import('./go-tools.mjs').GoTool }} */
const tools = {
  server: { name: 'temporal-server', package: 'go.temporal.io/server/cmd/server', tags },
  sql: { name: 'temporal-sql', package: 'go.temporal.io/server/cmd/tools/sql', tags },
  ui: { name: 'temporal-ui', package: 'github.com/temporalio/ui-server/v2/cmd/server' },
};

/**
 * @typedef {object} TemporalServer
 * @property {string} server path of the server
 * @property {string} sql path of the tool that makes its schema
 * @property {string} ui path of the web UI
 * @property {string} version `Server 1.32.1, UI 2.54.1`
 * @property {string} from where they were found, for people
 */

/**
 * Finds the programs of a Temporal server that keeps its data in PostgreSQL, or builds those that are missing: the
 * user's cache, `go build`. The dev server's program cannot do this.
 *
 * @param {import('./find-temporal.mjs').FindOptions} options
 * @returns {Promise<TemporalServer>}
 * @throws when one is missing and cannot be built
 */
export async function findTemporalServer({ root, env, say, note }) {
  let built = false;
  /** @param {import('./go-tools.mjs').GoTool} tool */
  const find = async (tool) => {
    const path = cachedTool(root, env, tool);
    const found = await versionOf(path);
    if (found !== undefined) return { path, version: found };
    if (!built) say(`  temporal       ${tool.name} is missing: building it with Go, once per machine, 3 to 7 minutes`);
    built = true;
    const works = async (/** @type {string} */ candidate) => (await versionOf(candidate)) !== undefined;
    await buildTool({ root, env, note, tool, works, go: requireGo(env) });
    const version = await versionOf(path);
    if (version === undefined) throw new Error(`temporal: ${path} was built but does not run`);
    return { path, version };
  };
  const sql = await find(tools.sql);
  const ui = await find(tools.ui);
  const server = await find(tools.server);
  return {
    ...{ server: server.path, sql: sql.path, ui: ui.path },
    version: `Server ${server.version}, UI ${ui.version}`,
    from: built ? 'cache (built now)' : 'cache',
  };
}

/**
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @returns {boolean} whether `findTemporalServer` has a chance here
 * @public tests decide by it whether to skip
 */
export function canHaveTemporalServer(root, env) {
  return findGo(env) !== undefined || Object.values(tools).every((tool) => isExecutable(cachedTool(root, env, tool)));
}

/** @param {NodeJS.ProcessEnv} env */
function requireGo(env) {
  const go = findGo(env);
  if (go !== undefined) return go;
  throw new Error(
    [
      'temporal: the Temporal server for PostgreSQL must be built, and Go is missing.',
      '  Any one of these helps, then start again:',
      '  - install Go 1.26.8 or newer (https://go.dev/dl/); the build then runs by itself, once per machine',
      '  - start without --temporal postgres: the dev server keeps its data over restarts as well',
      '  - name a server that runs: npm start -- --temporal HOST:PORT',
    ].join('\n'),
  );
}

/**
 * @param {string} path
 * @returns {Promise<string | undefined>} `1.32.1`, undefined when it is missing or does not run
 */
async function versionOf(path) {
  if (!isExecutable(path)) return undefined;
  try {
    const { ok, output } = await runCommand({ command: path, args: ['--version'] });
    return ok ? /version (\S+)/.exec(output)?.[1] : undefined;
  } catch {
    return undefined;
  }
}
