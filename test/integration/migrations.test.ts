import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/database/data-source.js';
import { runMigrations } from '../../src/database/run-migrations.js';
import { createTestDatabase, type TestDatabase } from '../support/stack.js';

let database: TestDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await createTestDatabase();
  await runMigrations({ url: database.url });
  dataSource = createDataSource({ url: database.url, poolSize: 4 });
  await dataSource.initialize();
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

describe('the migrations', () => {
  it('leave nothing between the schema and the entities', async () => {
    const pending = await dataSource.driver.createSchemaBuilder().log();
    expect(pending.upQueries.map((query) => query.query)).toEqual([]);
  });

  it('run once', async () => {
    expect(await runMigrations({ url: database.url })).toEqual([]);
  });

  it('survive being run again over what they made', async () => {
    await dataSource.query('DELETE FROM schema_migrations');
    expect((await runMigrations({ url: database.url })).length).toBeGreaterThan(0);
    const pending = await dataSource.driver.createSchemaBuilder().log();
    expect(pending.upQueries).toEqual([]);
  });
});
