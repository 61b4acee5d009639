/**
 * What `npm start` was asked for.
 *
 * @typedef {object} StackOptions
 * @property {string | undefined} home folder of all state; undefined = `.baton` in the project
 * @property {number | undefined} port of the API and page; undefined = 4100 or, when that is taken, a free one
 * @property {string | undefined} temporal `dev`, `postgres` or `host:port`; undefined = TEMPORAL_ADDRESS if set, else as
 *   the home began, else `dev`
 * @property {string | undefined} workspace folder that an empty database starts with; undefined = `examples`
 * @property {boolean} empty load no workspace
 * @property {boolean} once start, check that everything answers, stop
 * @property {boolean} help print the usage and do nothing
 */

export const usage = `Usage: npm start -- [options]

  --home DIR               where all state lives: database, Temporal file, mail, logs (default .baton)
  --port N                 port of the API and page (default 4100, or a free one when that is taken)
  --temporal dev|postgres|ADDRESS
                           an own dev server, an own server on this PostgreSQL, or the host:port of one that runs
                           (default: TEMPORAL_ADDRESS if set, else as the home began, else dev)
  --workspace DIR          what an empty database starts with: a folder as examples/ is (default examples)
  --empty                  load no workspace
  --once                   start, check that everything answers, stop
  --help                   this text`;

const valued = ['--home', '--port', '--temporal', '--workspace'];

/**
 * @param {string[]} args command line without node and script
 * @returns {{ ok: true, options: StackOptions } | { ok: false, message: string }}
 */
export function parseOptions(args) {
  /** @type {StackOptions} */
  const options = {
    ...{ home: undefined, port: undefined, temporal: undefined, workspace: undefined },
    ...{ empty: false, once: false, help: false },
  };
  const rest = [...args];
  while (rest.length > 0) {
    const [flag, inline] = splitFlag(/** @type {string} */ (rest.shift()));
    if (flag === '--empty' || flag === '--once' || flag === '--help') {
      if (inline !== undefined) return refuse(`${flag} takes no value, got "${inline}"`);
      options[/** @type {'empty' | 'once' | 'help'} */ (flag.slice(2))] = true;
      continue;
    }
    if (!valued.includes(flag)) return refuse(`unknown option "${flag}"`);
    const value = inline ?? rest.shift();
    if (value === undefined || value === '' || value.startsWith('--')) return refuse(`${flag} needs a value`);
    if (flag === '--home') options.home = value;
    if (flag === '--workspace') options.workspace = value;
    if (flag === '--port') {
      const port = Number(value);
      if (!Number.isInteger(port) || port < 1 || port > 65535) {
        return refuse(`--port must be a number from 1 to 65535, got "${value}"`);
      }
      options.port = port;
    }
    if (flag === '--temporal') {
      if (value !== 'dev' && value !== 'postgres' && !isAddress(value)) {
        return refuse(`--temporal must be "dev", "postgres" or host:port, got "${value}"`);
      }
      options.temporal = value;
    }
  }
  if (options.empty && options.workspace !== undefined) return refuse('--empty and --workspace exclude each other');
  return { ok: true, options };
}

/**
 * @param {string} text
 * @returns {boolean} whether it is `host:port`
 */
function isAddress(text) {
  const match = /^(?:[\w.-]+|\[[0-9a-fA-F:]+\]):(\d{1,5})$/.exec(text);
  return match !== null && Number(match[1]) >= 1 && Number(match[1]) <= 65535;
}

/**
 * @param {string} argument
 * @returns {[string, string | undefined]}
 */
function splitFlag(argument) {
  const at = argument.indexOf('=');
  return at > 0 && argument.startsWith('--') ? [argument.slice(0, at), argument.slice(at + 1)] : [argument, undefined];
}

/**
 * @param {string} message
 * @returns {{ ok: false, message: string }}
 */
function refuse(message) {
  return { ok: false, message };
}
