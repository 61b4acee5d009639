import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { pino } from 'pino';
import { DataSource } from 'typeorm';
import { AppModule } from '../../src/app.module.js';
import type { Scope } from '../../src/common/auth/caller.js';
import { ApiKeysService } from '../../src/common/auth/api-keys.service.js';
import { createHttpApp } from '../../src/common/http-app.js';
import { type Config, loadConfig } from '../../src/config/config.js';
import { loadWorkspace } from '../../src/cli/workspace/load-workspace.js';
import { type RunningWorker, startWorker } from '../../src/worker-host.js';
import { leadWorkflowId } from '../../workflows/contracts/lead-lifecycle.contract.js';
import { checkCustody } from './custody-faults.js';
import { createTestDatabase, filledTemplate, type TestDatabase, testStack, waitFor } from './stack.js';
import { installTemporalRuntime } from './temporal-runtime.js';
import { VirtualTime } from './virtual-time.js';

/** An answer as tests look at it. */
export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly body: T;
}

interface Options {
  readonly level?: string;
  /** Another mail server than the run's catcher, for tests that take it away or hold it up. */
  readonly smtpUrl?: string;
  /** A database on another server than the run's, with the schema in it. */
  readonly database?: TestDatabase;
  /** Another Temporal than the run's, or the same one behind a proxy. */
  readonly temporalAddress?: string;
  /** Version that new leads start with; the newest when absent. */
  readonly leadVersion?: number;
  /** Receivers of webhooks of the test's own, `host:port`. */
  readonly allowedHosts?: string;
  /** Size of a file of leads. */
  readonly importMaxBytes?: number;
  /** How long statements and their waits for locks may take, in milliseconds. */
  readonly databaseLimitMs?: number;
  /** Another workspace than the fixture's, with who has its keys. */
  readonly workspace?: {
    readonly folder: string;
    readonly marketing: string;
    readonly sales: string;
    readonly admin: string;
  };
}

/** Api, worker and relay in this process, on the run's Temporal and mail catcher and a database of their own. */
export interface TestBaton {
  readonly app: NestFastifyApplication;
  readonly dataSource: DataSource;
  readonly config: Config;
  /** What `config` was read from, for processes of the test's own. */
  readonly env: Readonly<Record<string, string>>;
  readonly client: Client;
  readonly virtual: VirtualTime;
  readonly keys: Readonly<Record<'marketing' | 'sales' | 'admin', string>>;
  call<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    options?: CallOptions,
  ): Promise<Answer<T>>;
  /** A key of the person with that key. */
  keyOf(personKey: string, ...scopes: Scope[]): Promise<string>;
  personId(key: string): Promise<string>;
  /** Waits until the lead is in one of the states and answers it. */
  inState(leadId: string, ...states: string[]): Promise<string>;
  history(leadId: string): Promise<{ events: readonly unknown[]; bytes: number }>;
  /** What the worker's own scrape shows. */
  workerMetrics(): Promise<string>;
  stopWorker(): Promise<void>;
  /** `bundlePath`: the workflow code of another release. */
  startWorker(bundlePath?: string): Promise<void>;
  /** Ends everything. Throws when the custody of a lead has a gap or an overlap or names nobody. */
  stop(): Promise<void>;
}

interface CallOptions {
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const WORKSPACE = {
  folder: fileURLToPath(new URL('../fixtures/workspace', import.meta.url)),
  marketing: 'mara-marketer',
  sales: 'theo-teamowner',
  admin: 'olga-owner',
};
const BUNDLE = fileURLToPath(new URL('../../dist/workflow-bundle.js', import.meta.url));

/** What every configuration of the tests has in common. */
const environment = (databaseUrl: string) => ({
  DATABASE_URL: databaseUrl,
  PORT: '0',
  BASE_URL: 'http://127.0.0.1:4100',
  TEMPORAL_ADDRESS: testStack.temporalAddress,
  TEMPORAL_NAMESPACE: testStack.namespace,
  SMTP_URL: testStack.smtpUrl,
  MAIL_FROM_DOMAIN: 'testwerk.example',
  SIGNING_KEYS: `test:${Buffer.alloc(32, 1).toString('base64url')}`,
});

/** Loading takes as long as starting: it is done once for all test files. */
const workspaceTemplate = (folder: string): Promise<string> =>
  filledTemplate(folder, async (url) => {
    await loadWorkspace(loadConfig(environment(url)), folder);
  });

/** Starts everything with the workspace of `test/fixtures/workspace`. */
export async function startTestBaton({
  level = 'silent',
  smtpUrl = testStack.smtpUrl,
  temporalAddress = testStack.temporalAddress,
  leadVersion,
  allowedHosts = '',
  importMaxBytes,
  databaseLimitMs,
  workspace = WORKSPACE,
  ...own
}: Options = {}): Promise<TestBaton> {
  const database = own.database ?? (await createTestDatabase(await workspaceTemplate(workspace.folder)));
  const queue = randomBytes(4).toString('hex');
  const env = {
    ...environment(database.url),
    TEMPORAL_ADDRESS: temporalAddress,
    TASK_QUEUE_LEADS: `leads-${queue}`,
    TASK_QUEUE_IO: `io-${queue}`,
    SMTP_URL: smtpUrl,
    LOG_LEVEL: level,
    WEBHOOK_ALLOWED_HOSTS: allowedHosts,
    ...(leadVersion === undefined ? {} : { LEAD_VERSION: String(leadVersion) }),
    ...(databaseLimitMs === undefined
      ? {}
      : {
          DATABASE_STATEMENT_TIMEOUT_MS: String(databaseLimitMs),
          DATABASE_LOCK_TIMEOUT_MS: String(databaseLimitMs),
        }),
    ...(importMaxBytes === undefined ? {} : { IMPORT_MAX_BYTES: String(importMaxBytes) }),
  };
  const config = loadConfig(env);
  const logger = pino({ level });
  const app = await createHttpApp(AppModule.forRoot(config), config, logger);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  const dataSource = app.get(DataSource);
  if (own.database) await loadWorkspace(config, workspace.folder);
  installTemporalRuntime();
  const connection = await Connection.connect({ address: testStack.temporalAddress });
  const client = new Client({ connection, namespace: testStack.namespace });
  let worker: RunningWorker | undefined = await startWorker(config, logger, BUNDLE);

  const personId = async (key: string): Promise<string> => {
    const [row] = await dataSource.query<{ id: string }[]>('select id from people where key = $1', [key]);
    if (!row) throw new Error(`no person ${key}`);
    return row.id;
  };
  const keyOf = async (personKey: string, ...scopes: Scope[]): Promise<string> => {
    const made = { name: `${personKey} ${scopes.join(' ')}`, personId: await personId(personKey), scopes };
    return (await app.get(ApiKeysService).create(dataSource.manager, made, new Date())).token;
  };
  const keys = {
    marketing: await keyOf(workspace.marketing, 'marketing', 'intake'),
    sales: await keyOf(workspace.sales, 'sales'),
    admin: await keyOf(workspace.admin, 'admin', 'marketing', 'sales', 'intake', 'ops'),
  };
  const baton: TestBaton = {
    app,
    dataSource,
    config,
    env,
    client,
    virtual: new VirtualTime(client, testStack.namespace, dataSource),
    keys,
    keyOf,
    personId,
    async call<T>(method: string, path: string, body?: unknown, { key = keys.admin, headers = {} }: CallOptions = {}) {
      const response = await app.inject({
        method: method as 'GET',
        url: path,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
          ...headers,
        },
        ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const json = String(response.headers['content-type'] ?? '').includes('json');
      return {
        status: response.statusCode,
        headers: response.headers,
        text: response.body,
        body: (json ? JSON.parse(response.body) : {}) as T,
      };
    },
    async inState(leadId, ...states) {
      return waitFor(
        async () => {
          const [row] = await dataSource.query<{ state: string }[]>('select state from leads where id = $1', [leadId]);
          return row && states.includes(row.state) ? row.state : undefined;
        },
        { what: `lead ${leadId} is ${states.join(' or ')}`, timeoutMs: 30_000 },
      );
    },
    async history(leadId) {
      const history = await client.workflow.getHandle(leadWorkflowId(leadId)).fetchHistory();
      const description = await client.workflow.getHandle(leadWorkflowId(leadId)).describe();
      return { events: history.events ?? [], bytes: description.historySize ?? 0 };
    },
    async workerMetrics() {
      return worker ? worker.metrics() : '';
    },
    async stopWorker() {
      await worker?.stop();
      worker = undefined;
    },
    async startWorker(bundlePath = BUNDLE) {
      worker ??= await startWorker(config, logger, bundlePath);
    },
    async stop() {
      await worker?.stop();
      try {
        await checkCustody(dataSource);
      } finally {
        await app.close();
        await connection.close();
        await database.drop();
      }
    },
  };
  return baton;
}
