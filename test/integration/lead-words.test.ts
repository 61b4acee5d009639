// What people write about a lead: the thread of notes with its mentions, and the log of insights.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { atStep, decide, mailOf, newLead, qualify, type TestLead, uniqueWord } from '../support/lead-steps.js';
import { publishDocument } from '../support/publish-document.js';
import { mailbox, waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

interface Note {
  readonly id: string;
  readonly text: string;
  readonly by: { readonly key: string };
  readonly mentions: readonly { readonly key: string }[];
  readonly untold?: readonly { readonly key: string; readonly why: string }[];
}
interface Insight {
  readonly id: string;
  readonly seq: number;
  readonly kind: string;
  readonly text: string;
  readonly by: { readonly key: string };
}
interface Stored {
  readonly state: string;
  readonly attempts: number;
}
interface Found {
  readonly path: string;
  readonly code: string;
}
interface Listed<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

let baton: TestBaton;
let rita: string;
/** Of a sales team that no lead of this test is offered to. */
let stranger: string;

beforeAll(async () => {
  baton = await startTestBaton();
  rita = await baton.keyOf('rita-rep', 'sales');
  const team = await baton.call('PUT', '/v1/teams/overseas', { side: 'sales' });
  const person = await baton.call('PUT', '/v1/people/olaf-overseas', {
    ...{ name: 'Olaf Overseas', email: 'olaf@testwerk.example', team: 'overseas', roles: ['rep'] },
    ...{ zone: 'Europe/Berlin', calendar: 'always', capacity: 5, weight: 1 },
  });
  expect([team.status, person.status]).toEqual([200, 200]);
  stranger = await baton.keyOf('olaf-overseas', 'sales');
  await publishDocument(baton, 'cadences', 'listening', {
    ...{ name: 'Listening', goal: 'qualified', entry: { field: 'source', op: '=', value: 'listening' }, priority: 30 },
    ...{
      reentry: 'never',
      window: 'any',
      spread: 'PT0S',
      minGap: 'PT0S',
      frequency: 'nurture',
      exits: ['unsubscribed'],
    },
    steps: [
      {
        id: 'listen',
        wait_for: {
          look: 'ever',
          any: [{ when: { field: 'insight.pain_point', op: 'contains', value: 'stops' }, then: 'story' }],
          timeout: { after: 'P30D', then: 'leave' },
        },
      },
      { id: 'story', email: { template: 'story' } },
      { id: 'rest', wait: 'P10D' },
      { id: 'leave', exit: 'completed' },
    ],
  });
});
afterAll(() => baton.stop());

const write = (lead: TestLead, text: string, key = baton.keys.marketing, headers = {}) =>
  baton.call<Note>('POST', `/v1/leads/${lead.id}/notes`, { text }, { key, headers });

const thread = async (lead: TestLead, key = baton.keys.marketing): Promise<readonly Note[]> =>
  (await baton.call<Listed<Note>>('GET', `/v1/leads/${lead.id}/notes`, undefined, { key })).body.items;

/** Subjects and texts of the mails that tell the person of a mention of the lead. */
async function mentionsOf(lead: TestLead, to: string): Promise<readonly string[]> {
  const mails = await mailbox.messages({ to, subject: 'mentions you' });
  return mails.filter(({ subject }) => subject.includes(lead.company)).map(({ text }) => text);
}

const told = (lead: TestLead, to: string) =>
  waitFor(async () => (await mentionsOf(lead, to))[0], { what: `${to} is told`, timeoutMs: 30_000 });

describe('the notes of a lead', () => {
  it('are one thread of both sides, with the notes of decisions in it, and cannot be changed', async () => {
    const lead = await newLead(baton, 'patient');
    expect((await write(lead, 'Met at the fair')).status).toBe(201);
    const handoff = await qualify(baton, lead);
    const bySales = await write(lead, 'Will call on Monday', rita);
    expect(bySales).toMatchObject({ status: 201, body: { by: { key: 'rita-rep' }, mentions: [], untold: [] } });
    await decide(baton, handoff, 'accept', { note: 'Knows the plant', by: 'theo-teamowner' });

    const seen = (await thread(lead)).map(({ text, by }) => [by.key, text]);
    expect(seen).toEqual([
      ['mara-marketer', 'Met at the fair'],
      ['rita-rep', 'Will call on Monday'],
      ['theo-teamowner', 'Knows the plant'],
    ]);
    expect((await thread(lead, rita)).map(({ text }) => text)).toEqual(seen.map(([, text]) => text));
    const first = await baton.call<Listed<Note>>('GET', `/v1/leads/${lead.id}/notes?limit=2`);
    const rest = await baton.call<Listed<Note>>(
      'GET',
      `/v1/leads/${lead.id}/notes?limit=2&cursor=${first.body.nextCursor ?? ''}`,
    );
    expect([first.body.items.length, rest.body.items.map(({ text }) => text)]).toEqual([2, ['Knows the plant']]);
    const audit = await baton.dataSource.query<{ data: object; note: string | null }[]>(
      `select data, note from audit_entries where action = 'lead.note' and subject_id = $1 order by seq`,
      [lead.id],
    );
    expect(audit.map(({ note }) => note)).toEqual([null, null]);
  });

  it('tell whom they mention by mail, once, and say who is told nothing', async () => {
    const lead = await newLead(baton, 'patient');
    await qualify(baton, lead);
    const text =
      'Please look, @rita-rep and @rolf-rep (cc @nobody-here, @olaf-overseas, @mara-marketer, x@rolf-rep.example)';
    const headers = { 'idempotency-key': uniqueWord('note') };
    const { status, body } = await write(lead, text, baton.keys.marketing, headers);
    expect(status).toBe(201);
    expect(body.mentions.map(({ key }) => key)).toEqual(['rita-rep', 'rolf-rep']);
    expect(body.untold).toEqual([
      { key: 'nobody-here', why: 'unknown_person' },
      { key: 'olaf-overseas', why: 'not_of_this_lead' },
    ]);
    expect((await write(lead, text, baton.keys.marketing, headers)).body.id).toBe(body.id);
    expect(await told(lead, 'rita@testwerk.example')).toContain(text);
    await told(lead, 'rolf@testwerk.example');

    // A later mail to the same people tells that the earlier ones are all there are.
    await write(lead, 'Thanks, @rita-rep');
    const after = await waitFor(
      async () => {
        const mails = await mentionsOf(lead, 'rita@testwerk.example');
        return mails.length > 1 ? mails : undefined;
      },
      { what: 'the second mention', timeoutMs: 30_000 },
    );
    expect(after).toHaveLength(2);
    expect(await mentionsOf(lead, 'olaf@testwerk.example')).toEqual([]);
    expect(await mentionsOf(lead, 'mara@testwerk.example')).toEqual([]);
    expect((await thread(lead)).map(({ mentions }) => mentions.length)).toEqual([2, 1]);
  });

  it('tell whom the note of a decision mentions as soon as it is taken', async () => {
    const lead = await newLead(baton, 'patient');
    const handoff = await qualify(baton, lead);
    await decide(baton, handoff, 'reject', {
      reason: 'not_ready',
      note: 'Too early, @mara-marketer',
      by: 'theo-teamowner',
    });
    expect(await told(lead, 'mara@testwerk.example')).toContain('Too early, @mara-marketer');
  });

  it('are not there for a sales team the lead was never offered to, nor for sales before the first offer', async () => {
    const lead = await newLead(baton, 'patient');
    await write(lead, 'For marketing only, so far');
    const absent = await baton.call('GET', '/v1/leads/0190a5a0-0000-7000-8000-000000000000/notes');
    const shown = ({ body }: { body: object }) => ({ ...body, instance: '' });
    for (const key of [stranger, rita]) {
      for (const path of ['notes', 'insights']) {
        const read = await baton.call('GET', `/v1/leads/${lead.id}/${path}`, undefined, { key });
        expect([read.status, shown(read)]).toEqual([404, shown(absent)]);
      }
      expect((await write(lead, 'I was here', key)).status).toBe(404);
      const insight = { kind: 'trend', text: 'x' };
      expect((await baton.call('POST', `/v1/leads/${lead.id}/insights`, insight, { key })).status).toBe(404);
      const timeline = await baton.call('GET', `/v1/leads/${lead.id}/timeline`, undefined, { key });
      expect(timeline.text).not.toContain('For marketing only');
    }
    await qualify(baton, lead);
    expect((await thread(lead, rita)).map(({ text }) => text)).toEqual(['For marketing only, so far']);
    const timeline = await baton.call('GET', `/v1/leads/${lead.id}/timeline?kind=note`, undefined, { key: rita });
    expect(timeline.text).toContain('For marketing only');
    expect((await baton.call('GET', `/v1/leads/${lead.id}/notes`, undefined, { key: stranger })).status).toBe(404);
  });

  it('are refused without words and with unknown fields, naming them', async () => {
    const lead = await newLead(baton, 'patient');
    const { status, body } = await baton.call<{ errors: { path: string }[] }>('POST', `/v1/leads/${lead.id}/notes`, {
      ...{ text: '  ', colour: 'red' },
    });
    expect([status, body.errors.map(({ path }) => path).sort()]).toEqual([422, ['colour', 'text']]);
  });

  it('are forgotten with the lead, and a mention that waits is never sent', async () => {
    const lead = await newLead(baton, 'patient');
    const email = `${uniqueWord('nora')}@testwerk.example`;
    const nora = await baton.call('PUT', '/v1/people/nora-note', {
      ...{ name: 'Nora Note', email, team: 'marketing', roles: ['marketer'] },
      ...{ zone: 'Europe/Berlin', calendar: 'always', capacity: 5, weight: 1 },
    });
    expect(nora.status).toBe(200);
    await baton.inState(lead.id, 'nurturing');
    const stored = async () =>
      (await baton.dataSource.query<Stored[]>('select state, attempts from notices where lead_id = $1', [lead.id]))[0];
    await mailbox.setFaults({ stage: 'rcpt', code: 451, count: 1, to: email });
    const secret = uniqueWord('secret');
    await write(lead, `${secret} @nora-note`);
    await waitFor(async () => (await stored())?.attempts === 1, { what: 'her server refused', timeoutMs: 30_000 });
    expect(await stored()).toEqual({ state: 'planned', attempts: 1 });
    await baton.call('POST', `/v1/leads/${lead.id}/insights`, { kind: 'free_text', text: secret });
    expect((await baton.call('POST', `/v1/leads/${lead.id}/erase`)).status).toBe(200);
    expect(await stored()).toEqual({ state: 'skipped', attempts: 1 });
    expect(await mailbox.messages({ to: email })).toEqual([]);
    expect((await baton.call('GET', `/v1/leads/${lead.id}/notes`)).status).toBe(404);
    expect((await write(lead, 'Still there?')).status).toBe(404);
    for (const table of ['notes', 'insights', 'notices', 'audit_entries']) {
      const rows = await baton.dataSource.query<unknown[]>(`select 1 from ${table} t where t::text like $1`, [
        `%${secret}%`,
      ]);
      expect([table, rows.length]).toEqual([table, 0]);
    }
  });
});

describe('the insights of a lead', () => {
  const learn = (lead: TestLead, kind: string, text: string, key = baton.keys.marketing) =>
    baton.call<Insight>('POST', `/v1/leads/${lead.id}/insights`, { kind, text }, { key });

  it('are facts: one that a cadence waits for moves the lead on', async () => {
    const lead = await newLead(baton, 'listening');
    await atStep(baton, lead, 'listen');
    const [before] = await baton.dataSource.query<{ seq: number }[]>(
      'select last_seq as seq from leads where id = $1',
      [lead.id],
    );
    const trend = await learn(lead, 'trend', 'stops buying spare parts');
    const pain = await learn(lead, 'pain_point', 'unplanned stops of the mill');
    expect([trend.status, pain.status]).toEqual([201, 201]);
    expect([trend.body.seq, pain.body.seq]).toEqual([(before?.seq ?? 0) + 1, (before?.seq ?? 0) + 2]);
    expect(pain.body).toMatchObject({ kind: 'pain_point', by: { key: 'mara-marketer' } });
    await mailOf(lead, 'story');
  });

  it('that come with a decision are the same facts', async () => {
    const lead = await newLead(baton, 'patient');
    const handoff = await qualify(baton, lead);
    await decide(baton, handoff, 'reject', {
      ...{ reason: 'not_ready', by: 'theo-teamowner' },
      insights: [
        { kind: 'buying_role', text: 'decides' },
        { kind: 'trend', text: 'grows' },
      ],
    });
    await learn(lead, 'free_text', 'likes tea', rita);
    const all = await baton.call<Listed<Insight>>('GET', `/v1/leads/${lead.id}/insights`, undefined, { key: rita });
    const seqs = all.body.items.map(({ seq }) => seq);
    expect(all.body.items.map(({ kind, by }) => [kind, by.key])).toEqual([
      ['buying_role', 'theo-teamowner'],
      ['trend', 'theo-teamowner'],
      ['free_text', 'rita-rep'],
    ]);
    expect(new Set(seqs).size).toBe(3);
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    const some = await baton.call<Listed<Insight>>('GET', `/v1/leads/${lead.id}/insights?kind=trend`);
    expect(some.body.items.map(({ text }) => text)).toEqual(['grows']);
  });

  it('are of a known kind', async () => {
    const lead = await newLead(baton, 'patient');
    const { status, body } = await baton.call<{ errors: { path: string; message: string }[] }>(
      'POST',
      `/v1/leads/${lead.id}/insights`,
      { kind: 'gossip', text: 'x' },
    );
    expect([status, body.errors[0]?.path]).toEqual([422, 'kind']);
    expect(body.errors[0]?.message).toContain('pain_point, trend, buying_role, free_text');
  });

  it('are known to the lint of conditions by their kinds', async () => {
    const lint = async (field: string) => {
      const document = {
        ...{ key: 'rumours', name: 'Rumours', goal: 'qualified', entry: { field, op: 'exists' }, priority: 5 },
        ...{ reentry: 'never', window: 'any', frequency: 'nurture', exits: ['unsubscribed'] },
        steps: [{ id: 'leave', exit: 'completed' }],
      };
      const { body } = await baton.call<{ lint: Found[] }>('POST', '/v1/cadences/rumours/lint', { document });
      return body.lint.filter(({ path }) => path === 'entry.field').map(({ code }) => code);
    };
    expect(await lint('insight.gossip')).toEqual(['unknown-kind']);
    expect(await lint('insight.buying_role')).toEqual([]);
  });
});
