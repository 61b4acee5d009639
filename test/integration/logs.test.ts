import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type AppProcess, startAppProcess } from '../support/app-process.js';
import { ask, type Reply } from '../support/load.js';
import { mailOf, newLead, offerOf, type TestLead, uniqueWord } from '../support/lead-steps.js';
import { mailbox, testStack, waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

/** Everything both processes write. */
const KEPT = 20_000_000;

let baton: TestBaton;
let api: AppProcess;
let worker: AppProcess;
const role = `canary_${randomBytes(4).toString('hex')}`;
const secrets = {
  databasePassword: uniqueWord('canarydatabase'),
  smtpPassword: uniqueWord('canarysmtp'),
  signingKey: randomBytes(32).toString('base64url'),
};

beforeAll(async () => {
  baton = await startTestBaton();
  await baton.stopWorker();
  const database = new URL(baton.env['DATABASE_URL'] ?? '');
  await baton.dataSource.query(`create role ${role} login superuser password '${secrets.databasePassword}'`);
  Object.assign(database, { username: role, password: secrets.databasePassword });
  const smtp = new URL(testStack.smtpUrl);
  Object.assign(smtp, { username: 'baton', password: secrets.smtpPassword });
  const env = {
    ...baton.env,
    DATABASE_URL: database.href,
    SIGNING_KEYS: `canary:${secrets.signingKey}`,
    // The catcher takes no password: mails to be tried with one fail with all that the library says about it.
    SMTP_URL: smtp.href,
  };
  api = await startAppProcess('main', env, KEPT);
  worker = await startAppProcess('worker', { ...env, SMTP_URL: testStack.smtpUrl }, KEPT);
}, 120_000);
afterAll(async () => {
  await worker?.stop();
  await api?.stop();
  const admin = new pg.Client({ connectionString: testStack.adminUrl });
  await baton?.dataSource.query(`reassign owned by ${role} to current_user`);
  await baton?.stop();
  await admin.connect();
  await admin.query(`drop role if exists ${role}`);
  await admin.end();
}, 60_000);

const call = (method: string, path: string, body?: unknown, key = baton.keys.admin): Promise<Reply> =>
  ask({ url: () => api.url, key }, method, path, body);

describe('the logs of api and worker', () => {
  it('hold no word that a person wrote and no secret, whatever fails', async () => {
    const words = {
      ...{ local: uniqueWord('canarylocal'), domain: uniqueWord('canarydomain'), first: uniqueWord('canaryfirst') },
      ...{ last: uniqueWord('canarylast'), company: uniqueWord('canarycompany'), phone: '+49 30 9182736455' },
      ...{
        note: uniqueWord('canarynote'),
        purpose: uniqueWord('canarypurpose'),
        property: uniqueWord('canaryproperty'),
      },
      ...{ query: uniqueWord('canaryquery'), event: uniqueWord('canaryevent'), token: uniqueWord('bt_canarytoken') },
    };
    const email = `${words.local}@${words.domain}.example`;
    const lead: TestLead = await newLead(baton, 'patient', {
      ...{ email, name: `${words.first} ${words.last}`, company: words.company, phone: words.phone, note: words.note },
      handRaise: { kind: 'demo_request', purpose: words.purpose },
    });
    const handoff = await offerOf(baton, lead);

    // Intake and ingest: good, refused, unreadable, of a lead nobody knows, with a text the database refuses.
    const fact = { source: 'canary', kind: 'form_submitted', occurredAt: new Date().toISOString() };
    const properties = { form: words.property };
    const sent = await call('POST', '/v1/engagements', { ...fact, eventId: words.event, lead: { email }, properties });
    expect(sent.status).toBe(202);
    const statuses: number[] = [];
    for (const [method, path, body, key] of [
      ['POST', '/v1/engagements', { ...fact, eventId: words.event, lead: { email: `x${email}` }, properties }],
      [
        'POST',
        '/v1/engagements',
        { ...fact, eventId: '1', lead: { email }, properties: { form: `${words.property}\u0000` } },
      ],
      ['POST', '/v1/leads', { email: `${words.local}@@`, name: words.first, [words.last]: 1 }],
      ['PATCH', `/v1/leads/${lead.id}`, { phone: `${words.phone} ${words.phone.repeat(40)}` }],
      ['GET', `/v1/leads?q=${words.query}&limit=${words.query}`, undefined],
      ['GET', `/nowhere/${words.query}/${email}`, undefined],
      ['GET', `/v1/leads/${lead.id}`, undefined, words.token],
      ['GET', `/l/${words.token}`, undefined],
      ['GET', `/u/${words.token}`, undefined],
      ['POST', `/v1/handoffs/${handoff.id}/reject`, { reason: 'nonsense', note: words.note }],
      ['POST', `/v1/handoffs/${handoff.id}/accept`, { note: words.note }],
      ['POST', `/v1/handoffs/${handoff.id}/reject`, { reason: 'not_ready', note: words.note }],
    ] as const) {
      statuses.push((await call(method, path, body, key)).status);
    }
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
    expect(statuses.filter((status) => status < 300).length).toBeGreaterThanOrEqual(1);

    // Mail: one that goes out, one whose recipient is refused, one whose answer is lost.
    const [fine, refused, lost] = [uniqueWord('canaryfine'), uniqueWord('canaryrefused'), uniqueWord('canarylost')];
    await mailbox.setFaults(
      { stage: 'rcpt', code: 550, count: 5, to: refused },
      { stage: 'after_dot_drop', count: 1, to: lost },
    );
    for (const word of [refused, lost]) await newLead(baton, 'patient', { email: `${word}@mail.example`, name: word });
    await mailOf(await newLead(baton, 'patient', { email: `${fine}@mail.example`, name: fine }), 'welcome');
    await waitFor(
      async () => {
        const rows = await baton.dataSource.query<{ state: string }[]>(
          `select t.state from touches t join leads l on l.id = t.lead_id
            where l.email = any($1) and t.state in ('skipped', 'in_doubt')`,
          [[`${refused}@mail.example`, `${lost}@mail.example`]],
        );
        return rows.length === 2;
      },
      { what: 'both mails have failed', timeoutMs: 60_000 },
    );

    // A database that throws: its own messages quote rows.
    await baton.dataSource.query(`alter table engagements add constraint canary check (event_id not like '%broken')`);
    const broken = { ...fact, eventId: `${words.event}broken`, lead: { email }, properties };
    expect((await call('POST', '/v1/engagements', broken)).status).toBeGreaterThanOrEqual(500);
    // And one that is gone in the middle.
    await baton.dataSource.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where usename = $1 and pid <> pg_backend_pid()`,
      [role],
    );
    await waitFor(async () => (await call('GET', '/readyz')).status === 200, {
      what: 'ready again',
      timeoutMs: 30_000,
    });

    const text = `${api.said()}\n${worker.said()}`;
    const lines = text.split('\n').filter((line) => line !== '');
    expect(lines.length).toBeGreaterThanOrEqual(15);
    for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
    expect(text).toContain('"requestId"');
    expect(text).toContain('request failed');
    const forbidden = {
      ...words,
      ...secrets,
      ...{ fine, refused, lost },
      digits: '9182736455',
      key: baton.keys.admin.slice(-20),
    };
    const lower = text.toLowerCase();
    expect(Object.entries(forbidden).filter(([, word]) => lower.includes(word.toLowerCase()))).toEqual([]);
  }, 240_000);

  it('name a request by the id that its answer names', async () => {
    const { body } = await call('GET', '/v1/leads/no-such-id');
    const { instance } = body as { instance: string };
    const id = instance.replace('urn:request:', '');
    await waitFor(() => api.said().includes(`"requestId":"${id}"`), { what: 'the line of the request' });
  });
});
