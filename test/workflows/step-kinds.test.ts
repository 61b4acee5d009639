import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LeadsService } from '../../src/leads/leads.service.js';
import { uniqueWord } from '../support/lead-steps.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

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
};

let baton: TestBaton;
beforeAll(async () => {
  baton = await startTestBaton();
  for (const [key, steps] of Object.entries(CADENCES)) await publish(key, steps);
  // A worker may know the published cadences of a moment ago; a new one reads them.
  await baton.stopWorker();
  await baton.startWorker();
});
afterAll(() => baton.stop());

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
