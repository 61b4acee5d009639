import { runCommand } from './run-command.mjs';

/** What each database holds, as the server's own tool names it. */
const schemas = { temporal: 'postgresql/v12/temporal', temporal_visibility: 'postgresql/v12/visibility' };
const complete = 'the schema of Temporal is complete';

/**
 * Makes the two databases of a Temporal server and brings their schema to the version of the tool; where that is done
 * it changes nothing. A database whose making was interrupted, which no server has seen yet, is made anew.
 *
 * @param {{ sql: string, url: (database: string) => string, env: NodeJS.ProcessEnv }} options sql: the tool's path;
 *   url: connection string of a database, for a superuser
 */
export async function prepareTemporalDatabases({ sql, url, env }) {
  const { default: pg } = await import('pg');
  const admin = new pg.Client({ connectionString: url('postgres') });
  await admin.connect();
  try {
    for (const [database, schema] of Object.entries(schemas)) {
      const name = admin.escapeIdentifier(database);
      const run = (/** @type {string[]} */ ...args) => runSqlTool({ sql, url: url(database), env, args });
      const isComplete = await hasComment(admin, database);
      if (!isComplete) {
        await admin.query(`drop database if exists ${name} with (force)`);
        await admin.query(`create database ${name}`);
        await run('setup-schema', '--version', '0.0');
      }
      await run('update-schema', '--schema-name', schema);
      // It lies beside the data themselves, so that neither can be there without the other.
      if (!isComplete) await admin.query(`comment on database ${name} is '${complete}'`);
    }
  } finally {
    await admin.end();
  }
}

/**
 * @param {import('pg').Client} admin
 * @param {string} database
 */
async function hasComment(admin, database) {
  const { rows } = await admin.query(
    `select shobj_description(oid, 'pg_database') = $2 as complete from pg_database where datname = $1`,
    [database, complete],
  );
  return rows[0]?.complete === true;
}

/** @param {{ sql: string, url: string, env: NodeJS.ProcessEnv, args: string[] }} options */
async function runSqlTool({ sql, url, env, args }) {
  const { hostname, port, username, password, pathname } = new URL(url);
  const database = pathname.slice(1);
  const { ok, code, output } = await runCommand({
    command: sql,
    args,
    // Not as arguments: every user of the machine can read those.
    env: {
      ...(env.PATH !== undefined && { PATH: env.PATH }),
      ...{ SQL_PLUGIN: 'postgres12', SQL_HOST: hostname, SQL_PORT: port, SQL_DATABASE: database },
      ...{ SQL_USER: username, SQL_PASSWORD: decodeURIComponent(password) },
    },
  });
  if (ok) return;
  const end = output.split('\n').slice(-10).join('\n');
  throw new Error(
    `temporal: ${args[0]} failed on the database ${database} (exit code ${code})\n${end.replace(/^/gm, '    ')}`,
  );
}
