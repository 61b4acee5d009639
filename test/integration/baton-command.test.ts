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
  const read = loadBatonConfig({}, home);
  // Test files share a namespace: on a queue of its own this one sees no other's leads.
  config = {
    ...read,
    temporal: { ...read.temporal, leadsQueue: `leads-${database.name}`, ioQueue: `io-${database.name}` },
  };
});

afterAll(async () => {
  await api.close();
  await database.drop();
  rmSync(home, { recursive: true, force: true });
});

const wrongOf = async (other: Config = config): Promise<string[]> =>
  (await runDoctor(other)).filter(({ ok }) => !ok).map(({ check }) => check);

describe('baton doctor', () => {
  it('finds nothing wrong but that api and worker do not run', async () => {
    await insertOrganisation(api.dataSource, await api.person());
    const findings = await runDoctor(config);
    expect(findings.filter(({ ok }) => !ok).map(({ check, says }) => [check, says])).toEqual([
      ['worker', `nobody polls leads-${database.name} and io-${database.name} and io-${database.name}-webhooks`],
      ['api', 'nothing answers at http://127.0.0.1:4100'],
    ]);
    expect(findings.map(({ check }) => check)).toEqual([
      ...['configuration', 'node', 'signing keys', 'postgres', 'clock', 'schema', 'organisation', 'outbox', 'touches'],
      ...['checklists', 'breakers', 'audit', 'temporal', 'namespace', 'worker', 'mail', 'api', 'leads'],
    ]);
  });

  it('says what is away, each with what to do', async () => {
    const away: Config = {
      ...config,
      database: { url: 'postgres://baton@127.0.0.1:1/baton', poolSize: 1 },
      temporal: { ...config.temporal, address: '127.0.0.1:1' },
      mail: { ...config.mail, smtpUrl: 'smtp://127.0.0.1:1' },
    };
    const findings = await runDoctor(away);
    expect(findings.filter(({ ok }) => !ok).map(({ check }) => check)).toEqual(['postgres', 'temporal', 'mail', 'api']);
    for (const { ok, fix } of findings) expect(ok || (fix ?? '').length > 0).toBe(true);
    expect(await wrongOf({ ...config, temporal: { ...config.temporal, namespace: 'nobodys' } })).toContain('namespace');
  });

  it('finds keys that are too short, an owner who is gone, a touch in doubt', async () => {
    const short = { id: 'k1', secret: Buffer.alloc(16) };
    expect(await wrongOf({ ...config, signing: { keys: [short] } })).toContain('signing keys');
    await api.dataSource.query('update people set active = false');
    expect(await wrongOf()).toContain('organisation');
    await api.dataSource.query('update people set active = true');
    await api.dataSource.transaction(async (manager) => {
      // Its parents do not matter here.
      await manager.query('set local session_replication_role = replica');
      await manager.query(
        `insert into touches (id, lead_id, enrollment_id, step, visit, template_version_id, state, due_at)
         select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 's', 1, gen_random_uuid(), state, now()
           from unnest('{in_doubt,held}'::text[]) state`,
      );
    });
    const touches = (await runDoctor(config)).find(({ check }) => check === 'touches');
    expect(touches?.says).toMatch(/^1 in doubt, e\.g\. \S+; 1 held$/);
    await api.dataSource.query('delete from touches');
  });

  it('finds a waiting outbox, a lead without workflow, a migration not run', async () => {
    const leadId = await insertLead(api.dataSource, await api.person());
    const leads = (await runDoctor(config)).find(({ check }) => check === 'leads');
    expect(leads).toMatchObject({ ok: false, says: expect.stringContaining('1 × workflow_missing') });
    await api.dataSource.query(
      `insert into outbox (id, lane, lead_id, seq, created_at, attempts)
       values (gen_random_uuid(), 'poke', $1, 1, now() - interval '90 seconds', 0)`,
      [leadId],
    );
    await api.dataSource.query('delete from schema_migrations where id = (select max(id) from schema_migrations)');
    expect(await wrongOf()).toEqual(['schema', 'outbox', 'worker', 'api']);
  });
});

describe('baton explain', () => {
  it('tells a lead by its address and by its id alike', async () => {
    const person = await api.person('Mara Marketer');
    const id = await insertLead(api.dataSource, person, { email: 'nora@example.com' });
    const text = await explainForOperator(config, id);
    expect(text).toContain('answers  Mara Marketer');
    expect(text).toContain(`workflow lead/${id}`);
    expect(await explainForOperator(config, ' nora@EXAMPLE.com')).toBe(text);
  });

  it('refuses a lead nobody knows, and a home where nothing runs', async () => {
    await expect(explainForOperator(config, 'nobody@example.com')).rejects.toThrow('there is no lead');
    expect(() => loadBatonConfig({}, join(home, 'nowhere'))).toThrow('npm start');
    expect(() => loadBatonConfig({}, undefined)).toThrow('.baton/stack.json is not there');
    expect(() => loadBatonConfig({ DATABASE_URL: 'postgres://baton@127.0.0.1/baton' }, undefined)).toThrow('SMTP_URL');
    writeFileSync(join(home, 'stack.json'), '{"api": 1}');
    expect(() => loadBatonConfig({}, home)).toThrow('is not what npm start writes');
  });
});
