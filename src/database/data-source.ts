import 'reflect-metadata';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { DatabaseConfig } from '../config/config.js';
import { BoundedClient, boundedBy } from './bounded-client.js';
import { ENTITIES } from './entities.js';
import { MIGRATIONS } from './migrations.js';

/** The one set of options of every connection: api, worker, commands and tests. */
export function dataSourceOptions(database: DatabaseConfig): DataSourceOptions {
  return {
    type: 'postgres',
    url: database.url,
    poolSize: database.poolSize,
    entities: ENTITIES,
    migrations: MIGRATIONS,
    migrationsTableName: 'schema_migrations',
    migrationsTransactionMode: 'each',
    synchronize: false,
    installExtensions: false,
    // Offsets and counters stay far below 2^53.
    parseInt8: true,
    applicationName: 'baton',
    extra: {
      ...(database.timeouts && { Client: BoundedClient, ...boundedBy(database.timeouts) }),
      ...(database.schema !== undefined && { options: `-c search_path=${database.schema}` }),
    },
  };
}

export function createDataSource(database: DatabaseConfig): DataSource {
  return new DataSource(dataSourceOptions(database));
}
