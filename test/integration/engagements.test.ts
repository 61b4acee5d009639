import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { LeadInterest } from '../../domain/lead/interest.js';
import { scoreAt } from '../../domain/scoring/score-at.js';
import { scoreEngagements } from '../../domain/scoring/score-engagements.js';
import type { ScoreModel } from '../../domain/scoring/score-model.js';
import { AppModule } from '../../src/app.module.js';
import { EngagementsReadModel } from '../../src/engagements/engagements.read-model.js';
import { insertLead, insertOrganisation, noInterest, publishScoreModel } from '../support/records.js';
import { createTestDatabase, mailbox, type TestDatabase, waitFor } from '../support/stack.js';
import { startTcpProxy } from '../support/tcp-proxy.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const HOUR_MS = 3_600_000;

const model: ScoreModel = {
  key: 'default',
  fit: { rules: [], grades: { A: 70, B: 50, C: 30, D: 0 } },
  engagement: {
    rules: [
      { id: 'pricing', kind: 'page_view', where: { path: { prefix: '/pricing' } }, points: 8, perDay: 16, total: 48 },
      { id: 'careers', kind: 'page_view', where: { path: { prefix: '/careers' } }, points: -10, halfLifeDays: 30 },
      { id: 'download', kind: 'download', points: 5, halfLifeDays: 10 },
      { id: 'demo-day', kind: 'demo_day', points: 20 },
    ],
  },
  handRaises: ['demo_request', 'callback_request'],
};

interface Answer {
  readonly engagementId: string;
  readonly duplicate: boolean;
  readonly conflict: boolean;
  readonly class: string;
}

let database: TestDatabase;
let api: TestApp;
let key: string;
let personId: string;
let leadId: string;
let numbers = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApp(database.url);
  key = await api.key('intake');
  personId = await api.person();
  await publishScoreModel(api.dataSource, personId, model);
  await insertOrganisation(api.dataSource, personId);
});

beforeEach(async () => {
  leadId = await insertLead(api.dataSource, personId);
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

const item = (more: Record<string, unknown> = {}) => {
  numbers += 1;
  const at = '2026-02-01T10:00:00Z';
  return { source: 'web', eventId: `e${numbers}`, lead: { id: leadId }, kind: 'page_view', occurredAt: at, ...more };
};

const send = (body: unknown) => api.call('POST', '/v1/engagements', { key, body });
const sendBatch = (items: unknown[]) => api.call('POST', '/v1/engagements/batch', { key, body: { items } });

interface Row {
  readonly seq: number;
  readonly kind: string;
  readonly hand_raise: boolean;
  readonly at: Date;
  readonly received_at: Date;
  readonly source: string;
  readonly event_id: string;
}

const rowsOf = (id = leadId) =>
  api.dataSource.query<Row[]>('select * from engagements where lead_id = $1 order by seq', [id]);

const leadRow = async (id = leadId) => {
  const [row]: [{ last_seq: number; score: number; contactable: boolean }] = await api.dataSource.query(
    'select * from leads where id = $1',
    [id],
  );
  return row;
};

const pokesOf = (id = leadId) =>
  api.dataSource.query<{ lane: string; seq: number }[]>('select lane, seq from outbox where lead_id = $1 order by id', [
    id,
  ]);

describe('one engagement', () => {
  it('is stored, scored and answered with 202', async () => {
    const answer = await send(item({ properties: { path: '/pricing/vs-600' } }));
    expect(answer.status).toBe(202);
    expect(answer.json<Answer>()).toMatchObject({ duplicate: false, conflict: false, class: 'human' });
    expect(await rowsOf()).toMatchObject([{ seq: 1, kind: 'page_view', hand_raise: false }]);
    expect(await leadRow()).toMatchObject({ last_seq: 1, score: 8 });
  });

  it('finds its lead by id, address in any spelling, or external id', async () => {
    leadId = await insertLead(api.dataSource, personId, { email: 'Lena.Hofer@example.com', externalId: 'crm-77' });
    for (const lead of [{ id: leadId }, { email: ' Lena.Hofer@EXAMPLE.com ' }, { externalId: 'crm-77' }]) {
      expect((await send(item({ lead }))).status).toBe(202);
    }
    expect(await rowsOf()).toHaveLength(3);
  });

  it.each([
    { id: '0190a5a0-0000-7000-8000-000000000000' },
    { email: 'nobody@example.com' },
    { email: 'no address' },
    { externalId: 'nothing' },
  ])('of the unknown lead %j is 404', async (lead) => {
    const answer = await send(item({ lead }));
    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({ type: '/problems/not-found', detail: 'There is no such lead.' });
  });

  it('of a kind nobody declared is 422, of a declared one is taken', async () => {
    const answer = await send(item({ kind: 'telepathy' }));
    expect(answer.json()).toMatchObject({ status: 422, errors: [{ path: 'kind', code: 'unknown_kind' }] });
    expect((await send(item({ kind: 'demo_day' }))).status).toBe(202);
  });

  it('with wrong fields names all of them', async () => {
    const body = item({ lead: { id: leadId, email: 'a@b.c' }, occurredAt: 'yesterday', score: 5, kind: 'Page View' });
    const answer = await send(body);
    expect(answer.status).toBe(422);
    const paths = answer.json<{ errors: { path: string }[] }>().errors.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['kind', 'lead.email', 'occurredAt', 'score']));
  });

  it('counts from the earlier of its two instants', async () => {
    await send(item({ occurredAt: '2026-02-01T12:00:00+02:00' }));
    await send(item({ occurredAt: new Date(Date.now() + 48 * HOUR_MS).toISOString() }));
    const [past, future] = await rowsOf();
    expect(past?.at.toISOString()).toBe('2026-02-01T10:00:00.000Z');
    expect(future?.at).toEqual(future?.received_at);
    expect(Math.abs((future?.at.getTime() ?? 0) - Date.now())).toBeLessThan(10_000);
  });

  it('counts once, and a copy gets the answer of the first', async () => {
    const body = item({ properties: { path: '/pricing', n: 1 } });
    const first = (await send(body)).json<Answer>();
    const second = (await send({ ...body, properties: { n: 1, path: '/pricing' } })).json<Answer>();
    expect(second).toEqual({ ...first, duplicate: true });
    expect(await leadRow()).toMatchObject({ last_seq: 1, score: 8 });
  });

  it('with the id of another one is a visible conflict, and the first stands', async () => {
    const body = item({ properties: { path: '/pricing' } });
    const first = (await send(body)).json<Answer>();
    const other = (await send({ ...body, kind: 'download' })).json<Answer>();
    expect(other).toMatchObject({ engagementId: first.engagementId, duplicate: true, conflict: true });
    expect(await rowsOf()).toMatchObject([{ kind: 'page_view' }]);
  });

  it('with the same id from another source is another one', async () => {
    const body = item();
    await send(body);
    expect((await send({ ...body, source: 'app' })).json<Answer>().duplicate).toBe(false);
    expect(await rowsOf()).toHaveLength(2);
  });

  it('that raises a hand is marked, with its purpose', async () => {
    await send(item({ kind: 'callback_request', purpose: 'Wants a demo for line 3' }));
    expect(await rowsOf()).toMatchObject([{ hand_raise: true, purpose: 'Wants a demo for line 3' }]);
    const facts = await api.app.get(EngagementsReadModel).countedFacts(api.dataSource.manager, leadId);
    expect(facts.handRaises).toEqual([{ kind: 'callback_request', seq: 1, at: Date.parse('2026-02-01T10:00:00Z') }]);
  });

  it.each(['unsubscribed', 'bounced', 'complained'])('of kind %s stops all mail to the address', async (kind) => {
    leadId = await insertLead(api.dataSource, personId, { email: `${kind}@example.com` });
    await send(item({ kind }));
    const rows: unknown = await api.dataSource.query('select cause from suppressions where address = $1', [
      `${kind}@example.com`,
    ]);
    expect(rows).toEqual([{ cause: kind }]);
    expect(await leadRow()).toMatchObject({ contactable: false });
  });

  it('of an erased lead is like one of no lead', async () => {
    leadId = await insertLead(api.dataSource, personId, { state: 'erased' });
    expect((await send(item())).status).toBe(404);
  });

  it('needs a key that may take in', async () => {
    const sales = await api.key('sales', 'ops');
    expect((await api.call('POST', '/v1/engagements', { key: sales, body: item() })).status).toBe(403);
  });
});

describe('a batch', () => {
  it('answers each item by itself, in order', async () => {
    const stored = item();
    await send(stored);
    const fresh = item();
    const items = [
      stored,
      fresh,
      fresh,
      item({ kind: 'telepathy' }),
      item({ lead: { email: 'no@example.com' } }),
      { eventId: 'x' },
      7,
    ];
    const answer = await sendBatch(items);
    expect(answer.status).toBe(202);
    const results = answer.json<{ items: { eventId: string | null; result: string; problem?: { status: number } }[] }>()
      .items;
    expect(results.map(({ eventId, result, problem }) => [eventId, result, problem?.status ?? 0])).toEqual([
      [stored.eventId, 'duplicate', 0],
      [fresh.eventId, 'stored', 0],
      [fresh.eventId, 'duplicate', 0],
      [expect.any(String), 'refused', 422],
      [expect.any(String), 'refused', 404],
      ['x', 'refused', 422],
      [null, 'refused', 422],
    ]);
    expect(await leadRow()).toMatchObject({ last_seq: 2 });
  });

  it('takes 1,000 items and no more', async () => {
    const answer = await sendBatch(Array.from({ length: 1_000 }, () => item()));
    expect(answer.status).toBe(202);
    expect(await leadRow()).toMatchObject({ last_seq: 1_000 });
    expect((await sendBatch(Array.from({ length: 1_001 }, () => item()))).status).toBe(422);
    expect((await sendBatch([])).status).toBe(422);
  });
});

describe('the process of a lead', () => {
  const withInterest = async (interest: Partial<LeadInterest> | null) => {
    leadId = await insertLead(api.dataSource, personId, {
      interest: interest === null ? null : { ...noInterest, ...interest },
    });
  };

  it('is not woken by what it does not wait for', async () => {
    await send(item({ kind: 'download' }));
    expect(await pokesOf()).toEqual([]);
  });

  it('is woken by an awaited kind, with the seq of the last of a commit', async () => {
    await withInterest({ kinds: ['download'] });
    await sendBatch([item(), item({ kind: 'download' }), item()]);
    expect(await pokesOf()).toEqual([{ lane: 'poke', seq: 3 }]);
  });

  it.each(['email_reply', 'unsubscribed', 'demo_request'])('is always woken by %s', async (kind) => {
    await send(item({ kind }));
    expect(await pokesOf()).toHaveLength(1);
  });

  it('is woken by a score that reaches a threshold, not by one that stays below', async () => {
    await withInterest({ thresholds: [16] });
    await send(item({ properties: { path: '/pricing' } }));
    expect(await pokesOf()).toEqual([]);
    await send(item({ properties: { path: '/pricing' } }));
    expect(await pokesOf()).toHaveLength(1);
  });

  it('is woken when the instant moves at which time alone crosses a threshold', async () => {
    await withInterest({ thresholds: [0] });
    // A fading loss: the score comes back towards 0 but reaches it only with something on the other side.
    await send(item({ kind: 'download', occurredAt: new Date(Date.now() - HOUR_MS).toISOString() }));
    const before = (await pokesOf()).length;
    await send(item({ properties: { path: '/careers' }, occurredAt: new Date(Date.now() - HOUR_MS).toISOString() }));
    expect((await pokesOf()).length).toBe(before + 1);
  });

  it('that was never started is always told', async () => {
    await withInterest(null);
    await send(item());
    expect(await pokesOf()).toEqual([{ lane: 'poke', seq: 1 }]);
  });

  it('is told in the moment of the commit', async () => {
    await withInterest({ any: true });
    const listener = new pg.Client({ connectionString: database.url });
    await listener.connect();
    await listener.query('listen baton_outbox');
    const told = new Promise((resolve) => listener.once('notification', resolve));
    await send(item());
    await told;
    await listener.end();
  });
});

describe('a raised hand or reply of a lead whose workflow has ended', () => {
  it.each([
    ['won', 'demo_request', 'hand_raise'],
    ['disqualified', 'demo_request', 'hand_raise'],
    ['won', 'email_reply', 'reply'],
  ])('is told to its person at once, once (%s, %s)', async (state, kind, notice) => {
    const owner = await api.person('Miriam Castell');
    leadId = await insertLead(api.dataSource, owner, { state });
    const body = item({ kind, purpose: 'A second line' });
    await send(body);
    await send(body);
    const to = `${owner}@kelvara.example`;
    const noticesOf = () =>
      api.dataSource.query<{ state: string }[]>(
        'select kind, ordinal, person_id, state from notices where lead_id = $1',
        [leadId],
      );
    await waitFor(async () => (await noticesOf()).some((row) => row.state === 'sent'), { what: 'the notice' });
    expect(await noticesOf()).toEqual([{ kind: notice, ordinal: 1, person_id: owner, state: 'sent' }]);
    expect(await mailbox.messages({ to })).toHaveLength(1);
  });
});

describe('a lead in virtual time', () => {
  it('has the instant of its last sync, or what just happened if that is later', async () => {
    const virtualNowAt = new Date('2026-03-10T08:00:00Z');
    leadId = await insertLead(api.dataSource, personId, { clockOffsetMs: -5 * HOUR_MS, virtualNowAt });
    await send(item({ occurredAt: '2026-03-09T08:00:00Z' }));
    await send(item({ occurredAt: '2026-03-12T08:00:00Z' }));
    expect((await rowsOf()).map(({ at, received_at }) => [at.toISOString(), received_at.toISOString()])).toEqual([
      ['2026-03-09T08:00:00.000Z', '2026-03-10T08:00:00.000Z'],
      ['2026-03-12T08:00:00.000Z', '2026-03-12T08:00:00.000Z'],
    ]);
  });
});

/** Deterministic numbers in [0, 1). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('every event sent one to five times, 32 at once', () => {
  it.each([1, 2, 3])('counts once, whatever the order (seed %i)', async (seed) => {
    const random = seeded(seed);
    const leads = await Promise.all(Array.from({ length: 5 }, () => insertLead(api.dataSource, personId)));
    const paths = ['/pricing', '/careers', '/about'];
    const events = Array.from({ length: 200 }, (_none, index) => ({
      source: `s${index % 3}`,
      eventId: `seed${seed}-${index}`,
      lead: { id: leads[Math.floor(random() * leads.length)] },
      kind: random() < 0.7 ? 'page_view' : 'download',
      occurredAt: new Date(Date.parse('2026-02-01T00:00:00Z') + Math.floor(random() * 72 * HOUR_MS)).toISOString(),
      properties: { path: paths[Math.floor(random() * paths.length)] },
    }));
    const copies = events.flatMap((event) => Array.from({ length: 1 + Math.floor(random() * 5) }, () => event));
    for (let index = copies.length - 1; index > 0; index -= 1) {
      const other = Math.floor(random() * (index + 1));
      [copies[index], copies[other]] = [copies[other] as (typeof events)[0], copies[index] as (typeof events)[0]];
    }

    let stored = 0;
    const queue = copies.values();
    const client = async (): Promise<void> => {
      for (const event of queue) {
        const batch = random() < 0.2 ? [event, ...takeFrom(queue, 4)] : [event];
        if (batch.length === 1) {
          const answer = await send(event);
          expect(answer.status).toBe(202);
          stored += answer.json<Answer>().duplicate ? 0 : 1;
        } else {
          const { items } = (await sendBatch(batch)).json<{ items: { result: string }[] }>();
          stored += items.filter(({ result }) => result === 'stored').length;
        }
      }
    };
    await Promise.all(Array.from({ length: 32 }, client));

    expect(stored).toBe(events.length);
    for (const id of leads) {
      const own = events.filter((event) => event.lead.id === id);
      const rows = await rowsOf(id);
      expect(rows.map(({ seq }) => seq)).toEqual(own.map((_event, index) => index + 1));
      const oracle = scoreEngagements(
        model,
        own.map((event) => ({
          ...event,
          id: event.eventId,
          class: 'human' as const,
          at: Date.parse(event.occurredAt),
        })),
      );
      const items: { points: number; at: Date; half_life_days: number | null }[] = await api.dataSource.query(
        `select points, at, half_life_days from score_items item where lead_id = $1 and kind = 'award'
         and not exists (select 1 from score_items reversal where reversal.reverses_id = item.id)`,
        [id],
      );
      const now = Date.parse('2026-03-01T00:00:00Z');
      const ledger = items.map((row) => ({
        engagementId: null,
        ruleId: '',
        points: row.points,
        at: row.at.getTime(),
        capped: false,
        ...(row.half_life_days === null ? {} : { halfLifeDays: row.half_life_days }),
      }));
      expect(scoreAt(ledger, [], now)).toBeCloseTo(scoreAt(oracle, [], now), 9);
    }
  });
});

describe('when something is away', () => {
  it('Temporal: engagements are taken in all the same', async () => {
    const alone = await startTestApp(database.url, (config) =>
      AppModule.forRoot({ ...config, temporal: { ...config.temporal, address: '127.0.0.1:1' } }),
    );
    expect((await alone.call('GET', '/readyz')).json()).toMatchObject({ status: 'degraded' });
    leadId = await insertLead(api.dataSource, personId, { interest: null });
    const answers = [await alone.call('POST', '/v1/engagements', { key, body: item() }), await send(item())];
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(await pokesOf()).toMatchObject([{ seq: 1 }, { seq: 2 }]);
    await alone.close();
  });

  it('the database: 503 with Retry-After, nothing acknowledged is lost, and what is sent again counts once', async () => {
    const url = new URL(database.url);
    const proxy = await startTcpProxy(url.hostname, Number(url.port));
    url.port = String(proxy.port);
    const cut = await startTestApp(url.href);
    const bodies = Array.from({ length: 60 }, () => item());
    const acknowledged = new Set<string>();
    const attempt = async (body: (typeof bodies)[number]): Promise<boolean> => {
      const answer = await cut.call('POST', '/v1/engagements', { key, body });
      if (answer.status === 202) acknowledged.add(body.eventId);
      else expect([answer.status, Number(answer.headers['retry-after']) > 0]).toEqual([503, true]);
      return answer.status === 202;
    };
    const first = Promise.all(bodies.map(attempt));
    await proxy.cut();
    await first;
    expect(await attempt(item())).toBe(false);
    await proxy.restore();
    const stored = new Set((await rowsOf()).map((row) => row.event_id));
    for (const eventId of acknowledged) expect(stored).toContain(eventId);
    for (const body of bodies) expect(await attempt(body)).toBe(true);
    expect((await rowsOf()).map(({ seq }) => seq)).toEqual(bodies.map((_body, index) => index + 1));
    await cut.close();
    await proxy.cut();
  });
});

describe('two processes', () => {
  it('that take in the same events for different leads at once store each once', async () => {
    const other = await startTestApp(database.url);
    const [a, b] = [leadId, await insertLead(api.dataSource, personId)];
    const ids = Array.from({ length: 300 }, (_none, index) => `race-${index}`);
    const items = (lead: string, events: string[]) => events.map((eventId) => item({ eventId, lead: { id: lead } }));
    const rounds = Array.from({ length: 10 }, (_none, round) => ids.slice(round * 30, round * 30 + 30));
    const results = await Promise.all(
      rounds.flatMap((round) => [
        api.call('POST', '/v1/engagements/batch', { key, body: { items: items(a, round) } }),
        other.call('POST', '/v1/engagements/batch', { key, body: { items: items(b, [...round].reverse()) } }),
      ]),
    );
    const stored = results
      .flatMap((answer) => answer.json<{ items: { result: string }[] }>().items)
      .filter(({ result }) => result === 'stored');
    expect(stored).toHaveLength(ids.length);
    const [ofA, ofB] = [await rowsOf(a), await rowsOf(b)];
    expect(ofA.length + ofB.length).toBe(ids.length);
    for (const rows of [ofA, ofB]) expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_row, index) => index + 1));
    await other.close();
  });
});

function takeFrom<T>(values: Iterator<T>, count: number): T[] {
  const taken: T[] = [];
  while (taken.length < count) {
    const next = values.next();
    if (next.done === true) break;
    taken.push(next.value);
  }
  return taken;
}
