import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { JobsService } from '../../src/jobs/jobs.service.js';
import { jobWorkflowId } from '../../workflows/contracts/job.contract.js';
import type { AppProcess } from '../support/app-process.js';
import { keepLives, replay, type RunHistory, runsOf } from '../support/histories.js';
import { engage, newLead, type TestLead, uniqueWord } from '../support/lead-steps.js';
import { seededRandom } from '../support/load.js';
import { publishDocument } from '../support/publish-document.js';
import { waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';
import { startWorkerProcess } from '../support/worker-process.js';

/** How many leads are moved there and back: `BATON_MIGRATE_LEADS=500` is what was promised. */
const LEADS = Number(process.env['BATON_MIGRATE_LEADS'] ?? 24);
const SEED = Number(process.env['BATON_SEED'] ?? 1_126);
const FAST = { leads: 60_000 };
const DAY = 86_400_000;
const LONG_MS = 60_000 + LEADS * 1_000;

const KEY = 'moving';
const LANES = ['mail', 'ask', 'call', 'slow'] as const;
type Lane = (typeof LANES)[number];

const head = { name: 'Moving', entry: { field: 'source', op: '=', value: KEY }, priority: 50, window: 'any' };
const lanes = (slow: string) => ({
  cases: LANES.map((lane) => ({
    when: { field: 'profile.lane', op: '=', value: lane },
    // biome-ignore lint/suspicious/noThenProperty: the document's own word
    then: { mail: 'welcome', ask: 'ask', call: 'call', slow }[lane],
  })),
  otherwise: 'leave',
});
const call = (text: string) => ({
  id: 'call',
  todo: { do: text, due: 'P20D', dispositions: { reached: 'rest' }, overdue: 'rest' },
});
const ask = {
  id: 'ask',
  wait_for: {
    // biome-ignore lint/suspicious/noThenProperty: the document's own word
    any: [{ engagement: 'page_view', then: 'story' }],
    // biome-ignore lint/suspicious/noThenProperty: the document's own word
    timeout: { after: 'P9D', then: 'reminder' },
  },
};

const FIRST = {
  ...head,
  steps: [
    { id: 'lanes', branch: lanes('guide') },
    { id: 'welcome', email: { template: 'welcome' } },
    { id: 'settle', wait: 'P2D' },
    { id: 'reminder', email: { template: 'reminder' }, next: 'rest' },
    ask,
    { id: 'story', email: { template: 'story' }, next: 'rest' },
    call('Call'),
    { id: 'guide', email: { template: 'guide' } },
    { id: 'slow', wait: 'P5D' },
    { id: 'last', email: { template: 'last' } },
    { id: 'rest', wait: 'P30D' },
    { id: 'leave', exit: 'completed' },
  ],
};
/** `settle` is `pause` and a day longer; `slow` is over at once, and leads by a touch that was sent to one that was not. */
const SECOND = {
  ...head,
  steps: [
    { id: 'lanes', branch: lanes('slow') },
    { id: 'welcome', email: { template: 'welcome' } },
    { id: 'pause', wait: 'P3D' },
    { id: 'reminder', email: { template: 'reminder' }, next: 'rest' },
    ask,
    { id: 'story', email: { template: 'story' }, next: 'rest' },
    call('Call again'),
    { id: 'slow', wait: 'PT0S' },
    { id: 'guide', email: { template: 'guide' } },
    { id: 'last', email: { template: 'last' } },
    { id: 'rest', wait: 'P30D' },
    { id: 'leave', exit: 'completed' },
  ],
};
const THERE = { settle: 'pause' };
const BACK = { pause: 'settle' };

interface Job {
  readonly id: string;
  readonly state: string;
  readonly total: number;
  readonly done: number;
  readonly moved: number;
}
interface Standing {
  readonly version: number;
  readonly step: string;
  readonly dueAt: number | null;
}
interface Landing {
  readonly lead: { readonly id: string };
  readonly now: { readonly step: string; readonly dueAt: string | null };
  readonly lands: { readonly step: string; readonly dueAt: string | null } | null;
  readonly change: string;
}

let baton: TestBaton;
let leads: (TestLead & { readonly lane: Lane })[];

beforeAll(async () => {
  baton = await startTestBaton();
  await publishDocument(baton, 'cadences', KEY, FIRST);
  leads = await enter(LEADS);
  await publishDocument(baton, 'cadences', KEY, SECOND);
}, LONG_MS);
afterAll(async () => {
  await keepLives(baton, 'moved', 4);
  await baton.stop();
});

/** New leads, lane by lane, each where its lane waits. */
async function enter(count: number): Promise<typeof leads> {
  const made: (typeof leads)[number][] = [];
  for (let n = 0; n < count; n += 4) {
    const some = LANES.slice(0, count - n).map(async (lane) => ({
      ...(await newLead(baton, KEY, { profile: { lane } })),
      lane,
    }));
    made.push(...(await Promise.all(some)));
  }
  const at = { mail: 'settle', ask: 'ask', call: 'call', slow: 'slow' };
  await standOn(made, 1, (lead) => [at[lead.lane]]);
  return made;
}

async function standings(of: readonly TestLead[]): Promise<Map<string, Standing>> {
  const rows = await baton.dataSource.query<(Standing & { id: string })[]>(
    `select l.id, v.version, e.step, (l.process->'process'->'enrollment'->>'dueAt')::float8 as "dueAt"
       from leads l join enrollments e on e.lead_id = l.id and e.state <> 'ended'
       join document_versions v on v.id = e.version_id where l.id = any($1::uuid[])`,
    [of.map(({ id }) => id)],
  );
  return new Map(rows.map(({ id, version, step, dueAt }) => [id, { version, step, dueAt }]));
}

async function standOn<Lead extends TestLead>(
  of: readonly Lead[],
  version: number,
  stepsOf: (lead: Lead) => readonly string[],
): Promise<void> {
  await waitFor(
    async () => {
      const now = await standings(of);
      return of.every((lead) => {
        const standing = now.get(lead.id);
        return standing?.version === version && stepsOf(lead).includes(standing.step) && standing.dueAt !== null;
      });
    },
    { what: `leads stand in version ${version}`, timeoutMs: LONG_MS, intervalMs: 100 },
  );
}

async function order(body: object, expected = 202): Promise<string> {
  const { status, text, body: job } = await baton.call<Job>('POST', `/v1/cadences/${KEY}/migrate`, body);
  expect([status, text]).toEqual([expected, expect.any(String)]);
  return job.id;
}

const jobOf = async (id: string): Promise<Job> => (await baton.call<Job>('GET', `/v1/jobs/${id}`)).body;

const ended = (id: string, ...states: string[]): Promise<Job> =>
  waitFor(
    async () => {
      const job = await jobOf(id);
      return states.includes(job.state) && job;
    },
    { what: `job ${id} is ${states.join(' or ')}`, timeoutMs: LONG_MS, intervalMs: 100 },
  );

async function dryRun(body: object) {
  const items: Landing[] = [];
  let cursor: string | null = null;
  let first:
    | { summary: { step: string; landsAt: string | null; change: string; leads: number }[]; inside: number }
    | undefined;
  do {
    const page: { body: typeof first & { items: Landing[]; nextCursor: string | null }; status: number } =
      await baton.call('POST', `/v1/cadences/${KEY}/dry-run`, {
        ...body,
        limit: 30,
        ...(cursor === null ? {} : { cursor }),
      });
    expect(page.status).toBe(200);
    first ??= page.body;
    items.push(...page.body.items);
    cursor = page.body.nextCursor;
  } while (cursor !== null);
  return {
    items: new Map(items.map((item) => [item.lead.id, item])),
    summary: first?.summary ?? [],
    inside: first?.inside,
  };
}

/** Steps each lead was on since that job moved it, the one on which it landed first. */
async function walkedSince(jobId: string): Promise<Map<string, string[]>> {
  const rows = await baton.dataSource.query<{ id: string; landed: string; steps: string[] }[]>(
    `select m.lead_id as id, m.data->>'to' as landed,
            array(select s.data->>'step' from lead_records s
                   where s.lead_id = m.lead_id and s.kind = 'step' and (s.rev, s.n) > (m.rev, m.n)
                   order by s.rev, s.n) as steps
       from lead_records m where m.kind = 'migrated' and m.data->>'jobId' = $1`,
    [jobId],
  );
  return new Map(rows.map(({ id, landed, steps }) => [id, steps.includes(landed) ? steps : [landed, ...steps]]));
}

/** `step visit` of every touch of the lead that was claimed. */
async function touchesOf(of: readonly TestLead[]): Promise<Map<string, string[]>> {
  const rows = await baton.dataSource.query<{ id: string; touches: string[] }[]>(
    `select l.id, array(select t.step || ' ' || t.visit || ' ' || t.state from touches t
                         where t.lead_id = l.id order by t.step, t.visit) as touches
       from leads l where l.id = any($1::uuid[])`,
    [of.map(({ id }) => id)],
  );
  return new Map(rows.map(({ id, touches }) => [id, touches]));
}

describe('moving those inside to another version and back', () => {
  it(
    'lands every lead where the dry run said, keeps its time and sends nothing twice, while engagements arrive',
    async () => {
      const random = seededRandom(SEED);
      const asking = leads.filter(({ lane }) => lane === 'ask');
      const viewed = new Set<string>();
      /** Leads that look at a page sooner or later, in the middle of everything. */
      const view = async (some: readonly TestLead[]): Promise<void> => {
        for (const lead of some) {
          viewed.add(lead.id);
          await engage(baton, lead, 'page_view', { properties: { path: '/blog' } });
        }
      };
      const lucky = asking.filter(() => random() < 0.6);
      const third = Math.ceil(lucky.length / 3);

      const before = await standings(leads);
      const foreseen = await dryRun({ toVersion: 2, mapping: THERE });
      expect(foreseen.inside).toBe(leads.length);
      expect(foreseen.items.size).toBe(leads.length);
      const quarter = leads.length / 4;
      expect(foreseen.summary).toEqual([
        { version: 1, step: 'settle', landsAt: 'pause', change: 'moves', words: 'Wait 3 days', leads: quarter },
        { version: 1, step: 'slow', landsAt: 'last', change: 'moves', words: 'Send “last”', leads: quarter },
        { version: 1, step: 'call', landsAt: 'call', change: 'content', words: expect.any(String), leads: quarter },
        { version: 1, step: 'ask', landsAt: 'ask', change: 'keeps', words: expect.any(String), leads: quarter },
      ]);

      const changed = await dryRun({ toVersion: 2, mapping: THERE, only: ['content', 'time'] });
      expect([...changed.items.values()].map((item) => item.now.step)).toEqual(Array(quarter).fill('call'));

      const there = await order({ toVersion: 2, mapping: THERE, who: 'all', rate: FAST });
      await view(lucky.slice(0, third));
      expect(await ended(there, 'done')).toMatchObject({
        total: leads.length,
        done: leads.length,
        moved: leads.length,
      });
      const landed = { mail: ['pause'], ask: ['ask', 'story', 'rest'], call: ['call'], slow: ['rest'] };
      await standOn(leads, 2, ({ lane }) => landed[lane]);
      const walked = await walkedSince(there);
      expect(walked.size).toBe(leads.length);
      const after = await standings(leads);
      for (const { id, lane } of leads) {
        const { lands, now } = foreseen.items.get(id) ?? {};
        const moved = after.get(id);
        expect(now).toEqual({
          step: before.get(id)?.step,
          dueAt: instant(before.get(id)?.dueAt),
          words: expect.any(String),
        });
        if (viewed.has(id)) expect(['ask', 'story', 'rest']).toContain(moved?.step);
        else {
          expect([lane, (walked.get(id) ?? []).includes(lands?.step ?? '')]).toEqual([lane, true]);
          if (lane !== 'slow') expect([lands?.step, lands?.dueAt]).toEqual([moved?.step, instant(moved?.dueAt)]);
        }
        // A day longer, from the same beginning.
        if (lane === 'mail') expect((moved?.dueAt ?? 0) - (before.get(id)?.dueAt ?? 0)).toBe(DAY);
        if (lane === 'call') expect(moved?.dueAt).toBe(before.get(id)?.dueAt);
      }
      const todos = await baton.dataSource.query<{ text: string; state: string; n: number }[]>(
        'select text, state, count(*)::int as n from todos where lead_id = any($1::uuid[]) group by 1, 2',
        [leads.map(({ id }) => id)],
      );
      expect(todos).toEqual([{ text: 'Call again', state: 'open', n: quarter }]);

      await view(lucky.slice(third, 2 * third));
      const back = await order({ toVersion: 1, mapping: BACK, who: 'all', rate: FAST });
      await view(lucky.slice(2 * third));
      expect(await ended(back, 'done')).toMatchObject({ total: leads.length, moved: leads.length });
      const home = { mail: ['settle'], ask: ['ask', 'story', 'rest'], call: ['call'], slow: ['rest'] };
      await standOn(leads, 1, (lead) => (lucky.includes(lead as never) ? ['rest'] : home[lead.lane]));
      const finally_ = await standings(leads);
      for (const { id, lane } of leads) {
        // As if nobody had moved it.
        if (lane !== 'slow' && !viewed.has(id)) expect(finally_.get(id)).toEqual(before.get(id));
      }
      const touches = await touchesOf(leads);
      const expected = { mail: ['welcome 1 sent'], ask: [], call: [], slow: ['guide 1 sent', 'last 1 sent'] };
      for (const { id, lane } of leads)
        expect([lane, touches.get(id)]).toEqual([lane, viewed.has(id) ? ['story 1 sent'] : expected[lane]]);
    },
    LONG_MS * 2,
  );

  it('shows on the timeline and in the explanation', async () => {
    const lead = leads.find(({ lane }) => lane === 'mail');
    const timeline = await baton.call<{ items: { sentence: string; by: { name: string } | null }[] }>(
      'GET',
      `/v1/leads/${lead?.id}/timeline?kind=enrollment`,
    );
    const moves = timeline.body.items.map(({ sentence }) => sentence);
    expect(moves).toEqual([
      'Entered cadence moving, version 1',
      'Went over from version 1 to version 2 of cadence moving, from step settle to step pause',
      'Went over from version 2 to version 1 of cadence moving, from step pause to step settle',
    ]);
    expect(timeline.body.items[1]?.by).toMatchObject({ name: 'Olga Owner' });
    const explained = await baton.call<{ because: string[] }>('GET', `/v1/leads/${lead?.id}/explain`);
    expect(explained.body.because.join(' ')).toMatch(/It went over from version 2 to version 1 on /);
  });

  it(
    'stops when it is asked to, and leaves the rest where it is',
    async () => {
      const slowly = await order({ toVersion: 2, mapping: THERE, who: 'all', rate: { leads: 24 } });
      // Two leads at once, then a pause of five seconds.
      await waitFor(async () => (await jobOf(slowly)).done >= 2, {
        what: 'the first leads are moved',
        timeoutMs: 30_000,
      });
      const second = await baton.call('POST', `/v1/cadences/${KEY}/migrate`, {
        toVersion: 2,
        mapping: THERE,
        who: 'all',
      });
      expect([second.status, second.body['jobId'], second.body['state']]).toEqual([409, slowly, 'running']);
      const stopped = await baton.call<Job>('POST', `/v1/jobs/${slowly}/stop`, { note: 'Wrong mapping' });
      expect(stopped.status).toBe(200);
      const job = await ended(slowly, 'stopped');
      expect(job.moved).toBeGreaterThanOrEqual(2);
      expect(job.moved).toBeLessThan(leads.length);
      const inSecond = [...(await standings(leads)).values()].filter(({ version }) => version === 2);
      expect(inSecond).toHaveLength(job.moved);
      const [audited] = await baton.dataSource.query<{ note: string }[]>(
        `select note from audit_entries where action = 'job.stop' and subject_id = $1`,
        [slowly],
      );
      expect(audited).toEqual({ note: 'Wrong mapping' });
      // Back with those that were moved, and nobody else.
      const back = await order({ toVersion: 1, mapping: BACK, who: 'all', rate: FAST });
      expect(await ended(back, 'done')).toMatchObject({ total: job.moved, moved: job.moved });
    },
    LONG_MS,
  );

  it(
    'goes on after its worker is killed, each lead once',
    async () => {
      await baton.stopWorker();
      let worker: AppProcess | undefined = await startWorkerProcess(baton);
      try {
        const id = await order({ toVersion: 2, mapping: THERE, who: 'all', rate: { leads: 144 } });
        await waitFor(async () => (await jobOf(id)).done >= 3, {
          what: 'some leads are moved',
          timeoutMs: 60_000,
          intervalMs: 5,
        });
        await worker.kill();
        const { done } = await jobOf(id);
        expect(done).toBeLessThan(leads.length);
        worker = await startWorkerProcess(baton);
        expect(await ended(id, 'done')).toMatchObject({ total: leads.length, moved: leads.length });
        const moves = await baton.dataSource.query<{ n: number }[]>(
          `select count(*)::int as n from lead_records where kind = 'migrated' and data->>'jobId' = $1 group by lead_id`,
          [id],
        );
        expect(moves).toEqual(leads.map(() => ({ n: 1 })));
      } finally {
        await worker?.kill();
        await baton.startWorker();
      }
    },
    LONG_MS,
  );

  it(
    'goes on after its workflow is terminated, and the histories it leaves replay',
    async () => {
      const id = await order({ toVersion: 1, mapping: BACK, who: 'all', rate: { leads: 144 } });
      const workflow = baton.client.workflow.getHandle(jobWorkflowId(id));
      await waitFor(async () => (await jobOf(id)).done >= 3, { what: 'some leads are moved', timeoutMs: 30_000 });
      await workflow.terminate('by mistake');
      // As a worker does when it starts, and every half minute. What is left of the old run's batch goes on beside it.
      await baton.app.get(JobsService).startOpen();
      expect(await ended(id, 'done')).toMatchObject({ total: leads.length, moved: leads.length });
      const job = { name: 'job', history: JSON.parse(historyToJSON(await workflow.fetchHistory())) as RunHistory };
      const walks = leads.slice(0, 4).map(async (lead) => {
        const [history] = await runsOf(baton.client, lead.id);
        return history ? [{ name: lead.lane, history }] : [];
      });
      expect(await replay([job, ...(await Promise.all(walks)).flat()])).toEqual({});
      const there = await order({ toVersion: 2, mapping: THERE, who: 'all', rate: FAST });
      expect(await ended(there, 'done')).toMatchObject({ moved: leads.length });
    },
    LONG_MS,
  );

  it(
    'moves those it is asked to move',
    async () => {
      const some = leads.slice(0, 2).map(({ id }) => id);
      const listed = await order({ toVersion: 1, mapping: BACK, who: { leads: some }, rate: FAST });
      expect(await ended(listed, 'done')).toMatchObject({ total: 2, moved: 2 });
      const lane = { field: 'profile.lane', op: '=', value: 'call' };
      const matching = await order({ toVersion: 1, mapping: BACK, who: { when: lane }, rate: FAST });
      // What a condition names is not kept: it may be what a person is known by.
      expect(await ended(matching, 'done')).toMatchObject({
        total: leads.length / 4,
        moved: leads.length / 4,
        input: { who: { when: true } },
      });
      const now = await standings(leads);
      const onAsk = leads.filter(({ id }) => now.get(id)?.version === 2 && now.get(id)?.step === 'ask');
      const standing = await order({ toVersion: 1, mapping: BACK, who: { steps: ['ask'] }, rate: FAST });
      expect(await ended(standing, 'done')).toMatchObject({ total: onAsk.length, moved: onAsk.length });
      const nobody = await order({ toVersion: 1, mapping: BACK, who: 'none' });
      expect(await jobOf(nobody)).toMatchObject({ state: 'done', total: 0, done: 0 });
      const first = [...(await standings(leads))].filter(([, { version }]) => version === 1).map(([id]) => id);
      const calls = leads.filter((lead) => lead.lane === 'call').map(({ id }) => id);
      expect(first.sort()).toEqual([...new Set([...some, ...calls, ...onAsk.map(({ id }) => id)])].sort());
    },
    LONG_MS,
  );

  it('refuses what can not be done, and names each field and the way out', async () => {
    const refused = async (body: object, path = `/v1/cadences/${KEY}/migrate`) => {
      const { status, body: problem } = await baton.call<{
        errors?: { path: string; code: string; message: string }[];
      }>('POST', path, body);
      return [status, (problem.errors ?? []).map((error) => [error.path, error.code, error.message])];
    };
    const inFirst = [...(await standings(leads)).values()].filter((one) => one.version === 1 && one.step === 'settle');
    const { length } = inFirst;
    const stand = length === 1 ? '1 lead stands' : `${length} leads stand`;
    const places = SECOND.steps.map(({ id }) => id).join(', ');
    const message = `${stand} on settle of version 1, which version 2 does not have: map it to one of ${places}, $end`;
    expect(await refused({ toVersion: 2, who: 'all' })).toEqual([422, [['mapping.settle', 'unmapped', message]]]);
    expect(await refused({ toVersion: 2, mapping: { settle: 'nowhere', never: 'rest' }, who: 'all' })).toEqual([
      422,
      [
        ['mapping.settle', 'unknown_target', 'version 2 has no step nowhere'],
        ['mapping.never', 'unknown_step', 'no lead is inside a version that has a step never'],
      ],
    ]);
    expect(await refused({ toVersion: 9, who: 'all' })).toEqual([
      422,
      [['toVersion', 'unknown_version', `there is no version 9 of ${KEY}, the newest is 2`]],
    ]);
    const stranger = '0190a5a0-0000-7000-8000-000000000000';
    expect(await refused({ toVersion: 2, mapping: THERE, who: { leads: [stranger] } })).toEqual([
      422,
      [['who.leads.0', 'not_inside', 'this lead is not inside another version of the cadence']],
    ]);
    expect((await refused({ toVersion: 1, who: 'all' }, '/v1/cadences/unheard-of/migrate'))[0]).toBe(404);
    expect((await refused({ toVersion: 1 }, '/v1/cadences/unheard-of/dry-run'))[0]).toBe(404);
    expect((await refused({}, `/v1/jobs/${stranger}/stop`))[0]).toBe(404);
    const gone = await baton.call<{ unmapped: unknown; summary: object[] }>('POST', `/v1/cadences/${KEY}/dry-run`, {
      toVersion: 2,
    });
    expect(gone.body.unmapped).toEqual([{ version: 1, step: 'settle', leads: length }]);
    expect(gone.body.summary[0]).toMatchObject({ step: 'settle', landsAt: null, change: 'no_place', leads: length });
    const all = { toVersion: 1, mapping: BACK, who: 'all' };
    const sales = await baton.call('POST', `/v1/cadences/${KEY}/migrate`, all, { key: baton.keys.sales });
    expect(sales.status).toBe(403);
  });

  it(
    'moves a lead that sales has, and its clock stands until it comes back',
    async () => {
      const lead = await newLead(baton, KEY, {
        profile: { lane: 'mail', employees: 500 },
        email: `${uniqueWord('sales')}@moving.example`,
      });
      await standOn([lead], 2, () => ['pause']);
      await engage(baton, lead, 'demo_request', { purpose: 'A demo' });
      await baton.inState(lead.id, 'offered');
      const suspended = await standings([lead]);
      const id = await order({ toVersion: 1, mapping: BACK, who: { leads: [lead.id] }, rate: FAST });
      expect(await ended(id, 'done')).toMatchObject({ moved: 1 });
      const [row] = await baton.dataSource.query<{ enrollment: Record<string, unknown>; state: string }[]>(
        `select l.state, l.process->'process'->'enrollment' as enrollment from leads l where id = $1`,
        [lead.id],
      );
      expect(row).toMatchObject({ state: 'offered', enrollment: { step: 'settle', version: 1 } });
      expect(row?.enrollment['suspendedAt']).toEqual(expect.any(Number));
      expect(row?.enrollment['dueAt']).toBe((suspended.get(lead.id)?.dueAt ?? 0) - DAY);
    },
    LONG_MS,
  );
});

const instant = (at: number | null | undefined): string | null =>
  typeof at !== 'number' ? null : new Date(at).toISOString();
