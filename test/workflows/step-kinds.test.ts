import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { LeadsService } from '../../src/leads/leads.service.js';
import { uniqueWord } from '../support/lead-steps.js';
import { waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';
import { status, WebhookReceiver } from '../support/webhook-receiver.js';

/** A Monday, 10:00 in Berlin. */
const START = Date.parse('2026-06-01T08:00:00Z');
const DAY = 86_400_000;

const CADENCES: Readonly<Record<string, readonly object[]>> = {
  'kinds-goto': [
    { id: 'story', email: { template: 'story' } },
    { id: 'rest', wait: 'P2D' },
    { id: 'again', goto: { to: 'story', max: 2, then: 'leave' } },
    { id: 'leave', exit: 'no_answer' },
  ],
  'kinds-set': [
    { id: 'mark', set: { tag: 'walked', untag: 'raw', profile: { stage: 'warm', old: null } } },
    {
      id: 'fork',
      branch: {
        cases: [
          {
            when: {
              all: [
                { field: 'tag', op: '=', value: 'walked' },
                { field: 'profile.stage', op: '=', value: 'warm' },
                { field: 'profile.old', op: 'missing' },
              ],
            },
            then: 'seen',
          },
        ],
        otherwise: 'unseen',
      },
    },
    { id: 'seen', exit: 'seen' },
    { id: 'unseen', exit: 'unseen' },
  ],
  'kinds-split': [
    {
      id: 'arms',
      split: {
        arms: [
          { weight: 1, then: 'left' },
          { weight: 1, then: 'right' },
        ],
      },
    },
    { id: 'left', wait: 'PT1H', next: 'again' },
    { id: 'right', wait: 'PT1H' },
    { id: 'again', goto: { to: 'arms', max: 1, then: 'leave' } },
    { id: 'leave', exit: 'completed' },
  ],
  'kinds-todo': [
    {
      id: 'call',
      todo: {
        do: 'Call about pricing',
        due: { businessDays: 1 },
        dispositions: { interested: 'story', voicemail: 'rest', wrong_number: 'leave' },
        overdue: 'rest',
      },
    },
    { id: 'story', email: { template: 'story' }, next: 'leave' },
    { id: 'rest', wait: 'P1D' },
    { id: 'leave', exit: 'completed' },
  ],
  'kinds-webhook': [
    { id: 'tell', webhook: { endpoint: 'crm' } },
    { id: 'rest', wait: 'P1D' },
    { id: 'again', goto: { to: 'tell', max: 1, then: 'leave' } },
    { id: 'leave', exit: 'told' },
  ],
  'kinds-answer': [
    { id: 'ask', webhook: { endpoint: 'crm', onFailure: { to: 'leave' } } },
    { id: 'try', webhook: { endpoint: 'gone', onFailure: { to: 'other' } }, next: 'leave' },
    { id: 'other', exit: 'no_answer' },
    { id: 'leave', exit: 'completed' },
  ],
};
const secrets: Record<string, string> = {};

const receiver = new WebhookReceiver();
let baton: TestBaton;
beforeAll(async () => {
  await receiver.open();
  baton = await startTestBaton({ allowedHosts: receiver.host });
  for (const key of ['crm', 'gone']) {
    const made = await baton.call<{ secret: string }>('POST', '/v1/webhooks', { key, url: receiver.url(`/${key}`) });
    secrets[key] = made.body.secret;
  }
  for (const [key, steps] of Object.entries(CADENCES)) await publish(key, steps);
  // A worker may know the published cadences of a moment ago; a new one reads them.
  await baton.stopWorker();
  await baton.startWorker();
});
afterAll(async () => {
  await baton.stop();
  await receiver.close();
});

async function publish(key: string, steps: readonly object[]): Promise<void> {
  const document = {
    key,
    name: `Cadence ${key}`,
    entry: { field: 'source', op: '=', value: key.replaceAll('-', '_') },
    priority: 50,
    window: 'any',
    steps,
  };
  const draft = await baton.call('PUT', `/v1/cadences/${key}/draft`, document);
  expect([draft.status, draft.text]).toEqual([200, expect.any(String)]);
  const published = await baton.call('POST', `/v1/cadences/${key}/publish`, {});
  expect([published.status, published.text]).toEqual([200, expect.any(String)]);
}

async function leadIn(source: string, more: object = {}): Promise<string> {
  const { lead } = await baton.app.get(LeadsService).create(
    {
      email: `${uniqueWord('kinds')}@kinds.example`,
      company: 'Kinds Ltd',
      country: 'DE',
      timeZone: 'Europe/Berlin',
      source: source.replaceAll('-', '_'),
      consent: { basis: 'contract', at: '2026-01-01T00:00:00Z' },
      ...more,
    },
    { personId: await baton.personId('mara-marketer') },
    { clockOffsetMs: START - Date.now() },
  );
  return lead.id;
}

async function stepsOf(leadId: string): Promise<string[]> {
  const rows = await baton.dataSource.query<{ step: string; visit: number }[]>(
    `select data->>'step' as step, (data->>'visit')::int as visit from lead_records
      where lead_id = $1 and kind = 'step' and (data->>'no')::int = 1 order by rev, n`,
    [leadId],
  );
  return rows.map(({ step, visit }) => (visit === 1 ? step : `${step} ${visit}`));
}

const exitOf = async (leadId: string): Promise<string | null | undefined> => {
  const [row] = await baton.dataSource.query<{ reason: string | null }[]>(
    'select exit_reason as reason from enrollments where lead_id = $1 and no = 1',
    [leadId],
  );
  return row?.reason;
};

describe('steps nobody waits in', () => {
  it('goes back as often as a goto says, each touch once per visit', async () => {
    const leadId = await leadIn('kinds-goto');
    await baton.virtual.live(leadId, START + 10 * DAY);
    expect(await stepsOf(leadId)).toEqual([
      ...['story', 'rest', 'again'],
      ...['story 2', 'rest 2', 'again 2'],
      ...['story 3', 'rest 3', 'again 3'],
    ]);
    expect(await exitOf(leadId)).toBe('no_answer');
    const touches = await baton.dataSource.query<{ visit: number; state: string; at: Date }[]>(
      'select visit, state, claimed_at as at from touches where lead_id = $1 and step = $2 order by visit',
      [leadId, 'story'],
    );
    expect(touches.map(({ visit, state }) => [visit, state])).toEqual([
      [1, 'sent'],
      [2, 'sent'],
      [3, 'sent'],
    ]);
    const days = touches.map(({ at }) => Math.floor((at.getTime() - START) / DAY));
    expect(days).toEqual([0, 2, 4]);
  });

  it('sets tags and profile fields before the next step looks at them', async () => {
    const leadId = await leadIn('kinds-set', { tags: ['raw', 'kept'], profile: { old: 'x', employees: 3 } });
    await baton.virtual.live(leadId, START + DAY);
    expect(await exitOf(leadId)).toBe('seen');
    const [lead] = await baton.dataSource.query<{ tags: string[]; profile: object; seq: number }[]>(
      'select tags, profile, last_seq as seq from leads where id = $1',
      [leadId],
    );
    expect(lead).toEqual({ tags: ['kept', 'walked'], profile: { employees: 3, stage: 'warm' }, seq: 1 });
    const changes = await baton.dataSource.query<{ seq: number; changes: object }[]>(
      'select seq, changes from profile_changes where lead_id = $1',
      [leadId],
    );
    expect(changes).toEqual([
      {
        seq: 1,
        changes: {
          tags: { from: ['raw', 'kept'], to: ['kept', 'walked'] },
          'profile.old': { from: 'x', to: null },
          'profile.stage': { from: null, to: 'warm' },
        },
      },
    ]);
  });

  it('sends each lead one way of a split, and the same way again', async () => {
    const leads = await Promise.all(Array.from({ length: 8 }, () => leadIn('kinds-split')));
    const ways = await Promise.all(
      leads.map(async (leadId) => {
        await baton.virtual.live(leadId, START + DAY);
        return (await stepsOf(leadId)).filter((step) => /left|right/.test(step));
      }),
    );
    for (const way of ways)
      expect([
        ['left', 'left 2'],
        ['right', 'right 2'],
      ]).toContainEqual(way);
  });
});

describe('a to-do', () => {
  interface Todo {
    readonly id: string;
    readonly state: string;
    readonly dueAt: string;
    readonly text: string;
    readonly dispositions: string[];
    readonly lead: { readonly id: string };
  }
  const todosOf = async (leadId: string, state: string): Promise<readonly Todo[]> => {
    const path = `/v1/todos?assignee=all&state=${state}&leadId=${leadId}`;
    const { status, body } = await baton.call<{ items: Todo[] }>('GET', path);
    expect(status).toBe(200);
    return body.items;
  };

  it('is due a business day later in the hours of its person, and its disposition picks the branch', async () => {
    const leadId = await leadIn('kinds-todo');
    await baton.virtual.settled(leadId);
    const [todo] = await todosOf(leadId, 'open');
    expect(todo).toMatchObject({
      text: 'Call about pricing',
      dispositions: ['interested', 'voicemail', 'wrong_number'],
      lead: { id: leadId },
    });
    // From Monday to Tuesday, at the same local time.
    expect(Date.parse(todo?.dueAt ?? '') - START).toBeGreaterThanOrEqual(DAY);
    expect(Date.parse(todo?.dueAt ?? '') - START).toBeLessThan(DAY + 10_000);
    const mine = await baton.call<{ items: Todo[] }>('GET', '/v1/todos', undefined, { key: baton.keys.marketing });
    expect(mine.body.items.map(({ id }) => id)).toContain(todo?.id);

    const finish = (disposition: string, key = baton.keys.marketing) =>
      baton.call('POST', `/v1/todos/${todo?.id}/done`, { disposition, note: 'Wants a quote' }, { key });
    const wrong = await finish('busy');
    expect(wrong.status).toBe(422);
    expect(wrong.body['errors']).toEqual([
      {
        path: 'disposition',
        code: 'unknown_disposition',
        message: 'This to-do ends with interested, voicemail, wrong_number',
      },
    ]);
    const done = await finish('interested');
    expect([done.status, done.body['state'], done.body['disposition']]).toEqual([200, 'done', 'interested']);
    expect(await finish('interested')).toMatchObject({ status: 200, body: done.body });
    const other = await finish('voicemail', baton.keys.admin);
    expect([other.status, other.body['state']]).toEqual([409, 'done']);
    await baton.virtual.settled(leadId);
    expect((await stepsOf(leadId)).slice(0, 2)).toEqual(['call', 'story']);
    const notes = await baton.dataSource.query<{ text: string }[]>('select text from notes where lead_id = $1', [
      leadId,
    ]);
    expect(notes).toEqual([{ text: 'Wants a quote' }]);
  });

  it('lets the cadence go on when nobody does it in time', async () => {
    const leadId = await leadIn('kinds-todo');
    await baton.virtual.live(leadId, START + 4 * DAY);
    expect(await stepsOf(leadId)).toEqual(['call', 'rest']);
    const [todo] = await todosOf(leadId, 'overdue');
    const late = await baton.call('POST', `/v1/todos/${todo?.id}/done`, { disposition: 'interested' });
    expect([late.status, late.body['state']]).toEqual([409, 'overdue']);
  });

  it('takes no words about a lead that is erased meanwhile', async () => {
    const leadId = await leadIn('kinds-todo');
    await baton.virtual.settled(leadId);
    const [todo] = await todosOf(leadId, 'open');
    // As the record stands between the commit of an erasure and the end of the process.
    await baton.dataSource.query(`update leads set state = 'erased' where id = $1`, [leadId]);
    const done = await baton.call('POST', `/v1/todos/${todo?.id}/done`, { disposition: 'interested', note: 'Late' });
    expect(done.status).toBe(404);
    expect(await baton.dataSource.query('select text from notes where lead_id = $1', [leadId])).toEqual([]);
  });

  it('falls away with its enrollment', async () => {
    const leadId = await leadIn('kinds-todo');
    await baton.virtual.settled(leadId);
    const ended = await baton.call('POST', `/v1/leads/${leadId}/disqualify`, {});
    expect(ended.status).toBe(200);
    expect(await todosOf(leadId, 'withdrawn')).toHaveLength(1);
    expect(await todosOf(leadId, 'open')).toEqual([]);
  });
});

describe('a webhook', () => {
  const callsOf = (path: string, leadId: string) => receiver.of(path).filter(({ body }) => body.includes(leadId));

  it('is called once per visit, signed, and the lead does not wait for it', async () => {
    const leadId = await leadIn('kinds-webhook');
    await baton.virtual.live(leadId, START + 3 * DAY);
    expect(await stepsOf(leadId)).toEqual(['tell', 'rest', 'again', 'tell 2', 'rest 2', 'again 2']);
    expect(await exitOf(leadId)).toBe('told');
    const calls = await waitFor(
      () => Promise.resolve(callsOf('/crm', leadId).length === 2 ? callsOf('/crm', leadId) : undefined),
      { what: 'both calls arrive' },
    );
    const told = calls.map(({ body, headers }) => new Webhook(secrets['crm'] ?? '').verify(body, headers));
    expect(told.map((one) => (one as { data: { visit: number } }).data.visit).sort()).toEqual([1, 2]);
    expect(told[0]).toMatchObject({
      type: 'cadence.step',
      data: { leadId, cadence: 'kinds-webhook', version: 1, enrollmentNo: 1, step: 'tell' },
    });
    expect(new Set(calls.map(({ headers }) => headers['webhook-id'])).size).toBe(2);
  });

  it('lets the lead wait for the answer where a step says where to go without one', async () => {
    receiver.answer('/gone', status(410));
    const leadId = await leadIn('kinds-answer');
    await waitFor(async () => (await exitOf(leadId)) ?? undefined, { what: 'the cadence ends', timeoutMs: 30_000 });
    expect(await stepsOf(leadId)).toEqual(['ask', 'try']);
    expect(await exitOf(leadId)).toBe('no_answer');
    const timeline = await baton.call<{ items: { sentence: string }[] }>(
      'GET',
      `/v1/leads/${leadId}/timeline?kind=webhook`,
    );
    expect(timeline.body.items.map(({ sentence }) => sentence)).toEqual([
      'Webhook of step ask called',
      'Webhook of step ask was taken',
      'Webhook of step try called',
      'Webhook of step try was never taken',
    ]);
  });

  it('needs a registered endpoint', async () => {
    const steps = [{ id: 'tell', webhook: { endpoint: 'nobody', onFailure: 'continue' } }];
    const document = { key: 'kinds-nobody', name: 'Nobody', priority: 1, window: 'any', steps };
    await baton.call('PUT', '/v1/cadences/kinds-nobody/draft', document);
    const published = await baton.call('POST', '/v1/cadences/kinds-nobody/publish', {});
    expect(published.status).toBe(422);
    expect(published.text).toContain('there is no webhook endpoint nobody');
  });
});
