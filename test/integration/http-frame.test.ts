import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { Controller, Get, Module, Post } from '@nestjs/common';
import { z } from 'zod';
import { AppModule } from '../../src/app.module.js';
import { Public, Scopes } from '../../src/common/auth/scopes.decorator.js';
import { ZodBody, ZodParam, ZodQuery } from '../../src/common/body.js';
import { PROBLEMS } from '../../src/common/problem.js';
import { createTestDatabase, type TestDatabase } from '../support/stack.js';
import { startTcpProxy } from '../support/tcp-proxy.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const bodySchema = z.strictObject({
  name: z.string().min(1),
  size: z.int().max(9),
  inner: z.strictObject({ kind: z.enum(['a', 'b']) }),
  any: z.json().optional(),
});

@Controller('probe')
class ProbeController {
  @Get('unmarked')
  unmarked(): string {
    return 'never shown';
  }

  @Post('body')
  @Scopes('ops')
  body(@ZodBody(bodySchema) body: z.output<typeof bodySchema>): z.output<typeof bodySchema> {
    return body;
  }

  @Post('note')
  @Scopes('ops')
  note(@ZodBody(z.strictObject({ note: z.string().optional() }).prefault({})) body: unknown): unknown {
    return { body };
  }

  @Get('query')
  @Public()
  query(@ZodQuery(z.strictObject({ limit: z.coerce.number().max(200).optional() })) query: unknown): unknown {
    return query;
  }

  @Get('things/:id')
  @Public()
  thing(@ZodParam('id', z.uuid()) id: string): unknown {
    return { id };
  }

  @Get('broken')
  @Public()
  broken(): never {
    throw Object.assign(new Error('relation "secrets" of lena.hofer@example.com does not exist'), { code: '42P01' });
  }

  @Get('away')
  @Public()
  away(): never {
    throw Object.assign(new Error('wrapped'), {
      driverError: Object.assign(new Error('connect ECONNREFUSED 10.1.2.3:5432'), { code: 'ECONNREFUSED' }),
    });
  }
}

@Module({ controllers: [ProbeController] })
class ProbeModule {}

let database: TestDatabase;
let api: TestApp;
let ops: string;

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApp(database.url, (config) => ({
    module: ProbeModule,
    imports: [AppModule.forRoot(config)],
  }));
  ops = await api.key('ops');
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

const post = (payload: string, contentType = 'application/json') =>
  api.call('POST', '/probe/body', { key: ops, payload, headers: { 'content-type': contentType } });

describe('the guard', () => {
  it('refuses to everybody a route that says nothing', async () => {
    const key = await api.key('admin', 'ops', 'marketing', 'sales', 'intake');
    expect((await api.call('GET', '/probe/unmarked')).status).toBe(401);
    const answer = await api.call('GET', '/probe/unmarked', { key });
    expect(answer.status).toBe(403);
    expect(answer.text).not.toContain('never shown');
  });

  it.each([
    ['HEAD', '/v1/api-keys', 401],
    ['GET', '/v1/%61pi-keys', 401],
    ['GET', '/v1/API-KEYS', 404],
    ['GET', '//v1/api-keys', 404],
    ['GET', '/v1//api-keys', 404],
    ['GET', '/v1/api-keys/', 404],
    ['GET', '/v1/api-keys%2f', 404],
    ['GET', '/v1/api-keys;x=1', 404],
    ['OPTIONS', '/v1/api-keys', 404],
    ['DELETE', '/v1/api-keys', 404],
  ])('is not gone around by %s %s', async (method, url, status) => {
    expect((await api.call(method, url)).status).toBe(status);
  });
});

describe('a body', () => {
  it.each([
    ['no JSON', '{"name": ', 400],
    ['two values', '{} {}', 400],
    ['a poisoned prototype', '{"name":"x","__proto__":{"admin":true}}', 400],
    ['a poisoned constructor', '{"name":"x","constructor":{"prototype":{"admin":true}}}', 400],
    ['a deep poisoned prototype', '{"inner":{"a":[{"__proto__":{}}]}}', 400],
    ['a tower of arrays', `{"any":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, 400],
    ['more than fits', JSON.stringify({ name: 'x'.repeat(4 * 1024 * 1024) }), 413],
    ['a character no column holds', '{"name":"a\\u0000b","size":1,"inner":{"kind":"a"}}', 422],
    ['half a character', '{"name":"a\\ud800b","size":1,"inner":{"kind":"a"}}', 422],
    ['a list', '[]', 422],
    ['nothing but null', 'null', 422],
    ['a number too large', '{"name":"x","size":1e400,"inner":{"kind":"a"}}', 422],
  ])('of %s is refused', async (_what, payload, status) => {
    const answer = await post(payload);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ status });
  });

  it.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'of type %s is refused with 415',
    async (contentType) => {
      expect((await post('name=x', contentType)).status).toBe(415);
    },
  );

  it('with unknown and invalid fields is refused with all of them at once', async () => {
    const answer = await post('{"size":10,"inner":{"kind":"c","admin":1},"owner":"me"}');
    expect(answer.status).toBe(422);
    const { type, errors } = answer.json<{ type: string; errors: { path: string; code: string; message: string }[] }>();
    expect(type).toBe('/problems/invalid');
    expect(errors.map(({ path, code }) => `${path} ${code}`).sort()).toEqual([
      'inner.admin unknown_field',
      'inner.kind invalid_value',
      'name required',
      'owner unknown_field',
      'size too_big',
    ]);
    for (const { message } of errors) expect(message).not.toBe('');
  });

  it('that was not sent is refused by its name, unless it may be left out', async () => {
    const without = await api.call('POST', '/probe/note', { key: ops });
    expect([without.status, without.json()]).toEqual([201, { body: {} }]);
    const refused = await api.call('POST', '/probe/body', { key: ops });
    expect(refused.status).toBe(422);
    expect(refused.json()).toMatchObject({
      detail: 'body: Send a body: an object with the fields of this call',
      errors: [{ path: 'body', code: 'required' }],
    });
  });

  it.each(['/probe/body', '/probe/note'])('that is no object is refused by its name at %s', async (url) => {
    for (const payload of ['null', '[]', '"x"', '5']) {
      const answer = await api.call('POST', url, { key: ops, payload });
      expect(answer.status).toBe(422);
      expect(answer.json<{ errors: { path: string }[] }>().errors.map(({ path }) => path)).toEqual(['body']);
    }
  });

  it('that fits is passed on', async () => {
    const body = { name: 'x', size: 1, inner: { kind: 'a' } };
    const answer = await api.call('POST', '/probe/body', { key: ops, body });
    expect(answer.status).toBe(201);
    expect(answer.json()).toEqual(body);
  });
});

describe('an address', () => {
  it.each([
    ['with unknown parameters', '/probe/query?limit=5&sort=secret&x[y]=1', 422],
    ['with a page too large', '/probe/query?limit=1e9', 422],
    ['with the same parameter twice', '/probe/query?limit=1&limit=2', 422],
    ['with an id that cannot exist', '/probe/things/1', 404],
    ['with a NUL', '/probe/things/%00', 404],
    ['with a broken escape', '/probe/things/%zz', 400],
    ['with a very long part', `/probe/things/${'a'.repeat(5_000)}`, 414],
    ['nobody answers to', '/nowhere', 404],
    ['of the prototype', '/docs/__proto__', 404],
    ['of an inherited problem', '/problems/constructor', 404],
  ])('%s is refused', async (_what, url, status) => {
    const answer = await api.call('GET', url);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    const problem = answer.json<{ type: string; title: string; status: number; detail: string }>();
    expect(problem.status).toBe(status);
    expect(Object.keys(PROBLEMS)).toContain(problem.type.replace('/problems/', ''));
  });
});

describe('a failure', () => {
  it('shows nothing of the inside', async () => {
    const answer = await api.call('GET', '/probe/broken');
    expect(answer.status).toBe(500);
    expect(answer.json()).toMatchObject({ type: '/problems/internal' });
    expect(answer.text).not.toMatch(/secrets|lena|42P01|at /);
  });

  it('of the database is 503 with Retry-After', async () => {
    const answer = await api.call('GET', '/probe/away');
    expect(answer.status).toBe(503);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.text).not.toMatch(/10\.1\.2\.3|ECONN/);
  });

  it('of every connection at once is 503 and over when the database is back', async () => {
    const url = new URL(database.url);
    const proxy = await startTcpProxy(url.hostname, Number(url.port));
    url.port = String(proxy.port);
    const other = await startTestApp(url.href);
    const ask = async () => (await other.call('GET', '/v1/api-keys', { key: ops })).status;
    expect(await ask()).toBe(200);
    await proxy.cut();
    await delay(1_000);
    for (let tries = 0; tries < 3; tries += 1) expect(await ask()).toBe(503);
    expect((await other.call('GET', '/readyz')).status).toBe(503);
    await proxy.restore();
    expect(await ask()).toBe(200);
    await other.close();
    await proxy.cut();
  });
});

describe('every answer', () => {
  it('carries the security headers', async () => {
    for (const url of ['/healthz', '/v1/api-keys', '/nowhere', '/']) {
      const { headers } = await api.call('GET', url);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['x-powered-by']).toBeUndefined();
    }
  });
});

describe('the pages', () => {
  it('lead from / to the documentation and the document', async () => {
    const home = await api.call('GET', '/');
    expect(home.headers['content-type']).toContain('text/html');
    for (const [, link] of home.text.matchAll(/href="(\/[^"]*)"/g)) {
      expect((await api.call('GET', link ?? '')).status).not.toBe(404);
    }
  });

  it('load nothing from elsewhere', async () => {
    const docs = await api.call('GET', '/docs');
    const files = [...docs.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? '');
    expect(files).toHaveLength(3);
    for (const url of files) {
      expect(url).toMatch(/^\/docs\//);
      expect((await api.call('GET', url)).status).toBe(200);
    }
  });

  it('explain every problem type', async () => {
    for (const slug of Object.keys(PROBLEMS)) {
      expect((await api.call('GET', `/problems/${slug}`)).status).toBe(200);
    }
  });
});

describe('health', () => {
  it('is alive without asking anybody', async () => {
    expect((await api.call('GET', '/healthz')).json()).toEqual({ status: 'ok' });
  });

  it('says what answers', async () => {
    const answer = await api.call('GET', '/readyz');
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ checks: { postgres: 'up' } });
  });
});

interface OpenapiDocument {
  readonly openapi: string;
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Record<
    string,
    Record<string, { operationId: string; tags?: readonly string[]; responses: Record<string, unknown> }>
  >;
  readonly components: { readonly schemas: Record<string, unknown> };
}

describe('the OpenAPI document', () => {
  it('is 3.1 and has nothing dangling', async () => {
    const answer = await api.call('GET', '/openapi.json');
    const document = answer.json<OpenapiDocument>();
    expect(document.openapi).toBe('3.1.0');
    for (const [, name] of answer.text.matchAll(/"\$ref":"([^"]*)"/g)) {
      expect(name).toMatch(/^#\/components\/schemas\//);
      expect(Object.keys(document.components.schemas)).toContain(name?.replace('#/components/schemas/', ''));
    }
    const ids = Object.values(document.paths).flatMap((item) =>
      Object.values(item).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('lists every group of operations it uses, intake first', async () => {
    const { paths, tags } = (await api.call('GET', '/openapi.json')).json<OpenapiDocument>();
    const used = Object.values(paths).flatMap((item) =>
      Object.values(item).flatMap((operation) => operation.tags ?? []),
    );
    expect(tags.map(({ name }) => name)).toEqual(expect.arrayContaining([...new Set(used)]));
    expect(tags[0]?.name).toBe('Intake');
  });

  it('names the schemas and the refusals of an operation', async () => {
    const { paths, components } = (await api.call('GET', '/openapi.json')).json<OpenapiDocument>();
    const create = paths['/v1/api-keys']?.post;
    expect(create).toMatchObject({
      requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/CreateApiKey' } } } },
      security: [{ apiKey: [] }],
    });
    expect(Object.keys(create?.responses ?? {})).toEqual(
      expect.arrayContaining(['201', '400', '401', '403', '409', '413', '415', '422', '429', '503']),
    );
    expect(components.schemas.CreateApiKey).toMatchObject({ additionalProperties: false });
  });
});
