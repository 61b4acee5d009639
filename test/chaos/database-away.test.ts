import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LinkSigner } from '../../src/integrations/mail/link-signer.js';
import { type AppProcess, startAppProcess } from '../support/app-process.js';
import { atStep, engage, mailOf, newLead, type TestLead } from '../support/lead-steps.js';
import { ask, type Load, reconcile, type Reply, seededRandom, startLoad, statuses } from '../support/load.js';
import { type OwnPostgres, startOwnPostgres } from '../support/own-postgres.js';
import { waitFor } from '../support/stack.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

const SEED = 20_261_124;
/** Time-outs of the processes under test: 3 s and 1 s of grace for a statement, 2 s for a connection. */
const TIMEOUTS = {
  DATABASE_CONNECT_TIMEOUT_MS: '2000',
  DATABASE_STATEMENT_TIMEOUT_MS: '3000',
  DATABASE_LOCK_TIMEOUT_MS: '2000',
};
/** The look at the key, the key of the request, the commit before in the lane, the own commit; and a busy machine. */
const ANSWERED_WITHIN_MS = 30_000;

let postgres: OwnPostgres;
let proxy: TcpProxy;
let baton: TestBaton;
let api: AppProcess;
let worker: AppProcess;
let leads: TestLead[];
beforeAll(async () => {
  postgres = await startOwnPostgres();
  proxy = await startTcpProxy('127.0.0.1', postgres.port);
  baton = await startTestBaton({ database: postgres.database });
  await baton.stopWorker();
  const url = new URL(postgres.database.url);
  url.port = String(proxy.port);
  const env = { ...baton.env, ...TIMEOUTS, DATABASE_URL: url.href };
  api = await startAppProcess('main', env);
  worker = await startAppProcess('worker', env);
  leads = await Promise.all(Array.from({ length: 6 }, () => newLead(baton, 'patient')));
  for (const lead of leads) await atStep(baton, lead, 'response');
}, 240_000);
afterAll(async () => {
  await worker?.kill();
  await api?.kill();
  await baton?.stop();
  await proxy?.cut();
  await postgres?.remove();
});

const target = () => ({ url: () => api.url, key: baton.keys.admin });
const get = (path: string, headers = {}): Promise<Reply> => ask(target(), 'GET', path, undefined, headers);
const workerReady = async (): Promise<Reply> => ask({ url: () => worker.url, key: '' }, 'GET', '/readyz');

function load(offset: number): Load {
  return startLoad({
    ...target(),
    leads,
    clients: 9,
    kinds: ['page_view'],
    random: seededRandom(SEED + offset),
    pauseMs: 80,
  });
}

/** Everything but the ingest: reading, a command, the pages behind links in mails. */
function others(): readonly (() => Promise<Reply>)[] {
  const [lead] = leads;
  const signer = baton.app.get(LinkSigner);
  const id = lead?.id ?? '';
  const link = (kind: 'decide' | 'unsubscribe' | 'click', subject: string[]): string =>
    signer.sign(kind, subject, Date.now() + 3_600_000);
  const html = { accept: 'text/html' };
  return [
    () => get(`/v1/leads/${id}`),
    () => get('/v1/leads'),
    () => ask(target(), 'POST', `/v1/leads/${id}/notes`, { text: 'A note' }, { 'idempotency-key': `note-${SEED}` }),
    () => get(`/l/${link('decide', [id, id])}`, html),
    () => get(`/u/${link('unsubscribe', [id])}`, html),
    () => get(`/t/c/${link('click', [id])}`, html),
  ];
}

/** Asks everything over and over until `until` answers true. */
async function askOthers(until: () => boolean): Promise<Reply[]> {
  const replies: Reply[] = [];
  await Promise.all(
    others().map(async (send) => {
      while (!until()) {
        replies.push(await send());
        await pause(250);
      }
    }),
  );
  return replies;
}

const IN_PROGRESS = '/problems/idempotency-in-progress';
const typeOf = (body: unknown): unknown => (body as { type?: unknown } | null)?.type;

/** 503 that says when to come back, in bounded time, as a problem document or as a page. */
function expectClean(replies: readonly Reply[]): void {
  // A repeat meets its first try, whose outcome was not known: it is told to ask again in a moment.
  const isRepeat = ({ status, retryAfter, body }: Reply): boolean =>
    status === 409 && retryAfter !== undefined && retryAfter !== null && typeOf(body) === IN_PROGRESS;
  const wrong = replies.filter((reply) => ![200, 201, 202, 404, 503].includes(reply.status) && !isRepeat(reply));
  expect(wrong).toEqual([]);
  const refused = replies.filter(({ status }) => status === 503);
  for (const reply of refused) {
    expect(reply).toMatchObject({ retryAfter: expect.stringMatching(/^[1-9]\d*$/) });
    expect(reply.type).toMatch(/^(application\/problem\+json|text\/html)/);
    if (reply.what.startsWith('GET /v1')) expect(reply.body).toMatchObject({ status: 503 });
  }
  expect(replies.filter(({ ms }) => ms > ANSWERED_WITHIN_MS)).toEqual([]);
}

/** Both processes are ready, and a lead's next fact brings its next mail. */
async function expectRecovered(lead: TestLead | undefined): Promise<void> {
  expect([api.runs(), worker.runs()]).toEqual([true, true]);
  await waitFor(async () => (await get('/readyz')).status === 200, { what: 'the api is ready', timeoutMs: 30_000 });
  await waitFor(async () => (await workerReady()).status === 200, { what: 'the worker is ready', timeoutMs: 30_000 });
  if (lead === undefined) throw new Error('no lead');
  await engage(baton, lead, 'download', { source: 'after' });
  await mailOf(lead, 'guide');
}

describe('PostgreSQL', () => {
  it('away for a minute is answered with 503; nothing acknowledged is lost, and both processes go on', async () => {
    const running = load(1);
    await waitFor(() => running.acknowledged.size > 200, { what: 'the load runs' });
    let back = false;
    const asking = askOthers(() => back);
    await postgres.crash();
    const before = running.acknowledged.size;
    await waitFor(async () => (await get('/readyz')).status === 503, { what: 'the api says that it is not ready' });
    await waitFor(async () => (await workerReady()).status === 503, { what: 'the worker says so too' });
    await pause(60_000);
    expect(await get('/healthz')).toMatchObject({ status: 200 });
    expect((await workerReady()).body).toMatchObject({ status: 'not_ready', checks: { postgres: 'down' } });
    // At most what was on its way when it ended.
    expect(running.acknowledged.size - before).toBeLessThan(50);
    await postgres.start();
    await waitFor(() => running.acknowledged.size > before + 200, { what: 'the load goes on', timeoutMs: 60_000 });
    back = true;
    const replies = [...(await asking)];
    await running.finish();
    expectClean([...replies, ...running.replies]);
    expect(statuses(running.replies)[503]).toBeGreaterThan(50);
    expect(statuses(replies)[503]).toBeGreaterThan(20);
    // People who opened a link see a page.
    const pages = replies.filter(({ status, what }) => status === 503 && !what.includes('/v1/'));
    expect(pages.length).toBeGreaterThan(10);
    for (const { body } of pages) expect(body).toContain('it cannot count twice');
    expect(await reconcile(baton.dataSource, running.acknowledged)).toEqual([]);
    await expectRecovered(leads[0]);
    process.stdout.write(
      `away: ${running.acknowledged.size} acknowledged, ${JSON.stringify(statuses(running.replies))}\n`,
    );
  }, 240_000);

  it('that takes connections and never answers is given up in bounded time', async () => {
    const running = load(2);
    await waitFor(() => running.acknowledged.size > 200, { what: 'the load runs' });
    let back = false;
    const asking = askOthers(() => back);
    proxy.hang();
    await waitFor(async () => (await workerReady()).status === 503, { what: 'the worker says that it is not ready' });
    expect((await get('/readyz')).status).toBe(503);
    const before = running.acknowledged.size;
    await waitFor(() => running.replies.filter(({ status }) => status === 503).length > 20, {
      what: 'requests are given up',
      timeoutMs: 60_000,
    });
    // Long enough for connections made meanwhile to be given up, too.
    await pause(15_000);
    expect(running.acknowledged.size).toBe(before);
    proxy.pass();
    await waitFor(() => running.acknowledged.size > before + 200, { what: 'the load goes on', timeoutMs: 60_000 });
    back = true;
    const replies = [...(await asking)];
    await running.finish();
    expectClean([...replies, ...running.replies]);
    expect(statuses(replies)[503]).toBeGreaterThan(10);
    expect(await reconcile(baton.dataSource, running.acknowledged)).toEqual([]);
    await expectRecovered(leads[1]);
    const slowest = Math.round(Math.max(...[...replies, ...running.replies].map(({ ms }) => ms)));
    process.stdout.write(`silent: ${JSON.stringify(statuses(running.replies))}, slowest answer ${slowest} ms\n`);
  }, 240_000);

  it('with a row that somebody holds is answered with 503 and does not keep other leads waiting for ever', async () => {
    const [held, free] = [leads[2], leads[3]];
    const holder = baton.dataSource.createQueryRunner();
    await holder.startTransaction();
    await holder.query('select 1 from leads where id = $1 for update', [held?.id]);
    const engagement = (lead: TestLead | undefined, eventId: string) =>
      ask(target(), 'POST', '/v1/engagements', {
        ...{ source: 'held', eventId, lead: { id: lead?.id }, kind: 'page_view', occurredAt: new Date().toISOString() },
      });
    const [refused, stored] = await Promise.all([engagement(held, 'a'), engagement(free, 'b')]);
    expect(refused).toMatchObject({ status: 503, retryAfter: expect.any(String) });
    expect(stored.status).toBe(202);
    await holder.rollbackTransaction();
    await holder.release();
    expect((await engagement(held, 'a')).status).toBe(202);
  }, 120_000);
});
