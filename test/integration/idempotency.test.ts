import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { Controller, HttpCode, Module, Post } from '@nestjs/common';
import { z } from 'zod';
import { AppModule } from '../../src/app.module.js';
import { Scopes } from '../../src/common/auth/scopes.decorator.js';
import { ZodBody, ZodParam } from '../../src/common/body.js';
import { Idempotent } from '../../src/common/idempotency/idempotent.decorator.js';
import { conflict, unprocessable } from '../../src/common/problem.js';
import { createTestDatabase, type TestDatabase } from '../support/stack.js';
import { type Answer, startTestApp, type TestApp } from '../support/test-app.js';

const orderSchema = z.strictObject({
  item: z.string(),
  then: z.enum(['conflict', 'invalid', 'break']).optional(),
});

let ran: string[] = [];
/** Orders wait here while a test holds the gate. */
let gate: Promise<void> = Promise.resolve();

@Controller('orders')
@Scopes('ops')
class OrdersController {
  @Post()
  @Idempotent()
  async make(@ZodBody(orderSchema) body: z.output<typeof orderSchema>): Promise<unknown> {
    ran.push(body.item);
    await gate;
    if (body.then === 'conflict') throw conflict('It was decided before.', { decidedBy: 'jonas' });
    if (body.then === 'invalid') throw unprocessable([{ path: 'item', code: 'gone', message: 'Sold out' }]);
    if (body.then === 'break') throw new Error('broken');
    return { z: 1, number: ran.length, a: [body.item] };
  }

  @Post(':id/close')
  @HttpCode(200)
  @Idempotent()
  close(@ZodParam('id', z.uuid()) id: string): unknown {
    ran.push(id);
    return { id, number: ran.length };
  }
}

@Module({ controllers: [OrdersController] })
class OrdersModule {}

let database: TestDatabase;
let api: TestApp;
let key: string;
let numbers = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApp(database.url, (config) => ({
    module: OrdersModule,
    imports: [AppModule.forRoot(config)],
  }));
  key = await api.key('ops');
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

const newKey = (): string => `k-${(numbers += 1)}`;

const order = (idempotencyKey: string, body: unknown, by = key, url = '/orders') =>
  api.call('POST', url, { key: by, body, headers: { 'idempotency-key': idempotencyKey } });

const timesRun = (item: string): number => ran.filter((one) => one === item).length;

describe('a request with an Idempotency-Key', () => {
  it.each(['', ' ', 'with space', 'ümlaut', 'x'.repeat(256)])(
    '%j that is malformed is refused with 400',
    async (malformed) => {
      const answer = await order(malformed, { item: 'malformed' });
      expect(answer.status).toBe(400);
      expect(timesRun('malformed')).toBe(0);
    },
  );

  it('runs once, and a repetition gets the same answer, byte for byte', async () => {
    const repeated = newKey();
    const first = await order(repeated, { item: 'once' });
    const second = await order(repeated, { item: 'once' });
    expect(first.status).toBe(201);
    expect([second.status, second.text]).toEqual([first.status, first.text]);
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect(second.headers['content-type']).toBe(first.headers['content-type']);
    expect(timesRun('once')).toBe(1);
  });

  it('is the same request however its members are ordered', async () => {
    const repeated = newKey();
    const headers = { 'idempotency-key': repeated };
    await api.call('POST', '/orders', { key, headers, payload: '{"item":"o","then":"conflict"}' });
    const second = await api.call('POST', '/orders', { key, headers, payload: '{ "then": "conflict", "item": "o" }' });
    expect(second.status).toBe(409);
    expect(timesRun('o')).toBe(1);
  });

  it('with another body is 422', async () => {
    const repeated = newKey();
    await order(repeated, { item: 'first' });
    const other = await order(repeated, { item: 'second' });
    expect(other.status).toBe(422);
    expect(other.json()).toMatchObject({ type: '/problems/idempotency-mismatch' });
    expect(timesRun('second')).toBe(0);
  });

  it('for another thing at the same address pattern is 422', async () => {
    const repeated = newKey();
    const [a, b] = ['0190a5a0-0000-7000-8000-00000000000a', '0190a5a0-0000-7000-8000-00000000000b'];
    expect((await order(repeated, undefined, key, `/orders/${a}/close`)).status).toBe(200);
    expect((await order(repeated, undefined, key, `/orders/${b}/close`)).status).toBe(422);
  });

  it('is nobody else’s', async () => {
    const repeated = newKey();
    const other = await api.key('ops');
    const first = await order(repeated, { item: 'mine' });
    const second = await order(repeated, { item: 'mine' }, other);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(timesRun('mine')).toBe(2);
  });

  it('sent many times at once runs once; the others are 409 until it is done', async () => {
    const repeated = newKey();
    let open = (): void => undefined;
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const early: Answer[] = [];
    const all = Array.from({ length: 8 }, () => order(repeated, { item: 'busy' }).then((answer) => early.push(answer)));
    while (early.length < 7) await delay(5);
    for (const answer of early) {
      expect(answer.json()).toMatchObject({ status: 409, type: '/problems/idempotency-in-progress' });
      expect(answer.headers['retry-after']).toBe('1');
    }
    open();
    await Promise.all(all);
    expect(early.at(-1)?.status).toBe(201);
    expect((await order(repeated, { item: 'busy' })).status).toBe(201);
    expect(timesRun('busy')).toBe(1);
  });

  it('that met a conflict gets the same conflict again', async () => {
    const repeated = newKey();
    const first = await order(repeated, { item: 'late', then: 'conflict' });
    const second = await order(repeated, { item: 'late', then: 'conflict' });
    expect(second.status).toBe(409);
    expect(second.headers['content-type']).toContain('application/problem+json');
    expect(second.json()).toMatchObject({ decidedBy: 'jonas', type: first.json<{ type: string }>().type });
    expect(timesRun('late')).toBe(1);
  });

  it.each([
    ['refused for its fields', { item: 'mend', then: 'invalid' }, 422],
    ['refused by its schema', { item: 7 }, 422],
    ['broken inside', { item: 'mend', then: 'break' }, 500],
  ])('that was %s may be mended under the same key', async (_what, body, status) => {
    const repeated = newKey();
    expect((await order(repeated, body)).status).toBe(status);
    expect((await order(repeated, { item: 'mended' })).status).toBe(201);
  });

  it('whose process died is completed by whoever repeats it after a minute', async () => {
    const repeated = newKey();
    await order(repeated, { item: 'crashed' });
    const died = (secondsAgo: number) =>
      api.dataSource.query(
        `update idempotency_keys set state = 'running', status = null, body = null, created_at = now() - make_interval(secs => $2)
         where key = $1`,
        [repeated, secondsAgo],
      );
    await died(30);
    expect((await order(repeated, { item: 'crashed' })).status).toBe(409);
    await died(61);
    expect((await order(repeated, { item: 'another' })).status).toBe(422);
    expect((await order(repeated, { item: 'crashed' })).status).toBe(201);
    expect(timesRun('crashed')).toBe(2);
    expect((await order(repeated, { item: 'crashed' })).headers['idempotency-replayed']).toBe('true');
  });

  it('is forgotten after a day', async () => {
    const repeated = newKey();
    await order(repeated, { item: 'old' });
    await api.dataSource.query(`update idempotency_keys set expires_at = now() - interval '1 second' where key = $1`, [
      repeated,
    ]);
    expect((await order(repeated, { item: 'new' })).status).toBe(201);
  });

  it('never keeps a secret', async () => {
    const body = { name: 'x', personId: await api.person(), scopes: ['intake'] };
    const repeated = newKey();
    const first = await order(repeated, body, key, '/v1/api-keys');
    const { token } = first.json<{ token: string }>();
    const second = await order(repeated, body, key, '/v1/api-keys');
    expect(second.json()).toEqual({ ...first.json<object>(), token: null });
    const rows: unknown[] = await api.dataSource.query('select body from idempotency_keys where key = $1', [repeated]);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it('and one without, or of a reading request, has no memory', async () => {
    ran = [];
    await api.call('POST', '/orders', { key, body: { item: 'plain' } });
    await api.call('POST', '/orders', { key, body: { item: 'plain' } });
    expect(timesRun('plain')).toBe(2);
    expect((await api.call('GET', '/v1/api-keys', { key, headers: { 'idempotency-key': 'g' } })).status).toBe(200);
  });
});
