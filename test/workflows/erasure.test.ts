// Promise P18: erasing leaves nothing a person could be known by, wherever it was written.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditService } from '../../src/common/audit/audit.service.js';
import { leadWorkflowId } from '../../workflows/contracts/lead-lifecycle.contract.js';
import { CONSENT, importFile } from '../support/import-steps.js';
import { findWords, runsOf } from '../support/histories.js';
import {
  decide,
  engage,
  leadBody,
  mailOf,
  newLead,
  offerOf,
  type TestLead,
  uniqueWord,
} from '../support/lead-steps.js';
import { publishDocument } from '../support/publish-document.js';
import { prepPage } from '../support/signed-pages.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

let baton: TestBaton;
beforeAll(async () => {
  baton = await startTestBaton();
  const items = [
    { key: 'plans', ask: 'Bring the plans', kind: 'confirm' },
    { key: 'doubts', ask: 'What stands in the way?', kind: 'obstacle' },
  ];
  await publishDocument(baton, 'policies', 'prep', [{ key: 'default', items }]);
});
afterAll(() => baton.stop());

const words: string[] = [];
function canary(where: string): string {
  const word = uniqueWord(`canary${where}`);
  words.push(word);
  return word;
}
const keyed = (): { headers: Record<string, string> } => ({ headers: { 'idempotency-key': uniqueWord('key') } });

/** Where in the record one of the words stands: every column of every table, as text. */
async function traces(of: readonly string[] = words): Promise<string[]> {
  const tables = await baton.dataSource.query<{ name: string }[]>(
    `select table_name as name from information_schema.tables where table_schema = 'public' order by 1`,
  );
  expect(tables.length).toBeGreaterThan(25);
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await baton.dataSource.query<{ word: string }[]>(
      `select distinct word from "${name}" t, unnest($1::text[]) as word where t::text ilike '%' || word || '%'`,
      [of],
    );
    found.push(...rows.map(({ word }) => `${name}: ${word}`));
  }
  return found;
}

/** A lead that has left a word of its own wherever one can be written, twice through sales. */
async function live(): Promise<TestLead> {
  const body = leadBody('patient', {
    email: `${canary('local')}@${canary('domain')}.example`,
    name: `${canary('first')} ${canary('last')}`,
    company: canary('company'),
    title: canary('title'),
    phone: `+49 ${canary('phone')}`,
    profile: { employees: 500, plant: canary('profile'), topics: [canary('topic')] },
    tags: [canary('tag')],
    externalIds: [canary('external')],
    consent: { basis: 'consent', at: '2026-01-01T00:00:00Z', text: canary('consent') },
    note: canary('intake'),
  });
  const created = await baton.call<{ lead: { id: string } }>('POST', '/v1/leads', body, keyed());
  const lead = { id: created.body.lead.id, email: String(body['email']), company: String(body['company']) };
  await mailOf(lead, 'welcome');
  const file = `email,name,profile.site,externalId\n${lead.email},${canary('row')},${canary('site')},${canary('crm')}\n`;
  const imported = await importFile(baton, file, { fields: { ...CONSENT, consentText: 'our terms' } });
  expect(imported.results['changed']).toBe(1);
  const viewed = {
    source: canary('source'),
    eventId: canary('event'),
    lead: { id: lead.id },
    kind: 'page_view',
    occurredAt: new Date().toISOString(),
    properties: { path: `/${canary('path')}`, [canary('property')]: canary('value') },
  };
  const batch = await baton.call('POST', '/v1/engagements/batch', { items: [viewed] }, keyed());
  expect(batch.status).toBe(202);
  await engage(baton, lead, 'demo_request', { purpose: canary('purpose') });
  const first = await offerOf(baton, lead);
  const insights = [{ kind: 'pain_point', text: canary('insight') }];
  await decide(baton, first, 'reject', { reason: 'other', insights, note: canary('reject') });
  await baton.virtual.settled(lead.id);
  await decide(baton, first, 'acknowledge-return', { note: canary('acknowledge') });
  const changed = { name: canary('changed'), profile: { plant: canary('plant') }, note: canary('patch') };
  expect((await baton.call('PATCH', `/v1/leads/${lead.id}`, changed)).status).toBe(200);
  await order(lead, 'offer', { reason: canary('push') });
  const second = await offerOf(baton, lead, 2);
  await decide(baton, second, 'accept', { note: canary('accept') });
  await decide(baton, second, 'undo', { note: canary('undo') });
  await decide(baton, second, 'accept');
  const told = { kind: 'trend', text: canary('told') };
  expect((await baton.call('POST', `/v1/leads/${lead.id}/insights`, told, keyed())).status).toBe(201);
  const note = { text: `@mara-marketer ${canary('thread')}` };
  expect((await baton.call('POST', `/v1/leads/${lead.id}/notes`, note, keyed())).status).toBe(201);
  const answered = await prepPage(baton, second, lead).send({
    ...{ choice: 'save', 'tick.plans': 'yes', 'words.doubts': canary('doubts') },
  });
  expect(answered.status).toBe(200);
  // Nobody else has an address there.
  await baton.dataSource.query(
    `insert into breakers (id, scope, key, opened_at, touches, failures, touch_id)
     select $1, 'provider', split_part($2, '@', 2), now(), 20, 5, id from touches where lead_id = $3 limit 1`,
    [randomUUID(), lead.email, lead.id],
  );
  await decide(baton, second, 'touches', { disposition: 'reached', note: canary('touch') });
  await baton.inState(lead.id, 'working');
  return lead;
}

const order = (lead: { id: string }, what: string, body: object = {}, more: object = keyed()) =>
  baton.call<{ state: string; at: string; lead: Record<string, unknown> }>(
    'POST',
    `/v1/leads/${lead.id}/${what}`,
    body,
    more,
  );

describe('erasing a lead', () => {
  let lead: TestLead;
  beforeAll(async () => {
    lead = await live();
  });

  it('leaves no word of it in any table, and none in a history', async () => {
    const before = await traces();
    const tables = ['leads', 'notes', 'insights', 'engagements', 'touches', 'notices', 'handoffs'];
    for (const table of [...tables, 'prep_answers', 'breakers'])
      expect(before.some((trace) => trace.startsWith(`${table}: `))).toBe(true);
    expect(before.filter((trace) => /^(audit_entries|idempotency_keys): /.test(trace)).length).toBeGreaterThan(8);

    const answer = await order(lead, 'erase');
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      state: 'erased',
      lead: { email: null, name: null, tags: [], contactable: false },
    });
    await baton.client.workflow.getHandle(leadWorkflowId(lead.id)).result();
    expect(await traces()).toEqual([]);
    const runs = await runsOf(baton.client, lead.id);
    expect(runs.flatMap((run) => findWords(run, words))).toEqual([]);
  });

  it('is answered again with the same, and leaves nothing to open or to decide', async () => {
    const first = await order(lead, 'erase');
    expect((await order(lead, 'erase')).body.at).toBe(first.body.at);
    for (const what of ['disqualify', 'withdraw']) expect((await order(lead, what)).status).toBe(404);
    for (const what of ['offer', 'reopen']) expect((await order(lead, what, { reason: 'why not' })).status).toBe(404);
    expect((await baton.call('PATCH', `/v1/leads/${lead.id}`, { name: 'Again' })).status).toBe(404);
    const handoffs = await baton.dataSource.query<{ id: string }[]>('select id from handoffs where lead_id = $1', [
      lead.id,
    ]);
    for (const { id } of handoffs) expect((await baton.call('GET', `/v1/handoffs/${id}`)).status).toBe(404);
    const shown = await baton.call<{ sentence: string }>('GET', `/v1/leads/${lead.id}/explain`);
    expect(shown.body.sentence).toMatch(/^Erased on /);
    expect((await baton.call('GET', `/v1/leads/${lead.id}/timeline?limit=200`)).status).toBe(200);
  });

  it('ends custody, keeps the audit’s chain whole and the figures', async () => {
    const custody = await baton.call<{ items: { until: string | null; cause: string }[] }>(
      'GET',
      `/v1/leads/${lead.id}/custody`,
    );
    expect(custody.body.items.every((item) => item.until !== null && item.cause !== 'erased')).toBe(true);
    expect((await baton.app.get(AuditService).verify(baton.dataSource.manager)).brokenAt).toBeNull();
    const [kept] = await baton.dataSource.query<{ decided: number; engaged: number; audited: number }[]>(
      `select (select count(*)::int from decisions where lead_id = $1) as decided,
              (select count(*)::int from engagements where lead_id = $1) as engaged,
              (select count(*)::int from audit_entries where subject_id = $1::text) as audited`,
      [lead.id],
    );
    expect(kept?.decided).toBeGreaterThan(5);
    expect(kept?.engaged).toBeGreaterThan(1);
    expect(kept?.audited).toBeGreaterThan(2);
  });

  it('keeps the address suppressed: whoever sends it again makes another lead nobody writes to', async () => {
    const again = await baton.call<{ created: boolean; lead: { id: string; contactable: boolean } }>(
      'POST',
      '/v1/leads',
      {
        ...leadBody('patient'),
        email: lead.email,
        handRaise: { kind: 'demo_request', purpose: 'once more' },
      },
    );
    expect(again.body).toMatchObject({ created: true, lead: { contactable: false } });
    expect(again.body.lead.id).not.toBe(lead.id);
    // Who asks for sales is heard all the same.
    await offerOf(baton, { ...lead, id: again.body.lead.id });
    const fact = {
      source: 'test',
      eventId: uniqueWord('event'),
      kind: 'page_view',
      occurredAt: new Date().toISOString(),
    };
    expect((await baton.call('POST', '/v1/engagements', { ...fact, lead: { id: lead.id } })).status).toBe(404);
    expect((await baton.call('POST', '/v1/engagements', { ...fact, lead: { email: lead.email } })).status).toBe(202);
    const plain = await baton.dataSource.query<unknown[]>('select 1 from suppressions where address = $1', [
      lead.email,
    ]);
    expect(plain).toEqual([]);
  });
});

describe('an erasure that meets something else', () => {
  it('and a note, a decision, a change or a fact at the same time: whatever comes after it is refused', async () => {
    const from = words.length;
    const lead = await newLead(baton, 'patient', { handRaise: { kind: 'demo_request', purpose: canary('race') } });
    const handoff = await offerOf(baton, lead);
    const note = { note: canary('late') };
    const changes = [
      ...Array.from({ length: 4 }, () => baton.call('POST', `/v1/handoffs/${handoff.id}/accept`, note)),
      ...Array.from({ length: 4 }, () => baton.call('PATCH', `/v1/leads/${lead.id}`, { name: canary('name') })),
      ...Array.from({ length: 4 }, () => order(lead, 'disqualify', note)),
      ...Array.from({ length: 4 }, () => engage(baton, lead, 'page_view', { properties: note }).catch(() => undefined)),
    ];
    const erased = await order(lead, 'erase');
    await Promise.all(changes);
    // A decision that was first has closed the lead, or given it to sales: it is erased from there.
    expect(erased.status).toBe(200);
    await baton.inState(lead.id, 'erased');
    expect(await traces(words.slice(from))).toEqual([]);
  });

  it('erases once, however many ask', async () => {
    const lead = await newLead(baton, 'patient');
    const answers = await Promise.all(Array.from({ length: 6 }, () => order(lead, 'erase')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body.at)).size).toBe(1);
    const rows = await baton.dataSource.query<unknown[]>(
      `select 1 from lead_records where lead_id = $1 and kind = 'state' and data->>'to' = 'erased'`,
      [lead.id],
    );
    expect(rows).toHaveLength(1);
  });
});
