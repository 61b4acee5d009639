import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { jobWorkflowId } from '../../workflows/contracts/job.contract.js';
import { replay, type RunHistory } from '../support/histories.js';
import { newLead, type TestLead } from '../support/lead-steps.js';
import { publishDocument } from '../support/publish-document.js';
import { waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';
import { startWorkerProcess } from '../support/worker-process.js';

const SOURCE = 'taken';
const LONG_MS = 120_000;

interface Job {
  readonly id: string;
  readonly state: string;
  readonly total: number;
  readonly done: number;
  readonly moved: number;
  readonly skipped: number;
  readonly rate: { readonly leads: number; readonly per: string };
  readonly result: readonly { readonly state: string; readonly reason: string; readonly leads: number }[];
}
interface Preview {
  readonly version: number;
  readonly summary: {
    readonly leads: number;
    readonly entering: number;
    readonly superseding: number;
    readonly others: readonly { readonly why: string; readonly leads: number }[];
    readonly minutes: number;
  } | null;
  readonly items: readonly {
    readonly lead: { readonly id: string };
    readonly inside: string | null;
    readonly why: string | null;
  }[];
  readonly nextCursor: string | null;
}

let baton: TestBaton;

const wait = (name: string, priority: number, entry: unknown, more: object = {}) => ({
  ...{ name, priority, entry, window: 'any', steps: [{ id: 'rest', wait: 'P30D' }] },
  ...more,
});
const ofLane = (lane: string) => ({ field: 'profile.lane', op: '=', value: lane });

beforeAll(async () => {
  baton = await startTestBaton();
  await publishDocument(baton, 'cadences', 'below', wait('Below', 20, { field: 'source', op: '=', value: SOURCE }));
}, LONG_MS);
afterAll(() => baton.stop());

/** Leads of that lane, each in `below` until somebody publishes what takes the lane; by id. */
async function waiting(lane: string, count: number): Promise<TestLead[]> {
  const leads = await Promise.all(
    Array.from({ length: count }, () => newLead(baton, SOURCE, { profile: { lane, employees: 5 } })),
  );
  await inside('below', leads);
  return leads.sort((a, b) => (a.id < b.id ? -1 : 1));
}

const enrollmentsOf = (cadence: string, leads: readonly TestLead[]) =>
  baton.dataSource.query<{ id: string; state: string; n: number }[]>(
    `select lead_id as id, max(state) as state, count(*)::int as n from enrollments
      where cadence_key = $1 and lead_id = any($2::uuid[]) group by lead_id order by lead_id`,
    [cadence, leads.map(({ id }) => id)],
  );

const inside = (cadence: string, leads: readonly TestLead[]): Promise<unknown> =>
  waitFor(
    async () => {
      const found = await enrollmentsOf(cadence, leads);
      return found.length === leads.length && found.every(({ state }) => state === 'running');
    },
    { what: `${leads.length} leads are in ${cadence}`, timeoutMs: LONG_MS, intervalMs: 50 },
  );

async function command(lead: TestLead | undefined, name: string, body: object): Promise<void> {
  const { status, text } = await baton.call('POST', `/v1/leads/${lead?.id}/${name}`, body);
  expect([status, text]).toEqual([200, expect.any(String)]);
}

const takeIn = <T>(cadence: string, body: object) => baton.call<T>('POST', `/v1/cadences/${cadence}/take-in`, body);

async function order(cadence: string, body: object): Promise<string> {
  const { status, text, body: job } = await takeIn<Job>(cadence, body);
  expect([status, text]).toEqual([202, expect.any(String)]);
  return job.id;
}

const jobOf = async (id: string): Promise<Job> => (await baton.call<Job>('GET', `/v1/jobs/${id}`)).body;

const until = (id: string, what: string, is: (job: Job) => boolean): Promise<Job> =>
  waitFor(
    async () => {
      const job = await jobOf(id);
      return is(job) && job;
    },
    { what: `job ${id} ${what}`, timeoutMs: LONG_MS, intervalMs: 50 },
  );
const done = (id: string): Promise<Job> => until(id, 'is done', ({ state }) => state === 'done');

describe('a newly published cadence', () => {
  it(
    'takes nobody by itself; the dry run says who would enter and why others would not, and the job takes those',
    async () => {
      const leads = await waiting('first', 8);
      const [a, b, c, paused, removed, busy, other, gone] = leads;
      await baton.call('PATCH', `/v1/leads/${other?.id}`, { profile: { lane: 'elsewhere' } });
      await command(paused, 'pause', {});
      await command(gone, 'disqualify', { note: 'Sold the company' });
      await publishDocument(baton, 'cadences', 'top', wait('Top', 90, ofLane('nobody')));
      await command(busy, 'enroll', { cadence: 'top' });
      await publishDocument(baton, 'cadences', 'first', wait('First', 50, ofLane('first')));
      await command(removed, 'enroll', { cadence: 'first' });
      await inside('first', [removed as TestLead]);
      await command(removed, 'remove-from-cadence', {});
      await inside('below', [removed as TestLead]);
      await inside('top', [busy as TestLead]);

      const entering = [a, b, c] as TestLead[];
      expect(await enrollmentsOf('first', entering)).toEqual([]);
      const { status, body } = await takeIn<Preview>('first', {
        dryRun: true,
        rate: { leads: 2, per: 'hour' },
        limit: 2,
      });
      expect(status).toBe(200);
      expect(body.version).toBe(1);
      // As imports take it; a dry run that is misspelt is refused, not done.
      const path = '/v1/cadences/first/take-in';
      const asked = await baton.call<Preview>('POST', `${path}?dryRun=true`, {});
      expect([asked.status, asked.body.summary?.entering]).toEqual([200, 3]);
      expect((await baton.call('POST', `${path}?dryrun=true`, {})).status).toBe(422);
      expect(await enrollmentsOf('first', entering)).toEqual([]);
      expect(body.summary).toEqual({
        ...{ leads: 7, entering: 3, superseding: 3, minutes: 90 },
        others: ['no_match', 'other_cadence', 'paused', 're_entry'].map((why) => ({ why, leads: 1 })),
      });
      expect(body.items.map(({ lead, inside: from }) => [lead.id, from])).toEqual([
        [a?.id, 'below'],
        [b?.id, 'below'],
      ]);
      const next = await takeIn<Preview>('first', { dryRun: true, limit: 2, cursor: body.nextCursor });
      expect([next.body.summary, next.body.nextCursor, next.body.items.map(({ lead }) => lead.id)]).toEqual([
        null,
        null,
        [c?.id],
      ]);
      const others = await takeIn<Preview>('first', { dryRun: true, list: 'others' });
      expect(new Map(others.body.items.map(({ lead, why }) => [lead.id, why]))).toEqual(
        new Map([
          [paused?.id, 'paused'],
          [removed?.id, 're_entry'],
          [busy?.id, 'other_cadence'],
          [other?.id, 'no_match'],
        ]),
      );
      expect(await enrollmentsOf('first', entering)).toEqual([]);
      const jobs = await baton.dataSource.query<unknown[]>(`select 1 from jobs where kind = 'take_in_cadence'`);
      expect(jobs).toEqual([]);

      const id = await order('first', { rate: { leads: 600, per: 'minute' }, note: 'Autumn' });
      const job = await done(id);
      expect(job).toMatchObject({ total: 7, done: 7, moved: 3, skipped: 4, rate: { leads: 600, per: 'minute' } });
      expect(job.result.map(({ state, reason, leads: n }) => [state, reason, n])).toEqual(
        ['no_match', 'other_cadence', 'paused', 're_entry'].map((why) => ['skipped', why, 1]),
      );
      expect(await enrollmentsOf('first', entering)).toEqual(
        entering.map(({ id: lead }) => ({ id: lead, state: 'running', n: 1 })),
      );
      expect((await enrollmentsOf('below', entering)).map(({ state }) => state)).toEqual(Array(3).fill('suspended'));
      const audited = await baton.dataSource.query<unknown[]>(
        `select note, data->>'jobId' as "jobId", data->>'leads' as leads from audit_entries where action = 'cadence.take_in'`,
      );
      expect(audited).toEqual([{ note: 'Autumn', jobId: id, leads: '7' }]);
      const workflow = baton.client.workflow.getHandle(jobWorkflowId(id));
      const history = JSON.parse(historyToJSON(await workflow.fetchHistory())) as RunHistory;
      expect(await replay([{ name: 'take-in', history }])).toEqual({});

      // Whoever is in is not asked again.
      const again = await done(await order('first', {}));
      expect(again).toMatchObject({ total: 4, moved: 0, skipped: 4 });
    },
    LONG_MS,
  );

  it(
    'asks at the rate: what is learned of a lead before its turn decides, and a stop leaves the rest',
    async () => {
      const leads = await waiting('second', 4);
      const [first, last] = [leads[0], leads.at(-1)];
      await publishDocument(baton, 'cadences', 'second', wait('Second', 60, ofLane('second')));
      const slowly = await order('second', { rate: { leads: 1, per: 'hour' } });
      const one = await until(slowly, 'took one', ({ moved }) => moved === 1);
      expect(one).toMatchObject({ state: 'running', rate: { leads: 1, per: 'hour' } });
      expect((await enrollmentsOf('second', leads)).map(({ id }) => id)).toEqual([first?.id]);
      const second = await takeIn('second', {});
      expect([second.status, second.body]).toEqual([409, expect.objectContaining({ jobId: slowly, state: 'running' })]);
      expect((await baton.call('POST', `/v1/jobs/${slowly}/stop`, {})).status).toBe(200);
      await until(slowly, 'stopped', ({ state }) => state === 'stopped');
      expect(await enrollmentsOf('second', leads)).toHaveLength(1);

      // One of them every five seconds: the second one is told something else meanwhile, the last one enters by itself.
      const id = await order('second', { rate: { leads: 12, per: 'minute' } });
      await baton.call('PATCH', `/v1/leads/${last?.id}`, { profile: { note: 'a fact wakes it' } });
      await inside('second', [last as TestLead]);
      const { items } = (await takeIn<Preview>('second', { dryRun: true })).body;
      const [next] = items.map(({ lead }) => lead.id).reverse();
      await baton.call('PATCH', `/v1/leads/${next}`, { profile: { lane: 'elsewhere' } });
      const job = await done(id);
      const entered = (await enrollmentsOf('second', leads)).map(({ id: lead, n }) => [lead, n]);
      expect(entered).toContainEqual([last?.id, 1]);
      expect(entered).not.toContainEqual([next, 1]);
      expect(new Set(entered.map(([, n]) => n))).toEqual(new Set([1]));
      expect(job.result).toContainEqual(expect.objectContaining({ state: 'skipped', reason: 'no_match' }));
    },
    LONG_MS,
  );

  it(
    'goes on after its worker is killed, each lead once',
    async () => {
      const leads = await waiting('third', 12);
      await publishDocument(baton, 'cadences', 'third', wait('Third', 70, ofLane('third')));
      await baton.stopWorker();
      let worker = await startWorkerProcess(baton);
      try {
        const id = await order('third', { rate: { leads: 100, per: 'minute' } });
        await until(id, 'took some', ({ moved }) => moved >= 2);
        await worker.kill();
        expect((await jobOf(id)).moved).toBeLessThan(leads.length);
        worker = await startWorkerProcess(baton);
        expect(await done(id)).toMatchObject({ moved: leads.length });
        expect(await enrollmentsOf('third', leads)).toEqual(
          leads.map(({ id: lead }) => ({ id: lead, state: 'running', n: 1 })),
        );
      } finally {
        await worker.kill();
        await baton.startWorker();
      }
    },
    LONG_MS,
  );

  it('is refused where it can take nobody', async () => {
    expect((await takeIn('nothing', {})).status).toBe(404);
    const misread = await takeIn<{ errors: { path: string }[] }>('first', {
      rate: { leads: 0, per: 'day' },
      soon: true,
    });
    expect([misread.status, misread.body.errors.map(({ path }) => path).sort()]).toEqual([
      422,
      ['rate.leads', 'rate.per', 'soon'],
    ]);
    expect((await baton.call('POST', '/v1/cadences/first/pause', {})).status).toBe(200);
    for (const body of [{}, { dryRun: true }]) expect((await takeIn('first', body)).status).toBe(409);
    expect((await baton.call('POST', '/v1/cadences/first/resume', {})).status).toBe(200);
    const key = { headers: { 'idempotency-key': 'take-in-once' } };
    const orders = [1, 2].map(() => baton.call<Job>('POST', '/v1/cadences/first/take-in', {}, key));
    const [one, two] = await Promise.all(orders);
    expect([one?.status, two?.status].sort()).toEqual([202, expect.any(Number)]);
    const again = await baton.call<Job>('POST', '/v1/cadences/first/take-in', {}, key);
    const ordered = one?.status === 202 ? one : two;
    expect(again.body.id).toBe(ordered?.body.id);
    await done(again.body.id);
  });
});
