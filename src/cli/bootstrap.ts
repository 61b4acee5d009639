import { DataSource } from 'typeorm';
import { loadConfig } from '../config/config.js';
import { inTransaction } from '../database/transaction.js';
import { PeopleModule } from '../people/people.module.js';
import { withCommandApp } from './command-app.js';
import { issueKeys } from './issue-keys.js';
import { prepareNamespace } from './prepare-namespace.js';
import { readOptions, runCommand } from './run-command.js';
import { setUpOrganisation } from './set-up-organisation.js';

/**
 * Makes ready what api and worker need before their first start; running it again changes nothing.
 * Usage: bootstrap [--keys-file FILE]
 */
await runCommand('bootstrap', async () => {
  const options = readOptions({ 'keys-file': { type: 'string' } });
  const config = loadConfig(process.env);
  const keysFile = options['keys-file'];
  const [made] = await Promise.all([
    prepareNamespace(config.temporal),
    withCommandApp(config, [PeopleModule], async (app) => {
      const now = new Date();
      const empty = await inTransaction(app.get(DataSource), (manager) => setUpOrganisation(manager, config, now));
      if (empty) console.log('Made the organisation and its first person, owner.');
      if (keysFile === undefined) return;
      const fresh = await issueKeys(app, keysFile, now);
      console.log(fresh.length === 0 ? `Keys in ${keysFile} still work.` : `Wrote keys: ${fresh.join(', ')}.`);
    }),
  ]);
  console.log(made.length === 0 ? 'Namespace and search attributes are there.' : `Made ${made.join(', ')}.`);
});
