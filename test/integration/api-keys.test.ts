import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { AuditService } from '../../src/common/audit/audit.service.js';
import { createTestDatabase, type TestDatabase } from '../support/stack.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

interface KeyAnswer {
  readonly id: string;
  readonly prefix: string;
  readonly scopes: string[];
  readonly revokedAt: string | null;
  readonly lastUsedAt: string | null;
}

let database: TestDatabase;
let api: TestApp;
let admin: string;
let personId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApp(database.url);
  admin = await api.key('admin');
  personId = await api.person('Jonas Weidner');
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

const make = async (scopes: string[], more: Record<string, unknown> = {}) => {
  const body = { name: 'test', personId, scopes, ...more };
  const answer = await api.call('POST', '/v1/api-keys', { key: admin, body });
  expect(answer.status).toBe(201);
  return answer.json<{ apiKey: KeyAnswer; token: string }>();
};

const list = (key?: string) => api.call('GET', '/v1/api-keys', key === undefined ? {} : { key });

describe('API keys', () => {
  it('show the secret once and store none of it', async () => {
    const { apiKey, token } = await make(['ops']);
    expect(token).toMatch(/^bt_[a-z0-9]{10}_[A-Za-z0-9_-]{43}$/);
    expect((await list(token)).status).toBe(200);
    expect((await list(admin)).text).not.toContain(token.split('_').at(-1));
    const rows: unknown[] = await api.dataSource.query('select * from api_keys where id = $1', [apiKey.id]);
    expect(JSON.stringify(rows)).not.toContain(token.slice(14));
  });

  it.each([
    ['nothing', undefined],
    ['another scheme', 'Basic YTpi'],
    ['no token', 'Bearer '],
    ['a token of another shape', 'Bearer bt_short_secret'],
    ['an unknown prefix', `Bearer bt_${'z'.repeat(10)}_${'A'.repeat(43)}`],
  ])('refuse %s with the same 401', async (_what, authorization) => {
    const answer = await api.call(
      'GET',
      '/v1/api-keys',
      authorization === undefined ? {} : { headers: { authorization } },
    );
    expect(answer.status).toBe(401);
    expect(answer.json()).toMatchObject({ type: '/problems/unauthenticated', status: 401 });
    expect(answer.headers['www-authenticate']).toBe('Bearer');
  });

  it('refuse a right prefix with a wrong secret', async () => {
    const { token } = await make(['ops']);
    expect((await list(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`)).status).toBe(401);
  });

  it('are refused for what their scopes do not hold', async () => {
    const { token } = await make(['intake', 'sales']);
    const answer = await list(token);
    expect(answer.status).toBe(403);
    expect(answer.json()).toMatchObject({ type: '/problems/forbidden' });
  });

  it('end within a second of being revoked', async () => {
    const { apiKey, token } = await make(['ops']);
    expect((await list(token)).status).toBe(200);
    // As another process would do it: this one still believes the key.
    await api.dataSource.query('update api_keys set revoked_at = now() where id = $1', [apiKey.id]);
    await delay(1_000);
    expect((await list(token)).status).toBe(401);
  });

  it('end at once in the process that revoked them, and may be revoked again', async () => {
    const { apiKey, token } = await make(['ops']);
    const first = await api.call('POST', `/v1/api-keys/${apiKey.id}/revoke`, { key: admin, body: { note: 'leaked' } });
    expect(first.status).toBe(200);
    expect((await list(token)).status).toBe(401);
    const again = await api.call('POST', `/v1/api-keys/${apiKey.id}/revoke`, { key: admin });
    expect(again.json<KeyAnswer>().revokedAt).toBe(first.json<KeyAnswer>().revokedAt);
  });

  it('end at their expiry', async () => {
    const { token } = await make(['ops'], { expiresAt: new Date(Date.now() + 400).toISOString() });
    expect((await list(token)).status).toBe(200);
    await delay(500);
    expect((await list(token)).status).toBe(401);
  });

  it('remember their last use', async () => {
    const { apiKey, token } = await make(['ops']);
    await list(token);
    await delay(100);
    const [row]: {
      last_used_at: Date | null;
    }[] = await api.dataSource.query('select last_used_at from api_keys where id = $1', [apiKey.id]);
    expect(Date.now() - (row?.last_used_at?.getTime() ?? 0)).toBeLessThan(10_000);
  });

  it('are made for people that exist, with scopes that exist', async () => {
    const body = { name: '', personId: '00000000-0000-7000-8000-000000000000', scopes: ['root'], extra: 1 };
    const answer = await api.call('POST', '/v1/api-keys', { key: admin, body });
    expect(answer.status).toBe(422);
    expect(
      answer
        .json<{ errors: { path: string }[] }>()
        .errors.map(({ path }) => path)
        .sort(),
    ).toEqual(['extra', 'name', 'scopes.0']);
    const nobody = await api.call('POST', '/v1/api-keys', {
      key: admin,
      body: { ...body, name: 'x', scopes: ['ops'], extra: undefined },
    });
    expect(nobody.json()).toMatchObject({ status: 422, errors: [{ path: 'personId', code: 'unknown_person' }] });
  });

  it('of operations do not make themselves keys for everything', async () => {
    const { token } = await make(['ops']);
    const body = { name: 'mine', personId, scopes: ['admin'] };
    expect((await api.call('POST', '/v1/api-keys', { key: token, body })).status).toBe(403);
  });

  it('are listed page by page, newest first', async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const url: string = `/v1/api-keys?limit=3${cursor === null ? '' : `&cursor=${cursor}`}`;
      const page = (await api.call('GET', url, { key: admin })).json<{
        items: KeyAnswer[];
        nextCursor: string | null;
      }>();
      expect(page.items.length).toBeLessThanOrEqual(3);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    const [{ count }]: [{ count: number }] = await api.dataSource.query(
      'select count(*)::integer as count from api_keys',
    );
    expect(new Set(seen).size).toBe(count);
    expect([...seen].sort().reverse()).toEqual(seen);
  });

  it.each(['garbage', Buffer.from('["a"]').toString('base64url'), Buffer.from('{}').toString('base64url')])(
    'are not listed from the forged cursor %s',
    async (cursor) => {
      const answer = await api.call('GET', `/v1/api-keys?cursor=${cursor}`, { key: admin });
      expect(answer.json()).toMatchObject({ status: 422, errors: [{ path: 'cursor', code: 'invalid_cursor' }] });
    },
  );

  it('leave their making and ending in the audit chain, and a change to it is found', async () => {
    const audit = api.app.get(AuditService);
    const { manager } = api.dataSource;
    const { apiKey } = await make(['ops'], { note: 'for the on-call' });
    const [entry]: {
      seq: number;
      action: string;
      note: string;
    }[] = await manager.query('select * from audit_entries where subject_id = $1', [apiKey.id]);
    expect(entry).toMatchObject({ action: 'api_key.create', note: 'for the on-call' });
    expect((await audit.verify(manager)).brokenAt).toBeNull();
    await manager.query(`update audit_entries set note = 'never' where seq = $1`, [entry?.seq]);
    expect((await audit.verify(manager)).brokenAt).toBe(entry?.seq);
    await manager.query(`update audit_entries set note = 'for the on-call' where seq = $1`, [entry?.seq]);
  });

  it('give the audit chain no branch when many write at once', async () => {
    await Promise.all(Array.from({ length: 12 }, () => make(['ops'])));
    expect((await api.app.get(AuditService).verify(api.dataSource.manager)).brokenAt).toBeNull();
  });
});
