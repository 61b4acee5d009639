// Time alone moves a lead: points fade, a `within` runs out. Every instant below is computed by hand, to the millisecond;
// the leads live on the real server in virtual time.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Condition } from '../../domain/condition/condition.js';
import { LeadsService } from '../../src/leads/leads.service.js';
import { uniqueWord } from '../support/lead-steps.js';
import { publishDocument } from '../support/publish-document.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

const DAY = 86_400_000;
const HOUR = DAY / 24;
/** In the future, so that every document of this test is in force. */
const START = Date.parse('2030-03-01T10:00:00Z');
/** Half-life of a visit to the careers pages. */
const CAREERS = 5 * DAY;

/** 40 × 0.5^(t / 4 d) of one visit is exactly 10 after two half-lives, so it is below 10 from the next millisecond on. */
const COOLED_AT = START + 8 * DAY + 1;
/** Known before the visit: without it the visit alone would meet the conditions below. */
const OPENED_AT = START - 12 * HOUR;

const visited: Condition = { field: 'engagement.event_visited', op: '>=', value: 1 };
const cooled: Condition = { field: 'score', op: '<', value: 10 };
const opened = (op: '>=' | '<', within: string): Condition => ({
  field: 'engagement.email_open',
  op,
  value: 1,
  within,
});

let baton: TestBaton;
beforeAll(async () => {
  baton = await startTestBaton();
  await publishDocument(baton, 'score-models', 'default', {
    fit: {
      rules: [{ id: 'large', when: { field: 'profile.employees', op: '>=', value: 100 }, points: 80 }],
      grades: { A: 70, B: 50, C: 30, D: 0 },
    },
    engagement: {
      rules: [
        { id: 'careers', kind: 'page_view', where: { path: { prefix: '/careers' } }, points: -20, halfLifeDays: 5 },
        { id: 'visit', kind: 'event_visited', points: 40, halfLifeDays: 4 },
        { id: 'form', kind: 'form_submitted', points: 40 },
        { id: 'webinar', kind: 'webinar_attended', points: 15 },
        { id: 'download', kind: 'download', points: 5 },
        { id: 'cancelled', kind: 'trial_cancelled', points: -30 },
      ],
    },
    handRaises: ['demo_request'],
  });
  // Qualifies at 60 points by the definition of the workspace, and nothing happens in between.
  await cadence('quiet', { steps: [{ id: 'rest', wait: 'P300D' }] });
});
afterAll(() => baton.stop());

async function cadence(source: string, body: Record<string, unknown>): Promise<void> {
  const entry = { field: 'source', op: '=', value: source };
  await publishDocument(baton, 'cadences', source, { name: source, entry, priority: 20, window: 'any', ...body });
}

/** A lead that is created at START on its own clock, once it waits in its cadence. */
async function leadOf(source: string): Promise<string> {
  const { lead } = await baton.app.get(LeadsService).create(
    {
      email: `${uniqueWord('fading')}@fading.example`,
      company: 'Fade Ltd',
      country: 'DE',
      source,
      profile: { employees: 500 },
      consent: { basis: 'contract', at: '2026-01-01T00:00:00Z' },
    },
    { personId: await baton.personId('mara-marketer') },
    { clockOffsetMs: START - Date.now() },
  );
  await baton.inState(lead.id, 'nurturing');
  await baton.virtual.settled(lead.id);
  return lead.id;
}

async function engage(leadId: string, at: number, ...kinds: string[]): Promise<void> {
  for (const kind of kinds) {
    const properties = kind === 'page_view' ? { path: '/careers/jobs' } : {};
    const body = { source: 'fading', eventId: uniqueWord('e'), lead: { id: leadId }, kind, properties };
    const sent = await baton.call('POST', '/v1/engagements', { ...body, occurredAt: new Date(at).toISOString() });
    if (sent.status !== 202) throw new Error(`${kind} answered ${sent.status}: ${sent.text}`);
  }
}

/** 70 points and so many visits to the careers pages, all at START. */
async function fadingLead(careers: number): Promise<string> {
  const leadId = await leadOf('quiet');
  await engage(leadId, START, ...Array.from({ length: careers }, () => 'page_view'));
  await engage(leadId, START, 'form_submitted', 'webinar_attended', 'webinar_attended');
  return leadId;
}

/** When the score of 70 − `lost` × 0.5^(t / 5 d) reaches 60: lost × 0.5^(t / 5 d) = 10. `lost` is counted as if it were of START. */
const reaches60 = (lost: number, kept = 70): number => START + Math.ceil(CAREERS * Math.log2(lost / (kept - 60)));

interface Qualification {
  readonly at: number;
  readonly rule: string;
}

/** The qualifications in the record: its instants are those of the verdicts. */
const qualifications = (leadId: string): Promise<Qualification[]> =>
  baton.dataSource.query(
    `select (extract(epoch from at) * 1000)::float8 as at, data->>'ruleId' as rule
       from lead_records where lead_id = $1 and kind = 'qualified' order by rev, n`,
    [leadId],
  );

async function qualifiesAt(leadId: string, at: number, rule = 'engaged-and-fits'): Promise<void> {
  const before = await baton.virtual.live(leadId, at - HOUR);
  expect(before.process.state).toBe('nurturing');
  expect(before.nextWakeAt).toBe(at);
  expect(await qualifications(leadId)).toEqual([]);
  await baton.virtual.live(leadId, at + HOUR);
  expect(await qualifications(leadId)).toEqual([{ at, rule }]);
  await baton.inState(leadId, 'offered');
}

describe('a lead whose negative points fade', () => {
  it('qualifies at the computed instant with no engagement at all', async () => {
    const leadId = await fadingLead(3);
    // 60 × 0.5^(t / 5 d) = 10: log2(6) = 2.58 half-lives, 12 d 22 h 11 min 43.801 s.
    expect(new Date(reaches60(60)).toISOString()).toBe('2030-03-14T08:11:43.801Z');
    await qualifiesAt(leadId, reaches60(60));
    const [{ count } = { count: 0 }] = await baton.dataSource.query<{ count: number }[]>(
      'select count(*)::int as count from engagements where lead_id = $1',
      [leadId],
    );
    expect(count).toBe(6);
  });

  it('qualifies after six half-lives, from points of two instants', async () => {
    const leadId = await fadingLead(16);
    // One half-life later a visit weighs as much as two of START: (16 + 2 × 8) × 20 = 640, so log2(64) = 6 half-lives.
    await baton.virtual.live(leadId, START + CAREERS, [
      {
        at: START + CAREERS,
        do: () => engage(leadId, START + CAREERS, ...Array.from({ length: 8 }, () => 'page_view')),
      },
    ]);
    expect(reaches60(640)).toBe(START + 6 * CAREERS);
    await qualifiesAt(leadId, START + 6 * CAREERS);
  });
});

describe('an ingest that moves the instant and crosses nothing itself', () => {
  const MOVED_AT = START + 6 * DAY;

  /** 40 points lost at START would be made up after ten days; `kind` comes after six. */
  async function moved(...kinds: string[]): Promise<string> {
    const leadId = await fadingLead(2);
    const before = await baton.virtual.live(leadId, MOVED_AT - HOUR);
    expect(before.nextWakeAt).toBe(START + 10 * DAY);
    await baton.virtual.live(leadId, MOVED_AT, [{ at: MOVED_AT, do: () => engage(leadId, MOVED_AT, ...kinds) }]);
    expect(await qualifications(leadId)).toEqual([]);
    return leadId;
  }

  it('is obeyed when it moves earlier', async () => {
    // 75 − 40 × 0.5^(6/5) is 57.6; 40 × 0.5^(t / 5 d) = 15.
    const leadId = await moved('download');
    expect(new Date(reaches60(40, 75)).toISOString()).toBe('2030-03-08T11:48:16.200Z');
    await qualifiesAt(leadId, reaches60(40, 75));
  });

  it('is obeyed when it moves later', async () => {
    // 20 points of day 6 weigh as much as 20 × 2^(6/5) of START.
    const leadId = await moved('page_view');
    const snapshot = await baton.virtual.live(leadId, START + 11 * DAY);
    expect(snapshot.process.state).toBe('nurturing');
    await qualifiesAt(leadId, reaches60(40 + 20 * 2 ** (6 / 5)));
  });

  it('is obeyed when it moves beyond every instant, and when it brings one back', async () => {
    // At most 40 points are left for ever.
    const leadId = await moved('trial_cancelled');
    const snapshot = await baton.virtual.live(leadId, START + 40 * DAY);
    expect(snapshot.process.state).toBe('nurturing');
    expect(snapshot.nextWakeAt).toBeGreaterThan(START + 299 * DAY);
    // 40 + 25: what is left of 40 after eight half-lives is less than 5, so this one crosses at once.
    await engage(leadId, START + 40 * DAY, 'webinar_attended', 'download', 'download');
    await baton.inState(leadId, 'offered');
    expect(await qualifications(leadId)).toEqual([{ at: START + 40 * DAY, rule: 'engaged-and-fits' }]);
  });

  it('is obeyed when the profile takes the instant away', async () => {
    const leadId = await moved();
    const patched = await baton.call('PATCH', `/v1/leads/${leadId}`, { profile: { employees: 5 } });
    expect(patched.status).toBe(200);
    const snapshot = await baton.virtual.live(leadId, START + 12 * DAY);
    expect(snapshot.process.state).toBe('nurturing');
    expect(await qualifications(leadId)).toEqual([]);
  });
});

/** Conditions that become true by time alone, each for a lead that opened a mail in the night before and visited the fair at START. */
const BY_TIME: [what: string, when: Condition, at: number][] = [
  ['a score falls below', { all: [visited, cooled] }, COOLED_AT],
  ['a fact is older than its span', { all: [visited, opened('<', 'P7D')] }, OPENED_AT + 7 * DAY],
  ['one has come and the other has not run out yet', { all: [visited, cooled, opened('>=', 'P9D')] }, COOLED_AT],
  [
    'what did not hold no longer does',
    { all: [visited, { not: { any: [opened('>=', 'P9D')] } }] },
    OPENED_AT + 9 * DAY,
  ],
];
/** The span is over before the score has fallen. */
const NEVER: Condition = { all: [visited, cooled, opened('>=', 'P5D')] };

const ENDED = `select (extract(epoch from ended_at) * 1000)::float8 as at, exit_reason as reason
                 from enrollments where lead_id = $1 and cadence_key = $2`;

describe('conditions that time alone changes', () => {
  async function visitor(source: string): Promise<string> {
    const leadId = await leadOf(source);
    await engage(leadId, OPENED_AT, 'email_open');
    await engage(leadId, START, 'event_visited');
    return leadId;
  }

  it.each(BY_TIME)('end a wait at their instant: %s', async (what, when, at) => {
    const source = `wait-${BY_TIME.findIndex(([one]) => one === what)}`;
    await cadence(source, waitingFor(when));
    const leadId = await visitor(source);
    expect((await baton.virtual.live(leadId, at - HOUR)).process.enrollment?.step).toBe('watch');
    await baton.virtual.live(leadId, at + HOUR);
    expect(await baton.dataSource.query(ENDED, [leadId, source])).toEqual([{ at, reason: 'seen' }]);
  });

  it('leave a wait to its time-out when they never hold', async () => {
    await cadence('wait-never', waitingFor(NEVER));
    const leadId = await visitor('wait-never');
    const entered = (await baton.virtual.settled(leadId)).process.enrollment?.enteredAt ?? 0;
    await baton.virtual.live(leadId, START + 62 * DAY);
    // Calendar days in Berlin, where 31 March 2030 has 23 hours.
    const at = entered + 61 * DAY - HOUR;
    expect(await baton.dataSource.query(ENDED, [leadId, 'wait-never'])).toEqual([{ at, reason: 'late' }]);
  });

  it.each(BY_TIME)('let an exit guard act at their instant: %s', async (what, when, at) => {
    const source = `guard-${BY_TIME.findIndex(([one]) => one === what)}`;
    await cadence(source, { exits: [{ when, reason: 'cooled' }], steps: [{ id: 'rest', wait: 'P300D' }] });
    const leadId = await visitor(source);
    expect((await baton.virtual.live(leadId, at - HOUR)).process.enrollment?.step).toBe('rest');
    await baton.virtual.live(leadId, at + HOUR);
    expect(await baton.dataSource.query(ENDED, [leadId, source])).toEqual([{ at, reason: 'cooled' }]);
  });

  it.each(BY_TIME)('meet a definition at their instant: %s', async (what, when, at) => {
    const source = `rule-${BY_TIME.findIndex(([one]) => one === what)}`;
    await publishDocument(baton, 'definitions', source, {
      segment: { field: 'source', op: '=', value: source },
      rank: 5,
      rules: [{ id: 'by-time', when }],
      effectiveFrom: '2020-01-01T00:00',
    });
    await cadence(source, { steps: [{ id: 'rest', wait: 'P300D' }] });
    await qualifiesAt(await visitor(source), at, 'by-time');
  });
});

const waitingFor = (when: Condition): Record<string, unknown> => ({
  steps: [
    // Facts may come before the wait begins: an option that holds at once would not wait for anything.
    { id: 'settle', wait: 'P1D' },
    {
      id: 'watch',
      // biome-ignore lint/suspicious/noThenProperty: the document's own word
      wait_for: { look: 'ever', any: [{ when, then: 'seen' }], timeout: { after: 'P60D', then: 'late' } },
    },
    { id: 'seen', exit: 'seen' },
    { id: 'late', exit: 'late' },
  ],
});
