import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newLeadProcess } from '../../domain/lead/new-lead-process.js';
import { uuidV7 } from '../../src/database/uuid-v7.js';
import { LeadsService } from '../../src/leads/leads.service.js';
import { cadence, definition, scoreModel } from '../factories/documents.factory.js';
import { createOrganisation, type TestOrganisation } from '../factories/organisation.factory.js';
import { keyOf } from '../factories/record-app.js';
import { createTestDatabase, type TestDatabase } from '../support/stack.js';
import { type Answer, startTestApp, type TestApp } from '../support/test-app.js';

let database: TestDatabase;
let api: TestApp;
let people: TestOrganisation;
let intake: string;
let marketing: string;
let sales: string;
let numbers = 0;

const at = new Date('2026-01-01T00:00:00Z');

async function publish(kind: string, key: string, body: object): Promise<string> {
  const id = uuidV7();
  await api.dataSource.query(
    `insert into document_versions (id, kind, key, version, body, published_at, published_by, state)
     values ($1, $2, $3, 1, $4, $5, $6, 'effective')`,
    [id, kind, key, JSON.stringify({ key, ...body }), at, people.miriam.id],
  );
  return id;
}

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApp(database.url);
  people = await createOrganisation(api.app);
  intake = await keyOf(api, people.miriam.id, 'intake');
  marketing = await keyOf(api, people.tomas.id, 'marketing');
  sales = await keyOf(api, people.jonas.id, 'sales');
  await publish('score_model', 'default', scoreModel());
  await publish('definition', 'default', definition());
  await publish('cadence', 'long-term', cadence());
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

interface LeadAnswer {
  readonly id: string;
  readonly email: string;
  readonly state: string;
  readonly [field: string]: unknown;
}
interface Created {
  readonly lead: LeadAnswer;
  readonly created: boolean;
  readonly decision: { readonly state: string; readonly why: string };
  readonly warnings: { readonly path: string; readonly code: string }[];
}
interface Problem {
  readonly type: string;
  readonly detail: string;
  readonly errors?: { readonly path: string; readonly code: string }[];
  readonly [member: string]: unknown;
}

const newLead = (more: object = {}) => {
  numbers += 1;
  return {
    email: `lead-${numbers}@ostrava.example`,
    name: 'Marek Dvořák',
    company: 'Ostrava Valves',
    country: 'DE',
    source: 'trade_show',
    campaign: 'expo',
    consent: { basis: 'consent' as const, at: '2026-03-11T10:12:00Z' },
    ...more,
  };
};
const post = (body: unknown, key = intake) => api.call('POST', '/v1/leads', { key, body });
const get = (path: string, key = marketing) => api.call('GET', `/v1/leads${path}`, { key });
const patch = (id: string, body: unknown) => api.call('PATCH', `/v1/leads/${id}`, { key: marketing, body });
const made = async (more: object = {}): Promise<LeadAnswer> => (await post(newLead(more))).json<Created>().lead;
const outboxOf = (leadId: string) =>
  api.dataSource.query<{ lane: string; seq: number }[]>('select lane, seq from outbox where lead_id = $1 order by id', [
    leadId,
  ]);
const problemOf = (answer: Answer) => answer.json<Problem>();

describe('POST /v1/leads', () => {
  it('takes a lead in, with somebody who answers for it and a decision', async () => {
    const answer = await post(
      newLead({ email: '  Marek@OSTRAVA.example ', profile: { employees: 410 }, tags: ['pumps'] }),
    );
    expect(answer.status).toBe(201);
    const { lead, created, decision, warnings } = answer.json<Created>();
    expect(created).toBe(true);
    expect(warnings).toEqual([]);
    expect(decision).toEqual({
      state: 'nurturing',
      why: 'It came without a hand-raise, so it goes to nurture: cadence long-term takes it.',
    });
    expect(lead).toMatchObject({
      email: 'Marek@ostrava.example',
      state: 'raw',
      custody: 'marketing',
      marketing: { id: people.tomas.id, name: 'Tomás Ribeiro' },
      sales: null,
      accountable: { id: people.tomas.id, name: 'Tomás Ribeiro' },
      profile: { employees: 410 },
      tags: ['pumps'],
      grade: 'A',
      score: 10,
      contactable: true,
    });
    expect(await outboxOf(lead.id)).toEqual([{ lane: 'new', seq: 0 }]);
  });

  it('without a campaign belongs to the owner of the marketing team, without one to the accountable owner', async () => {
    expect(await made({ campaign: undefined })).toMatchObject({ accountable: { name: 'Tomás Ribeiro' }, score: 0 });
  });

  it('with a hand-raise is decided for sales and keeps its words', async () => {
    const answer = await post(newLead({ handRaise: { kind: 'quote_request', purpose: '24 sensors' } }));
    const { lead, decision } = answer.json<Created>();
    expect(decision).toEqual({
      state: 'qualified',
      why: 'Rule hand-raise of definition default, version 1 holds, so it goes to sales.',
    });
    const rows = await api.dataSource.query<unknown[]>(
      'select seq, kind, hand_raise, purpose, source from engagements where lead_id = $1',
      [lead.id],
    );
    expect(rows).toEqual([
      { seq: 1, kind: 'quote_request', hand_raise: true, purpose: '24 sensors', source: 'intake' },
    ]);
    // The start itself looks at everything: a poke besides would only cost a task.
    expect(await outboxOf(lead.id)).toEqual([{ lane: 'new', seq: 0 }]);
  });

  it('again is the same lead, of which only what is missing is filled in', async () => {
    const first = newLead({ company: undefined, profile: { employees: 410 }, externalIds: ['KI-1'] });
    const { lead } = (await post(first)).json<Created>();
    const again = await post({
      ...first,
      ...{ name: 'Somebody Else', company: 'Ostrava Valves', source: 'form', externalIds: ['CRM-1'] },
      profile: { employees: 9, plant: 'Brno' },
    });
    expect(again.status).toBe(200);
    expect(again.json<Created>()).toMatchObject({
      created: false,
      lead: {
        id: lead.id,
        name: 'Marek Dvořák',
        company: 'Ostrava Valves',
        source: 'trade_show',
        profile: { employees: 410, plant: 'Brno' },
        externalIds: ['CRM-1', 'KI-1'],
      },
    });
    const changes = await api.dataSource.query<unknown[]>(
      'select seq, changes from profile_changes where lead_id = $1',
      [lead.id],
    );
    expect(changes).toEqual([
      {
        seq: 1,
        changes: { company: { from: null, to: 'Ostrava Valves' }, 'profile.plant': { from: null, to: 'Brno' } },
      },
    ]);
    const byExternalId = await post(newLead({ externalIds: ['CRM-1'] }));
    expect(byExternalId.json<Created>().lead.id).toBe(lead.id);
  });

  it('with the same hand-raise again counts it once, with another consent twice', async () => {
    const body = newLead({ handRaise: { kind: 'demo_request', purpose: 'A demo' } });
    const { lead } = (await post(body)).json<Created>();
    await post(body);
    const count = () =>
      api.dataSource.query<{ n: number }[]>('select count(*)::int as n from engagements where lead_id = $1', [lead.id]);
    expect(await count()).toEqual([{ n: 1 }]);
    await post({ ...body, consent: { basis: 'consent', at: '2026-04-11T10:12:00Z' } });
    expect(await count()).toEqual([{ n: 2 }]);
  });

  it('again after something that happened before it came in is decided all the same', async () => {
    const body = newLead();
    const { lead } = (await post(body)).json<Created>();
    const fact = { source: 'mail', eventId: lead.id, kind: 'unsubscribed', occurredAt: '2026-01-05T10:00:00Z' };
    await api.call('POST', '/v1/engagements', { key: intake, body: { ...fact, lead: { id: lead.id } } });
    const again = await post(body);
    expect(again.status).toBe(200);
    expect(again.json<Created>().decision).toEqual({
      state: 'nurturing',
      why: 'It came without a hand-raise, so it goes to nurture, but it may not be written to.',
    });
  });

  it('twenty times at once is one lead', async () => {
    const body = newLead({ externalIds: ['RACE-1'] });
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(body)));
    const leads = answers.map((answer) => answer.json<Created>());
    expect(new Set(leads.map(({ lead }) => lead.id)).size).toBe(1);
    expect(leads.filter(({ created }) => created)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(19);
  });

  it('with the same Idempotency-Key gets the same answer', async () => {
    const body = newLead();
    const headers = { 'idempotency-key': 'intake-1' };
    const first = await api.call('POST', '/v1/leads', { key: intake, body, headers });
    const second = await api.call('POST', '/v1/leads', { key: intake, body, headers });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.json()).toEqual(first.json());
  });

  it('refuses identities of two different leads and says which', async () => {
    const one = await made({ externalIds: ['ONE'] });
    const two = await made({ externalIds: ['TWO'] });
    const answer = await post(newLead({ email: one.email, externalIds: ['TWO'] }));
    expect(answer.status).toBe(409);
    expect(problemOf(answer).leads).toEqual([one.id, two.id].sort());
  });

  it('names all wrong fields at once, consent among them', async () => {
    const answer = await post({
      ...{ email: 'a@b@c', source: 'form', country: 'Germany', colour: 'red' },
      ...{ consent: { at: '2026-03-11T10:12:00Z' }, profile: { name: 'hidden', 'no spaces': 1 } },
    });
    expect(answer.status).toBe(422);
    const paths = problemOf(answer).errors?.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(['email', 'country', 'colour', 'consent.basis', 'profile.name', 'profile.no spaces']),
    );
    expect((await post({ ...newLead(), consent: undefined })).status).toBe(422);
  });

  it('refuses a campaign or a hand-raise nobody knows and stores nothing', async () => {
    const unknown = newLead({ campaign: 'nothing' });
    expect(problemOf(await post(unknown)).errors).toMatchObject([{ path: 'campaign', code: 'unknown_campaign' }]);
    const raised = newLead({ handRaise: { kind: 'page_view' } });
    expect(problemOf(await post(raised)).errors).toMatchObject([
      { path: 'handRaise.kind', code: 'unknown_hand_raise' },
    ]);
    const rows = await api.dataSource.query<unknown[]>('select 1 from lead_identities where value = any($1)', [
      [unknown.email, raised.email],
    ]);
    expect(rows).toEqual([]);
  });

  it('refuses a consent on no known ground, or of an instant that is yet to come', async () => {
    const basis = newLead({ consent: { basis: 'hearsay', at: '2026-03-11T10:12:00Z' } });
    expect(problemOf(await post(basis)).errors).toMatchObject([{ path: 'consent.basis', code: 'invalid_value' }]);
    const inTenMinutes = new Date(Date.now() + 600_000).toISOString();
    const ahead = newLead({ consent: { basis: 'contract', at: inTenMinutes } });
    expect(problemOf(await post(ahead)).errors).toMatchObject([{ path: 'consent.at', code: 'in_the_future' }]);
    const soon = newLead({ consent: { basis: 'contract', at: new Date(Date.now() + 60_000).toISOString() } });
    expect((await post(soon)).status).toBe(201);
  });

  it('keeps a zone that is none and says so', async () => {
    const answer = await post(newLead({ timeZone: 'Mars/Olympus' }));
    expect(answer.status).toBe(201);
    expect(answer.json<Created>().warnings).toMatchObject([{ path: 'timeZone', code: 'unknown_zone' }]);
  });

  it('does not take a clock from outside', async () => {
    const answer = await post({ ...newLead(), clockOffsetMs: 1 });
    expect(answer.status).toBe(422);
    expect(problemOf(answer).errors).toMatchObject([{ path: 'clockOffsetMs' }]);
  });

  it('of a suppressed address is a lead nobody writes to', async () => {
    const body = newLead();
    await api.dataSource.query(`insert into suppressions (address, cause, at) values ($1, 'bounced', $2)`, [
      body.email,
      at,
    ]);
    const { lead, decision } = (await post(body)).json<Created>();
    expect(lead.contactable).toBe(false);
    expect(decision).toEqual({
      state: 'nurturing',
      why: 'It came without a hand-raise, so it goes to nurture, but it may not be written to.',
    });
  });

  it('needs a scope', async () => {
    expect((await post(newLead(), sales)).status).toBe(403);
    expect((await api.call('POST', '/v1/leads', { body: newLead() })).status).toBe(401);
  });
});

describe('a lead in virtual time', () => {
  it('begins on its own clock', async () => {
    const clockOffsetMs = Date.parse('2026-03-01T00:00:00Z') - Date.now();
    const body = newLead({ handRaise: { kind: 'demo_request' } });
    const { lead } = await api.app.get(LeadsService).create(body, { personId: null }, { clockOffsetMs });
    expect(lead.createdAt.toISOString()).toMatch(/^2026-03-01T00:00/);
    const rows = await api.dataSource.query<{ at: Date }[]>('select at from engagements where lead_id = $1', [lead.id]);
    expect(rows.map((row) => row.at)).toEqual([lead.createdAt]);
  });
});

describe('PATCH /v1/leads/{id}', () => {
  it('changes what it names, grades anew and leaves a fact', async () => {
    const lead = await made({ profile: { employees: 410, plant: 'Brno' } });
    const answer = await patch(lead.id, { country: 'FR', profile: { plant: null, line: 'B' }, tags: ['a', 'a', 'b'] });
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({
      ...{ country: 'FR', grade: 'D', tags: ['a', 'b'], name: 'Marek Dvořák' },
      profile: { employees: 410, line: 'B' },
    });
    const [fact] = await api.dataSource.query<unknown[]>(
      'select seq, by_person_id, changes from profile_changes where lead_id = $1',
      [lead.id],
    );
    expect(fact).toMatchObject({
      seq: 1,
      by_person_id: people.tomas.id,
      changes: { country: { from: 'DE', to: 'FR' }, 'profile.plant': { from: 'Brno', to: null } },
    });
    expect((await api.dataSource.query<unknown[]>('select last_seq from leads where id = $1', [lead.id]))[0]).toEqual({
      last_seq: 1,
    });
  });

  it('wakes a process only where a profile can matter', async () => {
    const lead = await made();
    const interest = { any: true, kinds: [], thresholds: [], profile: false };
    const register = (profile: boolean) =>
      api.dataSource.query('update leads set interest = $2 where id = $1', [lead.id, { ...interest, profile }]);
    await register(false);
    await patch(lead.id, { title: 'Plant manager' });
    expect(await outboxOf(lead.id)).toHaveLength(1);
    await register(true);
    await patch(lead.id, { title: 'Buyer' });
    expect(await outboxOf(lead.id)).toEqual([
      { lane: 'new', seq: 0 },
      { lane: 'poke', seq: 2 },
    ]);
  });

  it('with nothing new writes nothing', async () => {
    const lead = await made();
    expect((await patch(lead.id, { company: 'Ostrava Valves' })).status).toBe(200);
    expect(
      await api.dataSource.query<unknown[]>('select 1 from profile_changes where lead_id = $1', [lead.id]),
    ).toEqual([]);
  });

  it('refuses a zone that is none, unknown fields and unknown leads', async () => {
    const lead = await made();
    expect(problemOf(await patch(lead.id, { timeZone: 'Mars/Olympus' })).errors).toMatchObject([
      { path: 'timeZone', code: 'unknown_zone' },
    ]);
    expect((await patch(lead.id, { state: 'won' })).status).toBe(422);
    expect((await patch(uuidV7(), { title: 'Buyer' })).status).toBe(404);
  });

  it('counts changes of one lead without a gap, whatever arrives at once', async () => {
    const lead = await made();
    const titles = Array.from({ length: 12 }, (_, index) => `Title ${index}`);
    const answers = await Promise.all(titles.map((title) => patch(lead.id, { title })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const rows = await api.dataSource.query<{ seq: number }[]>(
      'select seq from profile_changes where lead_id = $1 order by seq',
      [lead.id],
    );
    expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1));
  });
});

interface LeadPage {
  readonly items: LeadAnswer[];
  readonly nextCursor: string | null;
}

describe('GET /v1/leads', () => {
  const source = 'list_test';
  let ids: string[];

  beforeAll(async () => {
    ids = [];
    for (let n = 0; n < 5; n += 1) {
      const { id } = await made({ source, name: `Anna ${n}`, company: n < 2 ? '50%_off' : 'Other' });
      await api.dataSource.query('update leads set score = $2, state = $3 where id = $1', [
        id,
        n < 3 ? 7 : n,
        n === 4 ? 'offered' : 'nurturing',
      ]);
      ids.push(id);
    }
  });

  const listed = async (query: string, key = marketing) =>
    (await get(`?source=${source}&${query}`, key)).json<LeadPage>().items.map(({ id }) => ids.indexOf(id));

  it('lists newest first and pages through every order without a double', async () => {
    for (const sort of ['-createdAt', 'createdAt', 'score', '-score', 'stateSince', '-stateSince']) {
      const seen: string[] = [];
      let cursor = '';
      do {
        const page = (await get(`?source=${source}&limit=2&sort=${sort}${cursor}`)).json<LeadPage>();
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
      } while (cursor !== '');
      expect([...seen].sort()).toEqual([...ids].sort());
      if (sort === '-createdAt') expect(seen).toEqual([...ids].reverse());
    }
    expect(await listed('sort=score')).toEqual([3, 4, 0, 1, 2]);
  });

  it('filters by state, campaign, person and words', async () => {
    expect(await listed('state=offered')).toEqual([4]);
    expect(await listed('custody=sales')).toEqual([]);
    expect(await listed('campaign=expo&limit=200')).toHaveLength(5);
    expect(await listed(`accountable=${people.tomas.id}`)).toHaveLength(5);
    expect(await listed('accountable=me')).toHaveLength(5);
    expect(await listed('accountable=me', sales)).toEqual([]);
    expect(await listed('q=anna%203')).toEqual([3]);
    expect(await listed('q=50%25_OFF')).toEqual([1, 0]);
    expect(await listed('q=%25%25')).toEqual([]);
  });

  it('refuses what it does not know, and cursors of other lists', async () => {
    expect((await get('?colour=red')).status).toBe(422);
    expect((await get('?sort=email')).status).toBe(422);
    const { nextCursor } = (await get(`?source=${source}&limit=1&sort=score`)).json<LeadPage>();
    expect((await get(`?sort=-score&cursor=${nextCursor}`)).status).toBe(422);
  });

  it('masks how to reach a lead from sales until it has accepted', async () => {
    const { id, email } = await made({ phone: '+49 171 3920017' });
    expect((await get(`/${id}`, sales)).json()).toMatchObject({ email: 'l•••@ostrava.example', phone: '+49 ••• 17' });
    expect((await get(`/${id}`)).json()).toMatchObject({ email, phone: '+49 171 3920017' });
    await api.dataSource.query(`update leads set state = 'accepted' where id = $1`, [id]);
    // Accepted, but by another team.
    expect((await get(`/${id}`, sales)).json()).toMatchObject({ email: 'l•••@ostrava.example', phone: '+49 ••• 17' });
    await api.dataSource.query('update leads set sales_person_id = $2 where id = $1', [id, people.jonas.id]);
    expect((await get(`/${id}`, sales)).json()).toMatchObject({ email, phone: '+49 171 3920017' });
  });

  it('of an unknown lead is not found, everywhere', async () => {
    for (const path of ['', '/timeline', '/custody', '/explain']) {
      expect((await get(`/${uuidV7()}${path}`)).status).toBe(404);
      expect((await get(`/no-id${path}`)).status).toBe(404);
    }
  });
});

describe('custody, timeline and explain', () => {
  const utc = (time: string): Date => new Date(`2026-04-21T${time}:00Z`);
  let lead: LeadAnswer;

  beforeAll(async () => {
    lead = await made({ handRaise: { kind: 'demo_request', purpose: 'A demo' } });
    const custody = (kind: string, since: Date, cause: string, accountable: string, sold: boolean) =>
      api.dataSource.query<unknown>(
        `insert into custody_records (id, lead_id, custody, marketing_person_id, sales_person_id,
                                      accountable_person_id, since_at, cause, rule_id, handoff_no)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 'hand-raise', 1)`,
        [uuidV7(), lead.id, kind, people.tomas.id, sold ? people.jonas.id : null, accountable, since, cause],
      );
    await api.dataSource.query('update custody_records set since_at = $2 where lead_id = $1', [lead.id, utc('08:00')]);
    await custody('shared', utc('09:00'), 'packet_and_rep_there', people.tomas.id, true);
    await custody('sales', utc('10:00'), 'grace_over', people.jonas.id, true);
    const records: [number, number, string, Date, object][] = [
      [1, 0, 'state', utc('08:30'), { from: 'raw', to: 'qualified', cause: 'hand_raise' }],
      [1, 1, 'qualified', utc('08:30'), { handoffNo: 1, by: 'definition', ruleId: 'hand-raise' }],
      [2, 0, 'offered', utc('09:00'), { handoffNo: 1, assigneeId: people.jonas.id }],
      [3, 0, 'rung', utc('09:30'), { handoffNo: 1, purpose: 'accept', do: 'remind' }],
      [4, 0, 'decided', utc('09:45'), { handoffNo: 1, kind: 'accepted', by: people.jonas.id, via: 'api', secret: 1 }],
    ];
    for (const [rev, n, kind, when, data] of records) {
      await api.dataSource.query(
        'insert into lead_records (lead_id, rev, n, kind, at, data) values ($1, $2, $3, $4, $5, $6)',
        [lead.id, rev, n, kind, when, JSON.stringify(data)],
      );
    }
  });

  it('custody has no gap and no overlap and names persons', async () => {
    const { items } = (await get(`/${lead.id}/custody`)).json<{ items: Record<string, unknown>[] }>();
    const jonas = { id: people.jonas.id, name: 'Jonas Weidner' };
    const tomas = { id: people.tomas.id, name: 'Tomás Ribeiro' };
    expect(items).toEqual([
      {
        ...{ custody: 'marketing', marketing: tomas, sales: null, accountable: tomas, cause: 'created' },
        ...{ since: utc('08:00').toISOString(), until: utc('09:00').toISOString(), ruleId: null, handoffNo: null },
      },
      {
        ...{ custody: 'shared', marketing: tomas, sales: jonas, accountable: tomas, cause: 'packet_and_rep_there' },
        ...{ since: utc('09:00').toISOString(), until: utc('10:00').toISOString(), ruleId: 'hand-raise', handoffNo: 1 },
      },
      {
        ...{ custody: 'sales', marketing: tomas, sales: jonas, accountable: jonas, cause: 'grace_over' },
        ...{ since: utc('10:00').toISOString(), until: null, ruleId: 'hand-raise', handoffNo: 1 },
      },
    ]);
  });

  interface Timeline {
    readonly items: { id: string; at: string; kind: string; sentence: string; by: unknown; data: object }[];
    readonly nextCursor: string | null;
  }

  it('the timeline tells everything in one order', async () => {
    const { items } = (await get(`/${lead.id}/timeline`)).json<Timeline>();
    expect(items.map(({ sentence }) => sentence)).toEqual([
      'Custody marketing: Tomás Ribeiro answers: created',
      'Raw → qualified: hand raise',
      'Qualified by rule hand-raise',
      'Offered to Jonas Weidner, handoff 1',
      'Custody shared: Tomás Ribeiro answers: packet and rep there',
      'Ladder of accept: remind',
      'Accepted handoff 1',
      'Custody sales: Jonas Weidner answers: grace over',
      'Hand-raise: demo request, “A demo”',
    ]);
    expect(items[6]).toEqual({
      id: 'decision/4.0',
      at: utc('09:45').toISOString(),
      kind: 'decision',
      sentence: 'Accepted handoff 1',
      by: { id: people.jonas.id, name: 'Jonas Weidner' },
      data: { type: 'decided', handoffNo: 1, kind: 'accepted', via: 'api' },
    });
  });

  it('the timeline pages in both orders and filters by kind', async () => {
    for (const order of ['asc', 'desc']) {
      const seen: string[] = [];
      let cursor = '';
      do {
        const page = (await get(`/${lead.id}/timeline?limit=2&order=${order}${cursor}`)).json<Timeline>();
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
      } while (cursor !== '');
      expect(new Set(seen).size).toBe(9);
      expect(seen).toHaveLength(9);
    }
    const some = (await get(`/${lead.id}/timeline?kind=custody,rung`)).json<Timeline>();
    expect(some.items.map(({ kind }) => kind)).toEqual(['custody', 'custody', 'rung', 'custody']);
    expect((await get(`/${lead.id}/timeline?kind=weather`)).status).toBe(422);
  });

  it('explain says where a new lead stands and how to find its workflow', async () => {
    const { id } = await made();
    const answer = await get(`/${id}/explain`);
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({
      state: 'raw',
      waitsFor: { kinds: ['intake_checks'], until: null },
      rule: null,
      score: { grade: 'A', engagement: 10, items: [{ ruleId: 'start-score', points: 10, now: 10 }] },
      accountable: { id: people.tomas.id, name: 'Tomás Ribeiro' },
      workflow: { id: `lead/${id}`, uiUrl: null },
      nextWakeAt: null,
    });
  });

  it('explain names the rule of an offer and until when it may be answered', async () => {
    const { id } = await made();
    const [version] = await api.dataSource.query<{ id: string }[]>(
      `select id from document_versions where kind = 'definition'`,
    );
    const now = Date.now();
    const process = {
      ...newLeadProcess(now),
      state: 'offered',
      handoffs: 1,
      handoff: {
        ...{ no: 1, qualifiedBy: 'definition', ruleId: 'engaged', definitionVersionId: version?.id, qualifiedAt: now },
        ...{ offeredAt: now, assigneeId: people.jonas.id },
      },
      ladder: { purpose: 'accept', rungs: [{ at: now + 60_000, do: 'return' }], next: 0, breachAt: now + 50_000 },
    };
    await api.dataSource.query(`update leads set state = 'offered', process = $2 where id = $1`, [
      id,
      { process, chain: 'c', syncedAt: now },
    ]);
    const answer = (await get(`/${id}/explain`)).json();
    expect(answer).toMatchObject({
      state: 'offered',
      rule: { id: 'engaged', definition: 'default', version: 1 },
      waitsFor: { kinds: ['accept', 'reject'], until: new Date(now + 50_000).toISOString() },
      nextWakeAt: new Date(now + 60_000).toISOString(),
    });
    expect(JSON.stringify(answer)).toContain('Rule engaged (score is at least 20) of definition default, version 1,');
    expect(JSON.stringify(answer)).toContain('Jonas Weidner');
  });
});

describe('POST /v1/leads/{id}/disqualify', () => {
  const disqualify = (id: string, key = marketing) =>
    api.call('POST', `/v1/leads/${id}/disqualify`, { key, body: { note: 'a competitor' } });

  it('says who to ask again while the process has not started', async () => {
    const { id } = await made();
    const answer = await disqualify(id);
    expect(answer.status).toBe(503);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('does not apply to a lead that is closed', async () => {
    const { id } = await made();
    await api.dataSource.query(`update leads set state = 'won' where id = $1`, [id]);
    const answer = await disqualify(id);
    expect(answer.status).toBe(409);
    expect(problemOf(answer)).toMatchObject({ state: 'won' });
    expect(await api.dataSource.query<unknown[]>('select 1 from notes where lead_id = $1', [id])).toEqual([]);
  });

  it('is for marketing, and for leads that are there', async () => {
    const { id } = await made();
    expect((await disqualify(id, sales)).status).toBe(403);
    expect((await disqualify(uuidV7())).status).toBe(404);
  });
});
