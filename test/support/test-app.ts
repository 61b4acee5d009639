import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { pino } from 'pino';
import type { DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AppModule } from '../../src/app.module.js';
import { ApiKeysService } from '../../src/common/auth/api-keys.service.js';
import type { Scope } from '../../src/common/auth/caller.js';
import { createHttpApp } from '../../src/common/http-app.js';
import { type Config, loadConfig } from '../../src/config/config.js';
import { uuidV7 } from '../../src/database/uuid-v7.js';

/** An answer as tests look at it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | string[] | undefined>>;
  readonly text: string;
  json<T = Record<string, unknown>>(): T;
}

export interface CallOptions {
  readonly key?: string;
  readonly body?: unknown;
  /** Sent as it is, with the content type of `headers` or JSON. */
  readonly payload?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The whole api in this process, on a database of the test's own. */
export interface TestApp {
  readonly app: NestFastifyApplication;
  readonly dataSource: DataSource;
  readonly config: Config;
  /** A key of a new person with these scopes. */
  key(...scopes: Scope[]): Promise<string>;
  person(name?: string): Promise<string>;
  call(method: string, url: string, options?: CallOptions): Promise<Answer>;
  close(): Promise<void>;
}

export const testConfig = (databaseUrl: string): Config =>
  loadConfig({
    DATABASE_URL: databaseUrl,
    PORT: '0',
    BASE_URL: 'http://127.0.0.1:4100',
    TEMPORAL_ADDRESS: process.env.BATON_TEST_TEMPORAL_ADDRESS ?? '127.0.0.1:1',
    TEMPORAL_NAMESPACE: process.env.BATON_TEST_TEMPORAL_NAMESPACE ?? 'baton',
    SMTP_URL: process.env.BATON_TEST_SMTP ?? 'smtp://127.0.0.1:1',
    MAIL_FROM_DOMAIN: 'kelvara.example',
    SIGNING_KEYS: `test:${Buffer.alloc(32, 1).toString('base64url')}`,
    LOG_LEVEL: 'silent',
  });

export async function startTestApp(
  databaseUrl: string,
  makeModule: (config: Config) => DynamicModule = (config) => AppModule.forRoot(config),
): Promise<TestApp> {
  const config = testConfig(databaseUrl);
  const app = await createHttpApp(makeModule(config), config, pino({ level: 'silent' }));
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  const dataSource = app.get(DataSource);

  const person = async (name = 'Ines Okafor'): Promise<string> => {
    const id = uuidV7();
    await dataSource.query(
      `insert into people (id, key, name, email, roles, zone, capacity, weight, away, active)
       values ($1, $2, $3, $4, '{marketer}', 'Europe/Zurich', 5, 1, '[]', true)`,
      [id, `p-${id}`, name, `${id}@kelvara.example`],
    );
    return id;
  };

  return {
    app,
    dataSource,
    config,
    person,
    async key(...scopes) {
      const made = { name: scopes.join(' '), personId: await person(), scopes };
      return (await app.get(ApiKeysService).create(dataSource.manager, made, new Date())).token;
    },
    async call(method, url, { key, body, payload, headers } = {}) {
      const sent = payload ?? (body === undefined ? undefined : JSON.stringify(body));
      const response = await app.inject({
        method: method as 'GET',
        url,
        headers: {
          ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
          ...headers,
        },
        ...(sent === undefined ? {} : { payload: sent }),
      });
      return {
        status: response.statusCode,
        headers: response.headers,
        text: response.body,
        json: <T>() => JSON.parse(response.body) as T,
      };
    },
    close: () => app.close(),
  };
}
