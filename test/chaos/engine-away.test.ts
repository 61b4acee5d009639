import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AppProcess, startAppProcess } from '../support/app-process.js';
import {
  atStep,
  leadBody,
  mailOf,
  mailsOf,
  newLead,
  qualify,
  type TestHandoff,
  type TestLead,
} from '../support/lead-steps.js';
import { ask, type Load, reconcile, type Reply, seededRandom, startLoad, statuses } from '../support/load.js';
import { testStack, waitFor } from '../support/stack.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

const SEED = 7_204;
/**
 * AWAY_SECONDS makes it longer. By then a turn of the relay has timed out several times (5 s each), it counts as failing
 * (10 s), a decision has run into its limit (10 s), and the client's and the worker's own pauses have reached their longest.
 */
const AWAY_MS = Number(process.env['AWAY_SECONDS'] ?? 70) * 1_000;
const LIMIT_MS = AWAY_MS + 230_000;

let proxy: TcpProxy;
let baton: TestBaton;
let api: AppProcess;
let worker: AppProcess;
beforeAll(async () => {
  const [host = '', port] = testStack.temporalAddress.split(':');
  proxy = await startTcpProxy(host, Number(port));
  baton = await startTestBaton({ temporalAddress: `127.0.0.1:${proxy.port}` });
  await baton.stopWorker();
  api = await startAppProcess('main', baton.env);
  worker = await startAppProcess('worker', baton.env);
}, 240_000);
afterAll(async () => {
  await worker?.kill();
  await api?.kill();
  await baton?.stop();
  await proxy?.cut();
});

const target = () => ({ url: () => api.url, key: baton.keys.admin });
const post = (path: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<Reply> =>
  ask(target(), 'POST', path, body, headers);
const ready = (process: AppProcess): Promise<Reply> => ask({ url: () => process.url, key: '' }, 'GET', '/readyz');

interface Before {
  readonly leads: readonly TestLead[];
  readonly toAccept: TestHandoff;
  readonly toReject: TestHandoff;
  readonly load: Load;
}

/** Leads that wait for a download, two that are offered, and clients at work. */
async function begin(offset: number): Promise<Before> {
  const leads = await Promise.all(Array.from({ length: 6 }, () => newLead(baton, 'patient')));
  const [one, two] = await Promise.all([newLead(baton, 'patient'), newLead(baton, 'patient')]);
  for (const lead of [...leads, one, two]) await atStep(baton, lead, 'response');
  const toAccept = await qualify(baton, one);
  const toReject = await qualify(baton, two);
  const random = seededRandom(SEED + offset);
  const load = startLoad({ ...target(), leads, clients: 6, kinds: ['page_view'], random, pauseMs: 300 });
  await waitFor(() => load.acknowledged.size > 50, { what: 'the load runs' });
  return { leads, toAccept, toReject, load };
}

/** What comes in while Temporal is away: facts that matter, and new leads. */
async function takeIn(leads: readonly TestLead[]): Promise<TestLead[]> {
  const facts = leads.map((lead) =>
    post('/v1/engagements', {
      ...{ source: 'away', eventId: `download-${lead.id}`, lead: { id: lead.id }, kind: 'download' },
      occurredAt: new Date().toISOString(),
    }),
  );
  const bodies = Array.from({ length: 8 }, () => leadBody('patient'));
  const created = await Promise.all(bodies.map((body) => post('/v1/leads', body)));
  expect((await Promise.all(facts)).map(({ status }) => status)).toEqual(leads.map(() => 202));
  expect(created.map(({ status }) => status)).toEqual(bodies.map(() => 201));
  return created.map(({ body }, index) => ({
    id: (body as { lead: { id: string } }).lead.id,
    email: String(bodies[index]?.['email']),
    company: String(bodies[index]?.['company']),
  }));
}

interface Decision {
  readonly handoff: TestHandoff;
  send(): Promise<Reply>;
}

const decisionsOn = ({ toAccept, toReject }: Before): readonly [Decision, Decision] => [
  {
    handoff: toAccept,
    send: () => post(`/v1/handoffs/${toAccept.id}/accept`, {}, { 'idempotency-key': `accept-${toAccept.id}` }),
  },
  {
    handoff: toReject,
    send: () =>
      post(`/v1/handoffs/${toReject.id}/reject`, { reason: 'not_ready' }, { 'idempotency-key': `r-${toReject.id}` }),
  },
];

async function refused(decisions: readonly Decision[]): Promise<void> {
  const replies = await Promise.all(decisions.map((decision) => decision.send()));
  for (const reply of replies) {
    expect(reply).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^[1-9]/) });
    expect(reply.body).toMatchObject({ detail: expect.stringContaining('cannot count twice') });
    expect(reply.ms).toBeLessThan(30_000);
  }
}

/** Everything that was taken in is applied, once, without a restart. */
async function applied(before: Before, created: readonly TestLead[]): Promise<void> {
  expect([api.runs(), worker.runs()]).toEqual([true, true]);
  for (const lead of before.leads) await mailOf(lead, 'guide');
  for (const lead of created) await mailOf(lead, 'welcome');
  await waitFor(
    async () =>
      (await baton.dataSource.query<unknown[]>('select 1 from outbox where delivered_at is null limit 1')).length === 0,
    { what: 'the outbox is empty', timeoutMs: 60_000 },
  );
  for (const [index, decision] of decisionsOn(before).entries()) {
    // The same request until it is answered, and once more.
    await waitFor(async () => (await decision.send()).status === 200, { what: 'the decision', timeoutMs: 60_000 });
    expect((await decision.send()).status).toBe(200);
    const kind = index === 0 ? 'accepted' : 'rejected';
    const made = await baton.dataSource.query<{ kind: string }[]>(
      `select d.kind from decisions d join handoffs h on h.lead_id = d.lead_id and h.no = d.handoff_no
        where h.id = $1 and d.kind in ('accepted', 'rejected', 'expired', 'withdrawn')`,
      [decision.handoff.id],
    );
    expect(made).toEqual([{ kind }]);
  }
  for (const lead of before.leads) expect(await mailsOf(lead)).toEqual(['welcome', 'guide']);
  for (const process of [api, worker]) {
    await waitFor(async () => (await ready(process)).status === 200, { what: 'it is ready', timeoutMs: 30_000 });
  }
}

describe('Temporal', () => {
  it(
    'away under load: nothing is refused but decisions, and all is applied after it is back',
    async () => {
      const before = await begin(1);
      await proxy.cut();
      const since = Date.now();
      const created = await takeIn(before.leads);
      await waitFor(async () => (await ready(api)).body, { what: 'the api answers' });
      await waitFor(
        async () => {
          const { status, body } = await ready(api);
          return status === 200 && (body as { status: string }).status === 'degraded';
        },
        { what: 'the api says what it can do', timeoutMs: 20_000 },
      );
      expect((await ready(api)).body).toMatchObject({ checks: { postgres: 'up', temporal: 'down' } });
      await refused(decisionsOn(before));
      await waitFor(
        async () => {
          const { status, body } = await ready(worker);
          return status === 503 && (body as { checks: { relay: string } }).checks.relay === 'down';
        },
        { what: 'the worker says that its relay delivers nothing', timeoutMs: 40_000 },
      );
      await pause(Math.max(0, since + AWAY_MS - Date.now()));
      await refused(decisionsOn(before));
      await proxy.restore();
      await applied(before, created);
      await before.load.finish();
      expect(statuses(before.load.replies)).toEqual({ 202: before.load.replies.length });
      expect(await reconcile(baton.dataSource, before.load.acknowledged)).toEqual([]);
      process.stdout.write(`away: ${before.load.acknowledged.size} acknowledged, 0 refused\n`);
    },
    LIMIT_MS,
  );

  it('that takes connections and never answers is no different', async () => {
    const before = await begin(2);
    proxy.hang();
    const created = await takeIn(before.leads);
    await waitFor(async () => ((await ready(api)).body as { status: string }).status === 'degraded', {
      what: 'the api says what it can do',
      timeoutMs: 20_000,
    });
    await refused(decisionsOn(before));
    await waitFor(async () => (await ready(worker)).status === 503, { what: 'the worker is not ready' });
    await pause(15_000);
    proxy.pass();
    await applied(before, created);
    await before.load.finish();
    expect(statuses(before.load.replies)).toEqual({ 202: before.load.replies.length });
    expect(await reconcile(baton.dataSource, before.load.acknowledged)).toEqual([]);
  }, 300_000);
});
