import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/stack.js';
import { type Answer, startTestApp, type TestApp } from '../support/test-app.js';

let database: TestDatabase;
let api: TestApp;
let ops: string;

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApp(database.url);
  ops = await api.key('ops');
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  api.call(method, `/v1/webhooks${path}`, { key: ops, body, headers });
const create = (key: string, more: object = {}, headers = {}): Promise<Answer> =>
  call('POST', '', { key, url: 'https://crm.example/hooks', events: ['handoff.offered'], ...more }, headers);
interface Shown {
  readonly secret: string | null;
  readonly webhook: Record<string, unknown>;
}

describe('a receiver of webhooks', () => {
  it('shows its secret once, and keeps it encrypted', async () => {
    const headers = { 'idempotency-key': 'first' };
    const made = (await create('crm', {}, headers)).json<Shown>();
    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
    expect(made.webhook).toMatchObject({
      key: 'crm',
      url: 'https://crm.example/hooks',
      events: ['handoff.offered'],
      state: 'active',
    });
    const again = await create('crm', {}, headers);
    expect([again.status, again.json<Shown>()]).toEqual([201, { webhook: made.webhook, secret: null }]);

    const secret = made.secret ?? '';
    const seen = await Promise.all([call('GET', ''), call('GET', '/crm'), call('PATCH', '/crm', { events: [] })]);
    for (const { status, text } of seen) {
      expect(status).toBe(200);
      expect(text).not.toContain(secret);
      expect(text).not.toContain('"secret"');
    }
    const tables = await api.dataSource.query<{ all: string }[]>(
      `select (select string_agg(e::text, ' ') from webhook_endpoints e)
           || (select string_agg(i::text, ' ') from idempotency_keys i)
           || (select string_agg(a::text, ' ') from audit_entries a) as all`,
    );
    expect(tables[0]?.all).toContain('crm.example');
    expect(tables[0]?.all).not.toContain(secret.slice(6));
  });

  it.each([
    ['http://crm.example/', 'WEBHOOK_ALLOWED_HOSTS'],
    ['https://crm.example:9000/', 'port 443'],
    ['https://10.0.0.1/', 'private'],
    ['https://localhost.example@127.0.0.1/', 'user'],
    ['https://[::1]/', 'loopback'],
    ['crm.example', 'complete address'],
    ['javascript:alert(1)', 'https://'],
  ])('is refused at %s, which says what to do', async (url, fix) => {
    const refused = await create('refused', { url });
    const { errors } = refused.json<{ errors: unknown[] }>();
    expect([refused.status, errors]).toEqual([
      422,
      [{ path: 'url', code: 'address_refused', message: expect.stringContaining(fix) }],
    ]);
    await create('changed');
    expect((await call('PATCH', '/changed', { url })).status).toBe(422);
  });

  it('refuses unknown events and fields, and a key that is taken', async () => {
    expect((await create('odd', { events: ['lead.deleted'] })).status).toBe(422);
    expect((await create('odd', { secret: 'mine' })).status).toBe(422);
    expect((await create('Not Kebab')).status).toBe(422);
    const both = await Promise.all([create('twice'), create('twice')]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it('is disabled, enabled and forgotten by a person, and each is audited', async () => {
    const created = await create('life');
    expect(created.status).toBe(201);
    const off = await call('POST', '/life/disable', { note: 'moves house' });
    expect(off.json()).toMatchObject({ state: 'disabled', disabledReason: 'person', disabledAt: expect.any(String) });
    expect((await call('POST', '/life/enable')).json()).toMatchObject({ state: 'active', disabledReason: null });
    expect((await call('DELETE', '/life')).status).toBe(204);
    for (const [method, path] of [
      ['GET', '/life'],
      ['GET', '/life/deliveries'],
      ['DELETE', '/life'],
      ['POST', '/life/enable'],
      ['POST', '/life/rotate-secret'],
    ] as const)
      expect((await call(method, path, method === 'POST' ? {} : undefined)).status).toBe(404);
    const rows = await api.dataSource.query<{ action: string; secret: string }[]>(
      `select a.action, e.secret from audit_entries a join webhook_endpoints e on e.id::text = a.subject_id
        where e.key = 'life' order by a.seq`,
    );
    expect(rows.map(({ action }) => action)).toEqual([
      ...['webhook.create', 'webhook.disable', 'webhook.enable', 'webhook.delete'],
    ]);
    expect(rows[0]?.secret).toBe('');
    // The key is free again.
    expect((await create('life')).status).toBe(201);
  });

  it('belongs to operators', async () => {
    const key = await api.key('marketing', 'sales', 'intake');
    expect((await api.call('GET', '/v1/webhooks', { key })).status).toBe(403);
  });
});
