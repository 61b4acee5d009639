import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { AppModule } from '../../src/app.module.js';
import { type Config, loadConfig } from '../../src/config/config.js';
import { createDataSource } from '../../src/database/data-source.js';
import { runMigrations } from '../../src/database/run-migrations.js';
import { type RunningWorker, startWorker } from '../../src/worker-host.js';
import { valueOf } from '../support/metrics.js';
import { insertLead } from '../support/records.js';
import { createTestDatabase, type TestDatabase, testStack, waitFor } from '../support/stack.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const BUNDLE = fileURLToPath(new URL('../../dist/workflow-bundle.js', import.meta.url));

let database: TestDatabase;
let api: TestApp;
let ops: string;
let leadId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApp(database.url);
  ops = await api.key('ops');
  leadId = await insertLead(api.dataSource, await api.person());
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

describe('metrics of the api', () => {
  it('need the scope ops', async () => {
    expect((await api.call('GET', '/metrics')).status).toBe(401);
    expect((await api.call('GET', '/metrics', { key: await api.key('marketing') })).status).toBe(403);
  });

  it('tell the record and the requests, without an id', async () => {
    const key = await api.key('intake', 'marketing');
    await api.dataSource.query(
      `insert into outbox (id, lane, lead_id, seq, created_at, attempts)
       values (gen_random_uuid(), 'poke', $1, 1, now() - interval '90 seconds', 0)`,
      [leadId],
    );
    await api.call('GET', `/v1/leads/${leadId}`, { key });
    await api.call('GET', `/nowhere/${leadId}`, { key });
    const fact = { source: 'web', eventId: 'm-1', lead: { id: leadId }, kind: 'page_view' };
    const body = { ...fact, occurredAt: '2026-02-01T10:00:00Z' };
    for (let times = 0; times < 2; times += 1) {
      expect((await api.call('POST', '/v1/engagements', { key, body })).status).toBeLessThan(300);
    }
    const { status, headers, text } = await api.call('GET', '/metrics', { key: ops });
    expect(status).toBe(200);
    expect(headers['content-type']).toContain('version=0.0.4');
    expect(valueOf(text, 'baton_record_up')).toBe(1);
    expect(valueOf(text, 'baton_leads{state="nurturing"}')).toBe(1);
    expect(valueOf(text, 'baton_leads{state="won"}')).toBe(0);
    expect(valueOf(text, 'baton_touches_unsettled{state="in_doubt"}')).toBe(0);
    expect(valueOf(text, 'baton_outbox_oldest_seconds{lane="poke"}')).toBeGreaterThan(89);
    expect(valueOf(text, 'baton_handoffs_overdue')).toBe(0);
    expect(valueOf(text, 'baton_engagements_ingested_total{result="stored"}')).toBe(1);
    expect(valueOf(text, 'baton_engagements_ingested_total{result="duplicate"}')).toBe(1);
    expect(valueOf(text, 'baton_engagement_ingest_duration_seconds_count')).toBe(2);
    expect(valueOf(text, 'baton_http_requests_total{method="GET",route="/v1/leads/:id",status="200"}')).toBe(1);
    expect(valueOf(text, 'baton_http_requests_total{method="GET",route="none",status="404"}')).toBe(1);
    const seconds = 'baton_http_request_duration_seconds_count';
    expect(valueOf(text, `${seconds}{method="GET",route="/v1/leads/:id",status="2xx"}`)).toBe(1);
    expect(valueOf(text, 'process_resident_memory_bytes')).toBeGreaterThan(1e6);
    expect(text).toMatch(/^baton_build_info\{version="\d+\.\d+\.\d+",node="[\d.]+"\} 1$/m);
    expect(text).not.toContain(leadId);
  });
});

describe('readiness of the api', () => {
  const ready = async (of: TestApp = api) => {
    const answer = await of.call('GET', '/readyz');
    const { status: word, checks } = answer.json<{ status: string; checks: Record<string, string> }>();
    const down = Object.keys(checks).filter((name) => checks[name] === 'down');
    return { status: answer.status, word, down, again: answer.headers['retry-after'] };
  };
  /** The api with another part away. */
  const withOther = async (change: (config: Config) => Config, look: (other: TestApp) => Promise<void>) => {
    const other = await startTestApp(database.url, (config) => AppModule.forRoot(change(config)));
    await look(other);
    await other.close();
  };

  it('is degraded while something waits for a worker for more than a minute', async () => {
    const waiting = 'select id from outbox where delivered_at is null';
    expect((await api.dataSource.query<unknown[]>(waiting)).length).toBeGreaterThan(0);
    expect(await ready()).toEqual({ status: 200, word: 'degraded', down: ['outbox'], again: undefined });
    await api.dataSource.query('update outbox set delivered_at = now()');
    expect(await ready()).toEqual({ status: 200, word: 'ready', down: [], again: undefined });
  });

  it('is degraded without Temporal, and facts are taken in', async () => {
    const [host = '', port = ''] = testStack.temporalAddress.split(':');
    const temporal = await startTcpProxy(host, Number(port));
    const address = `127.0.0.1:${temporal.port}`;
    await withOther(
      (config) => ({ ...config, temporal: { ...config.temporal, address } }),
      async (other) => {
        expect(await ready(other)).toMatchObject({ status: 200, word: 'ready' });
        await temporal.cut();
        expect(await ready(other)).toMatchObject({ status: 200, word: 'degraded', down: ['temporal', 'namespace'] });
        const fact = { source: 'web', eventId: 'away-1', lead: { id: leadId }, kind: 'page_view' };
        const body = { ...fact, occurredAt: '2026-02-01T10:00:00Z' };
        const key = await other.key('intake');
        expect((await other.call('POST', '/v1/engagements', { key, body })).status).toBe(202);
        await temporal.restore();
        await waitFor(async () => (await ready(other)).word === 'ready', { what: 'ready again', timeoutMs: 30_000 });
      },
    );
    await temporal.cut();
  });

  it('tells a namespace that is missing from a Temporal that is away', async () => {
    await withOther(
      (config) => ({ ...config, temporal: { ...config.temporal, namespace: 'nobodys' } }),
      async (other) => expect(await ready(other)).toMatchObject({ status: 200, word: 'degraded', down: ['namespace'] }),
    );
  });

  it('is not ready on a schema older than the build, and without the database', async () => {
    const [row] = await api.dataSource.query<{ name: string }[]>(
      'delete from schema_migrations where id = (select max(id) from schema_migrations) returning name',
    );
    expect(row).toBeDefined();
    expect(await ready()).toEqual({ status: 503, word: 'not_ready', down: ['schema'], again: '5' });
    await runMigrations({ url: database.url });
    expect(await ready()).toMatchObject({ status: 200, word: 'ready' });

    const url = new URL(database.url);
    const postgres = await startTcpProxy(url.hostname, Number(url.port));
    url.port = String(postgres.port);
    await withOther(
      (config) => ({ ...config, database: { ...config.database, url: url.href } }),
      async (other) => {
        await postgres.cut();
        expect(await ready(other)).toMatchObject({
          status: 503,
          word: 'not_ready',
          down: ['postgres', 'schema', 'outbox'],
        });
        expect((await other.call('GET', '/healthz')).status).toBe(200);
        await postgres.restore();
        await waitFor(async () => (await ready(other)).word === 'ready', { what: 'ready again', timeoutMs: 30_000 });
      },
    );
    await postgres.cut();
  });
});

describe('the worker', () => {
  let postgres: TcpProxy;
  let temporal: TcpProxy;
  let worker: RunningWorker;
  let other: TestDatabase;

  beforeAll(async () => {
    other = await createTestDatabase();
    const url = new URL(other.url);
    postgres = await startTcpProxy(url.hostname, Number(url.port));
    url.port = String(postgres.port);
    const [host = '', port = ''] = testStack.temporalAddress.split(':');
    temporal = await startTcpProxy(host, Number(port));
    const config = loadConfig({
      DATABASE_URL: url.href,
      TEMPORAL_ADDRESS: `127.0.0.1:${temporal.port}`,
      TEMPORAL_NAMESPACE: testStack.namespace,
      TASK_QUEUE_LEADS: `leads-${other.name}`,
      TASK_QUEUE_IO: `io-${other.name}`,
      SMTP_URL: testStack.smtpUrl,
      MAIL_FROM_DOMAIN: 'testwerk.example',
      SIGNING_KEYS: `test:${Buffer.alloc(32, 1).toString('base64url')}`,
      LOG_LEVEL: 'silent',
    });
    worker = await startWorker(config, pino({ level: 'silent' }), BUNDLE);
  });

  afterAll(async () => {
    await worker.stop();
    await other.drop();
    await postgres.cut();
    await temporal.cut();
  });

  const health = (want: boolean, timeoutMs = 20_000) =>
    waitFor(
      async () => {
        const answer = await worker.health();
        return (answer.status === 'ready') === want ? answer.checks : undefined;
      },
      { what: `ready is ${want}`, timeoutMs },
    );

  it('is ready and has metrics while both servers are there', async () => {
    const both = { postgres: 'up', schema: 'up', temporal: 'up', namespace: 'up', outbox: 'up', relay: 'up' };
    expect(await worker.health()).toEqual({ status: 'ready', checks: both });
    const text = await worker.metrics();
    expect(valueOf(text, 'baton_record_up')).toBe(1);
    expect(text).toContain('# TYPE baton_relay_lag_seconds histogram');
  });

  it('is not ready without Temporal, and again when it is back', async () => {
    await temporal.cut();
    expect(await health(false)).toMatchObject({ postgres: 'up', temporal: 'down' });
    await temporal.restore();
    await health(true);
  });

  it('works on, degraded, while a row waits that nobody delivers', async () => {
    const direct = createDataSource({ url: other.url, poolSize: 1 });
    await direct.initialize();
    // Without its lead no turn finds it.
    await direct.query(
      `insert into outbox (id, lane, lead_id, seq, created_at) values (gen_random_uuid(), 'poke', gen_random_uuid(), 1, $1)`,
      [new Date(Date.now() - 90_000)],
    );
    expect(await worker.health()).toMatchObject({ status: 'degraded', checks: { outbox: 'down', relay: 'up' } });
    await direct.query('delete from outbox');
    await direct.destroy();
    expect(await worker.health()).toMatchObject({ status: 'ready' });
  });

  it('is not ready without the database; after 10 s the relay has failed, too', async () => {
    await postgres.cut();
    expect(await health(false)).toMatchObject({ postgres: 'down', temporal: 'up', relay: 'up' });
    const down = async () => ((await worker.health()).checks.relay === 'down' ? true : undefined);
    await waitFor(down, { what: 'the relay is down', timeoutMs: 30_000 });
    const text = await waitFor(
      async () => {
        const said = await worker.metrics();
        return valueOf(said, 'baton_record_up') === 0 ? said : undefined;
      },
      { what: 'the scrape says that the database is away', timeoutMs: 20_000 },
    );
    expect(text).not.toMatch(/^baton_(leads|outbox_undelivered|handoffs_offered|lead_wakes_late)\b/m);
    expect(valueOf(text, 'baton_relay_failures_total{lane="poke",what="turn"}')).toBeGreaterThan(0);
    await postgres.restore();
    expect(await health(true, 30_000)).toMatchObject({ relay: 'up' });
  }, 90_000);
});
