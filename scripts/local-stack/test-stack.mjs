import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMailPart, startPostgresPart, startTemporalPart } from './base-parts.mjs';
import { appEnv, runCli } from './app-parts.mjs';
import { acquireLock, isLocked } from './home-lock.mjs';
import { stopLeftovers } from './leftovers.mjs';
import { choosePorts } from './ports.mjs';
import { createDatabaseIfAbsent } from './postgres.mjs';
import { clearPostgresLeftovers } from './postgres-leftovers.mjs';
import { postgresDir } from './postgres-user.mjs';
import { createSilentProgress } from './progress.mjs';
import { readOrMakeSecrets } from './secrets.mjs';
import { createSupervisor } from './supervisor.mjs';
import { namespace } from './stack.mjs';

const prefix = 'baton-test-stack-';
const template = 'baton_template';

/**
 * @typedef {object} TestStack
 * @property {Record<string, string>} env BATON_TEST_* addresses for the tests
 * @property {() => Promise<void>} stop ends every part and removes the home
 * @property {() => void} kill the same at once, for the moment when this process itself goes
 */

/**
 * Starts PostgreSQL, Temporal and the mail catcher for one test run, in a home of its own on free ports, with a template
 * database that holds the schema and a namespace that has the search attributes.
 *
 * @param {{ root: string, env: NodeJS.ProcessEnv, onCrash: (message: string) => void }} options
 * @returns {Promise<TestStack>}
 */
export async function startTestStack({ root, env, onCrash }) {
  await sweepDeadHomes();
  const home = mkdtempSync(join(tmpdir(), prefix));
  chmodSync(home, 0o755);
  const taken = acquireLock(join(home, 'lock.json'));
  if (!taken.ok) throw new Error(`${home} is already locked`);
  const secrets = readOrMakeSecrets(home);
  const supervisor = createSupervisor({ home, onCrash });
  const progress = createSilentProgress();
  const parts = { root, home, env, supervisor, progress };
  const stop = async () => {
    await supervisor.stop();
    removeHome(home);
  };
  try {
    /** @type {Record<string, undefined>} */
    const anyPort = {};
    for (const name of ['postgres', 'temporal', 'mailbox', 'smtp', 'api']) anyPort[name] = undefined;
    const ports = /** @type {Record<string, number>} */ (await choosePorts(anyPort));
    /** @param {string} name */
    const port = (name) => /** @type {number} */ (ports[name]);
    const [postgres, temporal, mail] = await Promise.all([
      startPostgresPart({
        ...parts,
        ...{ port: port('postgres'), password: secrets.databasePassword, throwAway: true, database: template },
      }),
      startTemporalPart({ ...parts, port: port('temporal'), uiPort: undefined, throwAway: true }),
      startMailPart({ ...parts, smtpPort: port('smtp'), httpPort: port('mailbox') }),
    ]);
    const app = { temporalAddress: temporal.address, temporalUi: null, namespace, ...mail, port: port('api') };
    const appEnvironment = (/** @type {string} */ database) =>
      appEnv({ ...app, databaseUrl: postgres.url(database), signingKeys: secrets.signingKeys }, env);
    await runCli({ root, script: 'migrate.js', env: appEnvironment(template) });
    await sealTemplate(postgres.url('postgres'));
    // The namespace is made by the same command as everywhere; the keys it makes must not end up in the template.
    await createDatabaseIfAbsent(postgres.url('postgres'), 'baton_bootstrap');
    const bootstrap = appEnvironment('baton_bootstrap');
    await runCli({ root, script: 'migrate.js', env: bootstrap });
    await runCli({ root, script: 'bootstrap.js', args: ['--keys-file', join(home, 'keys.json')], env: bootstrap });
    return {
      env: {
        BATON_TEST_HOME: home,
        BATON_TEST_PG_URL: postgres.url('postgres'),
        BATON_TEST_TEMPLATE_DB: template,
        BATON_TEST_TEMPORAL_ADDRESS: temporal.address,
        BATON_TEST_TEMPORAL_NAMESPACE: namespace,
        BATON_TEST_MAILBOX: mail.mailbox,
        BATON_TEST_SMTP: mail.smtp,
      },
      stop,
      kill: () => {
        supervisor.kill();
        removeHome(home);
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Nobody may connect to it any more: a database that is in use cannot be copied. @param {string} adminUrl */
async function sealTemplate(adminUrl) {
  const { default: pg } = await import('pg');
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`alter database ${template} with is_template true allow_connections false`);
  await admin.end();
}

/** Test runs that were killed with -9 leave processes and a folder; the next run clears them away. */
async function sweepDeadHomes() {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))) {
    const home = join(tmpdir(), name);
    // Without a lock file it may be one that is just being made.
    if (!existsSync(join(home, 'lock.json')) || isLocked(join(home, 'lock.json'))) continue;
    await stopLeftovers(home);
    const data = join(postgresDir(home), 'data');
    if (existsSync(data)) await clearPostgresLeftovers(data);
    removeHome(home);
  }
}

/** @param {string} home */
function removeHome(home) {
  rmSync(postgresDir(home), { recursive: true, force: true });
  rmSync(home, { recursive: true, force: true });
}
