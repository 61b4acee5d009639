import { loadDatabaseConfig } from '../config/config.js';
import { runMigrations } from '../database/run-migrations.js';
import { runCommand } from './run-command.js';

await runCommand('migrate', async () => {
  const names = await runMigrations(loadDatabaseConfig(process.env));
  console.log(names.length === 0 ? 'The schema is up to date.' : `Ran ${names.join(', ')}.`);
});
