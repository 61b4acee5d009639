import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runDoctor } from '../../src/cli/doctor/run-doctor.js';
import { explainForOperator } from '../../src/cli/operator/explain-for-operator.js';
import { loadBatonConfig } from '../../src/cli/operator/load-baton-config.js';
import type { Config } from '../../src/config/config.js';
import { insertLead, insertOrganisation } from '../support/records.js';
import { createTestDatabase, type TestDatabase, testStack } from '../support/stack.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const home = mkdtempSync(join(tmpdir(), 'baton-home-'));
let database: TestDatabase;
let api: TestApp;
let config: Config;

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApp(database.url);
  const stack = {
    ...{ api: 'http://127.0.0.1:4100', temporalAddress: testStack.temporalAddress, temporalUi: null },
    ...{ namespace: testStack.namespace, smtp: testStack.smtpUrl, databaseUrl: database.url },
  };
  writeFileSync(join(home, 'stack.json'), JSON.stringify(stack));
  config = loadBatonConfig({}, home);
});

afterAll(async () => {
  await api.close();
  await database.drop();
  rmSync(home, { recursive: true, force: true });
});

const wrongOf = async (other: Config = config): Promise<string[]> =>
  (await runDoctor(other)).filter(({ ok }) => !ok).map(({ check }) => check);

describe('baton doctor', () => {
  it('finds nothing wrong where all is well', async () => {
    const findings = await runDoctor(config);
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(findings).toHaveLength(10);
  });

  it('says what is away, each with what to do', async () => {
    const away: Config = {
      ...config,
      database: { url: 'postgres://baton@127.0.0.1:1/baton', poolSize: 1 },
      temporal: { ...config.temporal, address: '127.0.0.1:1' },
      mail: { ...config.mail, smtpUrl: 'smtp://127.0.0.1:1' },
    };
    const findings = await runDoctor(away);
    expect(findings.filter(({ ok }) => !ok).map(({ check }) => check)).toEqual(['postgres', 'temporal', 'mail']);
    for (const { ok, fix } of findings) expect(ok || (fix ?? '').length > 0).toBe(true);
    expect(await wrongOf({ ...config, temporal: { ...config.temporal, namespace: 'nobodys' } })).toContain('namespace');
  });

  it('finds a waiting outbox, a lead without workflow, a migration not run', async () => {
    const leadId = await insertLead(api.dataSource, await api.person());
    expect(await wrongOf()).toEqual(['workflows']);
    await api.dataSource.query(
      `insert into outbox (id, lane, lead_id, seq, created_at, attempts)
       values (gen_random_uuid(), 'poke', $1, 1, now() - interval '90 seconds', 0)`,
      [leadId],
    );
    await api.dataSource.query('delete from schema_migrations where id = (select max(id) from schema_migrations)');
    expect(await wrongOf()).toEqual(['schema', 'outbox']);
  });
});

describe('baton explain', () => {
  it('tells a lead by its address and by its id alike', async () => {
    const person = await api.person('Mara Marketer');
    await insertOrganisation(api.dataSource, person);
    const id = await insertLead(api.dataSource, person, { email: 'nora@example.com' });
    const text = await explainForOperator(config, id);
    expect(text).toContain('answers  Mara Marketer');
    expect(text).toContain(`workflow lead/${id}`);
    expect(await explainForOperator(config, ' nora@EXAMPLE.com')).toBe(text);
  });

  it('refuses a lead nobody knows, and a home where nothing runs', async () => {
    await expect(explainForOperator(config, 'nobody@example.com')).rejects.toThrow('there is no lead');
    expect(() => loadBatonConfig({}, join(home, 'nowhere'))).toThrow('npm start');
  });
});
