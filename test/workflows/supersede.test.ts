import { randomUUID } from 'node:crypto';
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
const from = (value: string) => ({ field: 'source', op: '=', value });
const CADENCES: Readonly<Record<string, Record<string, unknown>>> = {
  low: {
    entry: from('sup'),
    priority: 60,
    exits: [{ when: tagged('partner'), reason: 'partner' }],
    steps: [
      { id: 'hello', email: { template: 'story' } },
      { id: 'rest', wait: 'P10D' },
      { id: 'later', email: { template: 'reminder' } },
    ],
  },
  high: {
    entry: tagged('urgent'),
    priority: 70,
    steps: [
      { id: 'guide', email: { template: 'guide' } },
      { id: 'rest', wait: 'P2D' },
    ],
  },
  top: { entry: tagged('alarm'), priority: 80, steps: [{ id: 'rest', wait: 'P1D' }] },
  short: {
    entry: from('short'),
    priority: 60,
    steps: [
      { id: 'hello', email: { template: 'story' } },
      { id: 'rest', wait: 'PT1H' },
      { id: 'later', email: { template: 'reminder' } },
      { id: 'end', wait: 'P9D' },
    ],
  },
};

let baton: TestBaton;
beforeAll(async () => {
  baton = await startTestBaton();
  for (const [key, body] of Object.entries(CADENCES))
    await publishDocument(baton, 'cadences', `sup-${key}`, { name: key, window: 'any', ...body });
});
afterAll(async () => {
  await keepLives(baton, 'superseded');
  await baton.stop();
});

async function leadIn(source: string, clockOffsetMs = START - Date.now()): Promise<string> {
  const { lead } = await baton.app.get(LeadsService).create(
    {
      email: `${uniqueWord('sup')}@sup.example`,
      company: 'Sup Ltd',
      country: 'DE',
      timeZone: 'Europe/Berlin',
      source,
      consent: { basis: 'contract', at: '2026-01-01T00:00:00Z' },
    },
    { personId: await baton.personId('mara-marketer') },
    { clockOffsetMs },
  );
  return lead.id;
}

async function call(method: string, path: string, body: unknown = {}) {
  const headers: Record<string, string> = method === 'POST' ? { 'idempotency-key': randomUUID() } : {};
  return baton.call<Record<string, never>>(method, path, body, { key: baton.keys.marketing, headers });
}

/** What a person does at an instant of the lead's clock. */
const at = (instant: number, method: string, path: string, body?: unknown) => ({
  at: instant,
  do: async () => {
    const { status, text } = await call(method, path, body);
    expect([status, text]).toEqual([200, expect.any(String)]);
  },
});
const tag = (leadId: string, instant: number, ...tags: string[]) =>
  at(instant, 'PATCH', `/v1/leads/${leadId}`, { tags });

/** `cadence event day`, in order: enrollments as they came and went, touches as they were claimed. */
async function story(leadId: string): Promise<string[]> {
  const rows = await baton.dataSource.query<{ what: string; at: Date }[]>(
    `select e.cadence_key || ' ' || r.kind || coalesce(' ' || (r.data->>'reason'), '') as what, r.at, r.rev * 1000 + r.n as pos
       from lead_records r join enrollments e on e.lead_id = r.lead_id and e.no = (r.data->>'no')::int
      where r.lead_id = $1 and r.kind in ('enrolled', 'suspended', 'resumed', 'enrollment_ended')
     union all
     select e.cadence_key || ' touch ' || t.step, t.claimed_at, 0 from touches t join enrollments e on e.id = t.enrollment_id
      where t.lead_id = $1 and t.state = 'sent'
     order by at, pos`,
    [leadId],
  );
  // A minute is more than the engine and the worker need to act on an instant.
  return rows.map(
    ({ what, at: when }) => `${what.replace('sup-', '')} ${Math.floor((when.getTime() - START + MINUTE) / DAY)}`,
  );
}

async function firstEnrollment(leadId: string) {
  const { process } = await baton.virtual.settled(leadId);
  if (!process.enrollment) throw new Error('the lead is in no cadence');
  return process.enrollment;
}

async function explained(leadId: string): Promise<string> {
  const { body } = await baton.call<{ sentence: string; because: string[]; waitsFor: { sentence: string } }>(
    'GET',
    `/v1/leads/${leadId}/explain`,
  );
  return [body.sentence, ...body.because, body.waitsFor.sentence].join('\n');
}

describe('cadences of higher priority', () => {
  it('supersede three deep, and each goes on afterwards with the time it had left', async () => {
    const leadId = await leadIn('sup');
    await baton.virtual.live(leadId, START + 3 * DAY + HOUR, [
      tag(leadId, START + 2 * DAY, 'urgent'),
      tag(leadId, START + 3 * DAY, 'urgent', 'alarm'),
    ]);
    const { process } = await baton.virtual.settled(leadId);
    expect(process.suspended?.map(({ cadence }) => cadence)).toEqual(['sup-low', 'sup-high']);
    expect(await explained(leadId)).toMatch(/sup-low.*waits/i);
    await baton.virtual.live(leadId, START + 14 * DAY);
    expect((await story(leadId)).slice(0, 13)).toEqual([
      ...['low enrolled 0', 'low touch hello 0', 'low suspended 2', 'high enrolled 2', 'high touch guide 2'],
      ...['high suspended 3', 'top enrolled 3', 'top enrollment_ended completed 4'],
      // A day of two was left of its wait, eight of ten of the other.
      ...['high resumed 4', 'high enrollment_ended completed 5', 'low resumed 5', 'low touch later 13'],
      'low enrollment_ended completed 13',
    ]);
  });

  it('leave the guards of what they supersede armed', async () => {
    const leadId = await leadIn('sup');
    await baton.virtual.live(leadId, START + 4 * DAY + HOUR, [
      tag(leadId, START + 2 * DAY, 'urgent'),
      tag(leadId, START + 3 * DAY, 'urgent', 'partner'),
    ]);
    expect((await story(leadId)).slice(2, 8)).toEqual([
      ...[
        'low suspended 2',
        'high enrolled 2',
        'high touch guide 2',
        expect.stringMatching(/^low enrollment_ended partner [23]$/),
      ],
      ...['high enrollment_ended completed 4', expect.stringMatching(/enrolled 4/)],
    ]);
  });

  it('take a lead by hand too, refuse what does not apply, and let it go by hand', async () => {
    const leadId = await leadIn('sup');
    await baton.virtual.settled(leadId);
    const unknown = await call('POST', `/v1/leads/${leadId}/enroll`, { cadence: 'nowhere' });
    expect([unknown.status, unknown.body]).toEqual([
      422,
      expect.objectContaining({ errors: [expect.objectContaining({ path: 'cadence', code: 'unknown_cadence' })] }),
    ]);
    const again = await call('POST', `/v1/leads/${leadId}/enroll`, { cadence: 'sup-low' });
    expect([again.status, again.body['why']]).toEqual([409, 'already_inside']);
    const enrolled = await call('POST', `/v1/leads/${leadId}/enroll`, {
      cadence: 'sup-top',
      note: 'asked on the phone',
    });
    expect([enrolled.status, enrolled.text]).toEqual([200, expect.any(String)]);
    expect((await firstEnrollment(leadId)).cadence).toBe('sup-top');
    const removed = await call('POST', `/v1/leads/${leadId}/remove-from-cadence`, {});
    expect(removed.status).toBe(200);
    expect((await firstEnrollment(leadId)).cadence).toBe('sup-low');
    expect(await story(leadId)).toEqual([
      ...['low enrolled 0', 'low touch hello 0', 'low suspended 0', 'top enrolled 0', 'top enrollment_ended removed 0'],
      'low resumed 0',
    ]);
    const audited = await baton.dataSource.query<{ action: string; note: string | null }[]>(
      `select action, note from audit_entries where subject_id = $1 and action ~ 'enroll|remove' order by seq`,
      [leadId],
    );
    expect(audited).toEqual([
      { action: 'lead.enroll', note: 'asked on the phone' },
      { action: 'lead.remove-from-cadence', note: null },
    ]);
  });
});

describe('a paused lead', () => {
  it.each([
    ['shift', 'low touch later 13'],
    ['continue', 'low touch later 10'],
  ])('keeps its remaining time, or not, as the policy %s says', async (policy, later) => {
    const leadId = await leadIn('sup');
    await baton.virtual.live(leadId, START + 2 * DAY, [at(START + DAY, 'POST', `/v1/leads/${leadId}/pause`)]);
    expect(await explained(leadId)).toMatch(/paused/i);
    await baton.virtual.live(leadId, START + 14 * DAY, [
      at(START + 4 * DAY, 'POST', `/v1/leads/${leadId}/resume`, { policy }),
    ]);
    expect((await story(leadId)).slice(0, 5)).toEqual([
      ...['low enrolled 0', 'low touch hello 0', 'low suspended 1', 'low resumed 4', later],
    ]);
  });

  it('skips what is overdue where the policy says so, and goes on from when that was due', async () => {
    const leadId = await leadIn('sup');
    await baton.virtual.live(leadId, START + 13 * DAY, [
      at(START + DAY, 'POST', `/v1/leads/${leadId}/pause`),
      at(START + 12 * DAY, 'POST', `/v1/leads/${leadId}/resume`, { policy: 'skip_overdue' }),
    ]);
    const [skipped] = await baton.dataSource.query<{ state: string; reason: string; finished_at: Date }[]>(
      `select t.state, t.reason, t.finished_at from touches t join enrollments e on e.id = t.enrollment_id
        where t.lead_id = $1 and e.cadence_key = 'sup-low' and t.step = 'later'`,
      [leadId],
    );
    expect(skipped).toMatchObject({ state: 'skipped', reason: 'overdue' });
    expect(Math.floor(((skipped?.finished_at.getTime() ?? 0) - START + MINUTE) / DAY)).toBe(10);
    expect((await call('POST', `/v1/leads/${leadId}/resume`, {})).body['why']).toBe('not_paused');
  });
});

describe('a paused cadence', () => {
  const rested = async (): Promise<string> => {
    const leadId = await leadIn('short', 0);
    await waitFor(async () => (await firstEnrollment(leadId)).step === 'rest' || undefined, { what: 'the wait began' });
    return leadId;
  };

  it('claims nothing, stops clocks as of its instant, and resumes with exactly the time that was left', async () => {
    const leadId = await rested();
    const before = await firstEnrollment(leadId);
    const paused = await call('POST', '/v1/cadences/sup-short/pause', { note: 'wrong price in the mail' });
    expect([paused.status, paused.body]).toEqual([200, expect.objectContaining({ paused: true, inside: 1 })]);
    expect(await explained(leadId)).toMatch(/paused/i);
    const pausedAt = Date.parse(paused.body['pausedAt'] ?? '');
    // Hears of it late: whatever wakes it.
    const handle = baton.client.workflow.getHandle(`lead/${leadId}`);
    await handle.signal('poke', { seq: 0 });
    const standing = await waitFor(
      async () => {
        const one = await firstEnrollment(leadId);
        return one.pausedBy === undefined ? undefined : one;
      },
      { what: 'the lead stands still' },
    );
    expect(standing).toMatchObject({ step: 'rest', suspendedAt: pausedAt, pausedBy: 1 });
    const resumed = await call('POST', '/v1/cadences/sup-short/resume', { policy: 'shift' });
    expect([resumed.status, resumed.body]).toEqual([
      200,
      expect.objectContaining({ paused: false, policy: 'shift', inside: 1 }),
    ]);
    const going = await waitFor(
      async () => {
        const one = await firstEnrollment(leadId);
        return one.suspendedAt === undefined ? one : undefined;
      },
      { what: 'the lead goes on' },
    );
    const resumedAt = Date.parse(resumed.body['resumedAt'] ?? '');
    expect(going.dueAt).toBe((before.dueAt ?? 0) + resumedAt - pausedAt);
    expect((await call('POST', '/v1/cadences/sup-short/resume', {})).status).toBe(409);
    expect((await call('POST', '/v1/cadences/nowhere/pause', {})).status).toBe(404);
  });
});
