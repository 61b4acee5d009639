// Leads whose cadence waits below another one go over to its next version, as those inside do.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LeadsService } from '../../src/leads/leads.service.js';
import { keepLives } from '../support/histories.js';
import { uniqueWord } from '../support/lead-steps.js';
import { publishDocument } from '../support/publish-document.js';
import { waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

/** A Monday, 10:00 in Berlin. */
const START = Date.parse('2026-06-01T08:00:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MINUTE = 60_000;

const tagged = (value: string) => ({ field: 'tag', op: '=', value });
const LOW = { name: 'low', entry: { field: 'source', op: '=', value: 'below' }, priority: 60, window: 'any' };
const FIRST = {
  ...LOW,
  steps: [
    { id: 'hello', email: { template: 'story' } },
    { id: 'settle', wait: 'P10D' },
    { id: 'later', email: { template: 'reminder' } },
    { id: 'end', wait: 'P30D' },
  ],
};
const SECOND = {
  ...FIRST,
  steps: FIRST.steps.map((one) => (one.id === 'settle' ? { id: 'pause', wait: 'P13D' } : one)),
};
const urgent = (key: string, priority: number, wait: string) => ({
  ...{ name: key, entry: tagged(key), priority, window: 'any' },
  steps: [{ id: 'rest', wait }],
});

let baton: TestBaton;
beforeAll(async () => {
  baton = await startTestBaton();
  await publishDocument(baton, 'cadences', 'below-low', FIRST);
  await Promise.all([
    publishDocument(baton, 'cadences', 'below-mid', urgent('urgent', 70, 'P2D')),
    publishDocument(baton, 'cadences', 'below-top', urgent('alarm', 80, 'P1D')),
  ]);
});
afterAll(async () => {
  await keepLives(baton, 'moved-below');
  await baton.stop();
});

/** A lead that two cadences have taken from the lowest one: on day 2 and on day 3. */
async function superseded(): Promise<string> {
  const { lead } = await baton.app.get(LeadsService).create(
    {
      ...{ email: `${uniqueWord('below')}@below.example`, company: 'Below Ltd', country: 'DE', source: 'below' },
      timeZone: 'Europe/Berlin',
      consent: { basis: 'contract', at: '2026-01-01T00:00:00Z' },
    },
    { personId: await baton.personId('mara-marketer') },
    { clockOffsetMs: START - Date.now() },
  );
  const tag = (at: number, ...tags: string[]) => ({
    at,
    do: async () => expect((await baton.call('PATCH', `/v1/leads/${lead.id}`, { tags })).status).toBe(200),
  });
  await baton.virtual.live(lead.id, START + 3 * DAY + HOUR, [
    tag(START + 2 * DAY, 'urgent'),
    tag(START + 3 * DAY, 'urgent', 'alarm'),
  ]);
  return lead.id;
}

async function moved(body: object): Promise<{ state: string; total: number; moved: number }> {
  const { status, body: job } = await baton.call<{ id: string }>('POST', '/v1/cadences/below-low/migrate', body);
  expect(status).toBe(202);
  return waitFor(
    async () => {
      const { body: now } = await baton.call<{ state: string; total: number; moved: number }>(
        'GET',
        `/v1/jobs/${job.id}`,
      );
      return now.state === 'done' && now;
    },
    { what: 'the job is done', timeoutMs: 45_000, intervalMs: 100 },
  );
}

interface Landing {
  readonly lead: { readonly id: string };
  readonly now: { readonly step: string };
  readonly lands: { readonly step: string; readonly dueAt: string } | null;
  readonly why: string | null;
}
const dryRun = async (body: object): Promise<Landing[]> =>
  (await baton.call<{ items: Landing[] }>('POST', '/v1/cadences/below-low/dry-run', body)).body.items;

/** `cadence event day`, in order. */
async function story(leadId: string): Promise<string[]> {
  const rows = await baton.dataSource.query<{ what: string; at: Date }[]>(
    `select e.cadence_key || ' ' || r.kind || coalesce(' ' || (r.data->>'reason'), '') as what, r.at, r.rev * 1000 + r.n as pos
       from lead_records r join enrollments e on e.lead_id = r.lead_id and e.no = (r.data->>'no')::int
      where r.lead_id = $1 and r.kind in ('suspended', 'resumed', 'enrollment_ended', 'migrated')
     union all
     select e.cadence_key || ' touch ' || t.step, t.claimed_at, 0 from touches t join enrollments e on e.id = t.enrollment_id
      where t.lead_id = $1 and t.state = 'sent' and e.cadence_key like 'below-%'
     order by at, pos`,
    [leadId],
  );
  // A minute is more than the engine and the worker need to act on an instant.
  return rows.map(
    ({ what, at }) => `${what.replace('below-', '')} ${Math.floor((at.getTime() - START + MINUTE) / DAY)}`,
  );
}

const belowOf = async (leadId: string) =>
  (await baton.virtual.settled(leadId)).process.suspended?.map(({ cadence, version, step }) => [
    cadence,
    version,
    step,
  ]);

describe('going over to another version while other cadences have the lead', () => {
  it('takes along what waits lowest, which goes on afterwards by the new version, or ends where its step is gone', async () => {
    const [stays, ends] = await Promise.all([superseded(), superseded()]);
    await publishDocument(baton, 'cadences', 'below-low', SECOND);
    expect(await belowOf(stays)).toEqual([
      ['below-low', 1, 'settle'],
      ['below-mid', 1, 'rest'],
    ]);

    const there = { toVersion: 2, mapping: { settle: 'pause' } };
    const foreseen = await dryRun(there);
    expect(foreseen.map(({ lead }) => lead.id).toSorted()).toEqual([stays, ends].toSorted());
    // 13 days from the first touch.
    const lands = { step: 'pause', dueAt: expect.stringMatching(/^2026-06-14T08:0/) };
    expect(foreseen).toEqual(
      Array(2).fill(expect.objectContaining({ now: expect.anything(), lands: expect.objectContaining(lands) })),
    );
    expect(await dryRun({ toVersion: 2, mapping: { settle: '$end' } })).toEqual(
      Array(2).fill(expect.objectContaining({ lands: null, why: 'completed' })),
    );

    expect(await moved({ ...there, who: { leads: [stays] } })).toMatchObject({ total: 1, moved: 1 });
    expect(await moved({ toVersion: 2, mapping: { settle: '$end' }, who: { leads: [ends] } })).toMatchObject({
      moved: 1,
    });
    expect(await belowOf(stays)).toEqual([
      ['below-low', 2, 'pause'],
      ['below-mid', 1, 'rest'],
    ]);
    expect(await belowOf(ends)).toEqual([['below-mid', 1, 'rest']]);

    await baton.virtual.live(stays, START + 17 * DAY);
    await baton.virtual.live(ends, START + 6 * DAY);
    const taken = ['low touch hello 0', 'low suspended 2', 'mid suspended 3'];
    // A day of two was left of one wait; of the other two of thirteen days had passed.
    const resumed = ['top enrollment_ended completed 4', 'mid resumed 4', 'mid enrollment_ended completed 5'];
    expect(await story(stays)).toEqual([...taken, 'low migrated 3', ...resumed, 'low resumed 5', 'low touch later 16']);
    expect((await story(ends)).slice(0, 8)).toEqual([
      ...[...taken, 'low migrated 3', 'low enrollment_ended completed 3'],
      ...resumed,
    ]);
  });

  it('and back, as if nobody had moved it', async () => {
    const leadId = await superseded();
    // It entered the second version: there is no first one to go on with.
    expect(await belowOf(leadId)).toEqual([
      ['below-low', 2, 'pause'],
      ['below-mid', 1, 'rest'],
    ]);
    const before = (await baton.virtual.settled(leadId)).process.suspended?.[0];
    await moved({ toVersion: 1, mapping: { pause: 'settle' }, who: { leads: [leadId] } });
    await moved({ toVersion: 2, mapping: { settle: 'pause' }, who: { leads: [leadId] } });
    expect(await belowOf(leadId)).toEqual([
      ['below-low', 2, 'pause'],
      ['below-mid', 1, 'rest'],
    ]);
    await baton.virtual.live(leadId, START + 5 * DAY + HOUR);
    const after = (await baton.virtual.settled(leadId)).process.enrollment;
    const resumedAt = after?.resumedAt ?? 0;
    // As much is left as was when the clock stopped, to the millisecond.
    expect((after?.dueAt ?? 0) - resumedAt).toBe((before?.dueAt ?? 0) - (before?.suspendedAt ?? 0));
    const timeline = await baton.call<{ items: { sentence: string }[] }>(
      'GET',
      `/v1/leads/${leadId}/timeline?kind=enrollment`,
    );
    expect(timeline.body.items.map(({ sentence }) => sentence)).toEqual(
      expect.arrayContaining([
        'Went over from version 2 to version 1 of cadence below-low, from step pause to step settle',
        'Went over from version 1 to version 2 of cadence below-low, from step settle to step pause',
      ]),
    );
  });
});
