import type { DatabaseConfig } from '../config/config.js';
import { createDataSource } from './data-source.js';

/** Any number that is always the same: two commands at once take turns. */
const MIGRATION_LOCK = 7_231_001;

/** Brings the database to the newest schema. Returns the names of the migrations that were run now. */
export async function runMigrations(database: Pick<DatabaseConfig, 'url'>): Promise<string[]> {
  // One connection holds the lock while another one works.
  const dataSource = createDataSource({ url: database.url, poolSize: 2 });
  await dataSource.initialize();
  try {
    const lock = dataSource.createQueryRunner();
    try {
      await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
      return (await dataSource.runMigrations()).map((migration) => migration.name);
    } finally {
      await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
      await lock.release();
    }
  } finally {
    await dataSource.destroy();
  }
}
