import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AppProcess, startAppProcess } from '../support/app-process.js';
import { atStep, newLead, noticesAbout, offerOf, type TestLead, uniqueWord } from '../support/lead-steps.js';
import { ask, type Reply, seededRandom } from '../support/load.js';
import { type OracleFact, scoreOracle } from '../support/score-oracle.js';
import { waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

const SEED = Number(process.env['BATON_SEED'] ?? 41_124);
const CLIENTS = 32;
const HOUR = 3_600_000;

let baton: TestBaton;
let apis: AppProcess[];
let worker: AppProcess;
beforeAll(async () => {
  baton = await startTestBaton();
  await baton.stopWorker();
  apis = await Promise.all([startAppProcess('main', baton.env), startAppProcess('main', baton.env)]);
  worker = await startAppProcess('worker', baton.env);
}, 240_000);
afterAll(async () => {
  await worker?.kill();
  for (const api of apis ?? []) await api.kill();
  await baton?.stop();
});

interface Fact extends OracleFact {
  readonly leadId: string;
}

/** As the API takes it. */
const bodyOf = ({ source, eventId, leadId, kind, path, at }: Fact) => ({
  ...{ source, eventId, lead: { id: leadId }, kind },
  ...{ occurredAt: new Date(at).toISOString(), properties: { path } },
});

const shuffled = <T>(items: readonly T[], random: () => number): T[] =>
  items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);

/** Up to 24 h late, some from clocks that run ahead. */
function factsOf(lead: TestLead, warm: boolean, now: number, random: () => number): Fact[] {
  const make = (count: number, kind: string, path = '/blog', ahead = 0) =>
    Array.from({ length: count }, () => ({
      ...{ leadId: lead.id, kind, path, source: random() < 0.5 ? 'web' : 'crm', eventId: uniqueWord('fact') },
      at: Math.floor(now - random() * 24 * HOUR + (random() < ahead ? 30 * HOUR : 0)),
    }));
  const cold = [...make(20, 'page_view', '/blog', 0.1), ...make(3, 'page_view', '/careers'), ...make(8, 'email_open')];
  return warm
    ? [...cold, ...make(22, 'download', '/', 0.1), ...make(3, 'webinar_attended'), ...make(2, 'form_submitted')]
    : cold;
}

/** Sends every copy, single or in batches, over both processes, 32 at a time; answers how often each was called new. */
async function sendCopies(copies: readonly Fact[], random: () => number): Promise<Map<string, number>> {
  const requests: Fact[][] = [];
  for (let rest = [...copies]; rest.length > 0; ) {
    requests.push(rest.splice(0, random() < 0.5 ? 1 : 1 + Math.floor(random() * 20)));
  }
  const called = new Map<string, number>();
  const note = (eventId: string, isNew: boolean): void => {
    called.set(eventId, (called.get(eventId) ?? 0) + (isNew ? 1 : 0));
  };
  const queue = requests.values();
  const client = async (number: number): Promise<void> => {
    const target = { url: () => apis[number % apis.length]?.url ?? '', key: baton.keys.marketing };
    for (const facts of queue) {
      const [first] = facts;
      if (facts.length === 1 && first) {
        const reply = await ask(target, 'POST', '/v1/engagements', bodyOf(first));
        expect(reply).toMatchObject({ status: 202, body: { conflict: false } });
        note(first.eventId, !(reply.body as { duplicate: boolean }).duplicate);
        continue;
      }
      const reply = await ask(target, 'POST', '/v1/engagements/batch', { items: facts.map(bodyOf) });
      expect(reply.status).toBe(202);
      for (const { eventId, result } of (reply.body as { items: { eventId: string; result: string }[] }).items) {
        expect(['stored', 'duplicate']).toContain(result);
        note(eventId, result === 'stored');
      }
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)));
  return called;
}

interface Crossing {
  readonly qualifications: number;
  readonly handoffs: number;
  readonly offerNotices: number;
  readonly ladders: number;
}

async function crossingOf(lead: TestLead): Promise<Crossing> {
  const [row] = await baton.dataSource.query<Crossing[]>(
    `select (select count(*)::int from decisions where lead_id = $1 and kind = 'qualified') as qualifications,
            (select count(*)::int from handoffs where lead_id = $1) as handoffs,
            (select count(*)::int from notices where lead_id = $1 and kind = 'offer' and state = 'sent') as "offerNotices",
            (select count(*)::int from lead_records where lead_id = $1 and kind = 'offered') as ladders`,
    [lead.id],
  );
  if (!row) throw new Error('no row');
  return row;
}

const ONCE: Crossing = { qualifications: 1, handoffs: 1, offerNotices: 1, ladders: 1 };

async function expectOneOffer(lead: TestLead): Promise<void> {
  await offerOf(baton, lead);
  await waitFor(async () => (await noticesAbout(lead, 'New lead')).length > 0, {
    what: `the offer mail of ${lead.email}`,
    timeoutMs: 30_000,
  });
  await baton.virtual.settled(lead.id);
  expect(await crossingOf(lead)).toEqual(ONCE);
  expect(await noticesAbout(lead, 'New lead')).toHaveLength(1);
}

describe('facts sent 1 to 5 times by 32 clients over two processes, shuffled', () => {
  it('count once: score as an oracle says, one decision, one handoff, one mail', async () => {
    process.stdout.write(`BATON_SEED=${SEED}\n`);
    const random = seededRandom(SEED);
    const leads = await Promise.all(Array.from({ length: 5 }, () => newLead(baton, 'patient')));
    for (const lead of leads) await atStep(baton, lead, 'response');
    const facts = leads.flatMap((lead, index) => factsOf(lead, index > 0, Date.now(), random));
    const copies = facts.flatMap((fact) => Array.from({ length: 1 + Math.floor(random() * 5) }, () => fact));
    const called = await sendCopies(shuffled(copies, random), random);

    // New exactly once, however often it was sent.
    expect([...called.values()].filter((times) => times !== 1)).toEqual([]);
    expect(called.size).toBe(facts.length);
    const stored = await baton.dataSource.query<
      { event_id: string; received_at: Date; seq: number; lead_id: string }[]
    >('select event_id, received_at, seq, lead_id from engagements order by lead_id, seq');
    expect(stored.map((row) => row.event_id).sort()).toEqual(facts.map((fact) => fact.eventId).sort());
    const receivedAt = new Map(stored.map((row) => [row.event_id, row.received_at.getTime()]));

    for (const [index, lead] of leads.entries()) {
      const own = facts.filter((fact) => fact.leadId === lead.id);
      // No stamp of the future: a fact counts from when it was received at the latest.
      const counted = own.map((fact) => ({ ...fact, at: Math.min(fact.at, receivedAt.get(fact.eventId) ?? 0) }));
      const seqs = stored.filter((row) => row.lead_id === lead.id).map((row) => row.seq);
      expect(seqs).toEqual(seqs.map((_, place) => place + 1));
      const { body } = await baton.call<{ score: { engagement: number } }>('GET', `/v1/leads/${lead.id}/explain`);
      expect(body.score.engagement).toBeCloseTo(scoreOracle(counted, Date.now()), 1);
      if (index > 0) await expectOneOffer(lead);
      else expect(await crossingOf(lead)).toEqual({ qualifications: 0, handoffs: 0, offerNotices: 0, ladders: 0 });
    }
  }, 180_000);
});

describe('100 engagements at once that cross the threshold', () => {
  /** Publishes the definition with another threshold, signed by both sides. */
  async function publish(threshold: number): Promise<void> {
    const keys = {
      marketing: await baton.keyOf('mara-marketer', 'marketing'),
      sales: await baton.keyOf('theo-teamowner', 'sales'),
    };
    const document = {
      ...{ key: 'default', rank: 10, mandatory: ['email', 'company', 'country'] },
      rules: [
        { id: 'hand-raise', when: { field: 'hand_raise', op: 'exists' } },
        {
          id: 'engaged-and-fits',
          when: {
            all: [
              { field: 'score', op: '>=', value: threshold },
              { field: 'grade', op: 'in', value: ['A', 'B', 'C'] },
            ],
          },
        },
      ],
      effectiveFrom: '2020-01-01T00:00',
    };
    const base = '/v1/definitions/default';
    const steps = [
      await baton.call('PUT', `${base}/draft`, document),
      await baton.call('POST', `${base}/sign`, { as: 'marketing' }, { key: keys.marketing }),
      await baton.call('POST', `${base}/sign`, { as: 'sales' }, { key: keys.sales }),
      await baton.call('POST', `${base}/publish`, {}),
    ];
    expect(steps.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  }

  it('make one handoff with one mail and one ladder, also while the threshold is edited', async () => {
    const leads = await Promise.all(Array.from({ length: 4 }, () => newLead(baton, 'patient')));
    for (const lead of leads) await atStep(baton, lead, 'response');
    const target = (number: number) => ({ url: () => apis[number % 2]?.url ?? '', key: baton.keys.marketing });
    const cross = (lead: TestLead): Promise<Reply[]> =>
      Promise.all(
        Array.from({ length: 100 }, (_, number) =>
          ask(target(number), 'POST', '/v1/engagements', {
            ...{ source: 'crossing', eventId: uniqueWord('e'), lead: { id: lead.id } },
            ...{ kind: number % 2 ? 'webinar_attended' : 'form_submitted', occurredAt: new Date().toISOString() },
          }),
        ),
      );
    const editing = (async () => {
      for (const threshold of [90, 50, 120, 70]) await publish(threshold);
    })();
    const replies = (await Promise.all(leads.map(cross))).flat();
    await editing;
    expect(replies.filter(({ status }) => status !== 202)).toEqual([]);
    for (const lead of leads) await expectOneOffer(lead);
  }, 180_000);
});
