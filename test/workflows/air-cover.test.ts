// What marketing writes beside sales after an acceptance, each with its mails, instants and custody by hand. Offered on Monday
// 2 March 2026 at 10:00 UTC to a rep who is always there, accepted at 11:00; five minutes and five seconds to undo, two days of grace.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LeadsService } from '../../src/leads/leads.service.js';
import { keepLives } from '../support/histories.js';
import {
  decide,
  engage,
  leadBody,
  mailOf,
  noticesAbout,
  offerOf,
  type TestHandoff,
  type TestLead,
} from '../support/lead-steps.js';
import { offerPage } from '../support/signed-pages.js';
import { publishDocument } from '../support/publish-document.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';
import { custodyOf, minute, noticesOf, raisedAt, withoutRolf } from '../support/zone-records.js';

const utc = (text: string): number => Date.parse(`${text}:00Z`);
const OFFERED = ['marketing Mara/-, Mara @ 2026-03-02T10:00', 'shared Mara/Rita, Mara @ 2026-03-02T10:00'];
const ACCEPTED = [...OFFERED, 'shared Mara/Rita, Rita @ 2026-03-02T11:00'];

let baton: TestBaton;
beforeAll(async () => {
  baton = await startTestBaton();
  await withoutRolf(baton);
  const items = [
    { key: 'plans', ask: 'Bring the plans of hall <2>', kind: 'confirm' },
    { key: 'hour', ask: 'Block an hour', kind: 'confirm' },
  ];
  await publishDocument(baton, 'policies', 'prep', [{ key: 'default', items }]);
  await publishDocument(baton, 'templates', 'prepare', {
    subject: 'prepare for {{ prep.items | size }}',
    html: '<p>Before you meet:</p>{{ prep.block }}',
  });
  await publishDocument(baton, 'cadences', 'beside', {
    name: 'Beside sales',
    phase: 'air_cover',
    entry: { field: 'country', op: '=', value: 'DE' },
    window: 'any',
    exits: ['unsubscribed', 'replied'],
    reentry: 'restart',
    steps: [
      { id: 'story', email: { template: 'story', from: 'rep' } },
      { id: 'rest', wait: 'P1D' },
      { id: 'prepare', email: { template: 'prepare' } },
      { id: 'long', wait: 'P30D' },
    ],
  });
});
afterAll(async () => {
  await keepLives(baton, 'air-cover');
  await baton.stop();
});

type Moves = readonly (readonly [at: string, move: () => Promise<unknown>])[];

/** A lead that is offered at ten and accepted at eleven, and what people do then. */
async function story(
  until: string,
  moves: (handoff: TestHandoff, lead: TestLead) => Moves = () => [],
  country = 'DE',
): Promise<TestLead> {
  const lead = await raisedAt(baton, utc('2026-03-02T10:00'), country);
  const handoff = await offerOf(baton, lead);
  const accepted = ['2026-03-02T11:00', () => decide(baton, handoff, 'accept')] as const;
  const planned = [accepted, ...moves(handoff, lead)].map(([at, move]) => ({ at: utc(at), do: move }));
  await baton.virtual.live(lead.id, utc(until), planned);
  return lead;
}

/** A lead of the cadence `patient` whose life starts at that instant. */
async function nurturedAt(start: number): Promise<TestLead> {
  const body = leadBody('patient');
  const { lead } = await baton.app
    .get(LeadsService)
    .create(body as never, { personId: await baton.personId('mara-marketer') }, { clockOffsetMs: start - Date.now() });
  return { id: lead.id, email: String(body['email']), company: String(body['company']) };
}

/** `step @ minute`, of the touches that went out. */
async function touchesOf({ id }: TestLead): Promise<string[]> {
  const rows = await baton.dataSource.query<{ step: string; at: Date }[]>(
    `select step, claimed_at as at from touches where lead_id = $1 and state = 'sent' order by claimed_at`,
    [id],
  );
  return rows.map(({ step, at }) => `${step} @ ${minute(at)}`);
}

/** `cadence: reason @ minute`, or what it does. */
async function enrollmentsOf({ id }: TestLead): Promise<string[]> {
  const rows = await baton.dataSource.query<{ key: string; reason: string | null; at: Date | null; state: string }[]>(
    `select cadence_key as key, exit_reason as reason, ended_at as at, state from enrollments where lead_id = $1 order by no`,
    [id],
  );
  return rows.map(({ key, reason, at, state }) => `${key}: ${at === null ? state : `${reason} @ ${minute(at)}`}`);
}

interface Cover {
  readonly state: string;
  readonly cadence: object | null;
  readonly until: string | null;
  readonly endedAt: string | null;
  readonly exitReason: string | null;
}

/** As the API shows it, by the minute. */
async function coverOf({ id }: TestHandoff): Promise<unknown[]> {
  const { airCover } = (await baton.call<{ airCover: Cover }>('GET', `/v1/handoffs/${id}`)).body;
  const { state, cadence, until, endedAt, exitReason } = airCover;
  return [state, cadence, minute(until), minute(endedAt), exitReason];
}

describe('an air cover', () => {
  it('writes beside sales from when the acceptance stands until the grace is over, as the rep where a step says so', async () => {
    const seen: unknown[] = [];
    const lead = await story('2026-03-06T10:00', (handoff) => [
      ['2026-03-02T11:01', async () => seen.push(await coverOf(handoff))],
      ['2026-03-02T12:00', () => decide(baton, handoff, 'touches', { disposition: 'talked' })],
      ['2026-03-02T12:01', async () => seen.push(await coverOf(handoff))],
      ['2026-03-05T10:00', async () => seen.push(await coverOf(handoff))],
    ]);
    expect(await touchesOf(lead)).toEqual(['story @ 2026-03-02T11:05', 'prepare @ 2026-03-03T11:05']);
    expect(await enrollmentsOf(lead)).toEqual(['beside: handed_over @ 2026-03-04T11:00']);
    expect(await custodyOf(baton, lead)).toEqual([...ACCEPTED, 'sales -/Rita, Rita @ 2026-03-02T12:00']);
    // The mail about the checklist, which comes by itself, is from the rep too.
    const [first, second] = [await mailOf(lead, 'story'), await mailOf(lead, 'prepare')];
    expect([first.from, second.from].map(String)).toEqual([
      expect.stringContaining('rita@testwerk.example'),
      expect.not.stringContaining('rita@testwerk.example'),
    ]);
    expect(second.subject).toBe('prepare for 2');
    expect(second.html).toContain('<li style="margin:6px 0">Bring the plans of hall &lt;2&gt;</li>');
    expect(second.text).toContain('Bring the plans of hall <2>');
    const [, page = ''] = /href="[^"]*(\/p\/[^"]+)"/.exec(second.html ?? '') ?? [];
    expect((await baton.call('GET', page, undefined, { key: '' })).text).toContain('Block an hour');
    const cadence = { key: 'beside', name: 'Beside sales', version: 1 };
    const until = '2026-03-04T11:00';
    expect(seen).toEqual([
      ['planned', null, until, null, null],
      ['running', cadence, until, null, null],
      ['ended', cadence, null, until, 'handed_over'],
    ]);
  });

  it('ends when the rep presses the button, which the page has only while there is something to stop', async () => {
    const pages: string[] = [];
    let again: number | undefined;
    const lead = await story('2026-03-06T10:00', (handoff) => {
      const page = offerPage(baton, handoff);
      return [
        [
          '2026-03-02T12:00',
          async () => pages.push((await page.open()).text, (await page.send({ choice: 'stop_air_cover' })).text),
        ],
        ['2026-03-02T12:01', async () => (again = (await decide(baton, handoff, 'stop-air-cover')).status)],
        ['2026-03-02T12:02', async () => pages.push((await page.open()).text)],
      ];
    });
    const [running, stopped, after] = pages;
    expect(running).toContain('value="stop_air_cover"');
    expect(running).toContain('Marketing goes on writing to this lead beside you (Beside sales)');
    expect(stopped).toContain('Marketing writes nothing more to this lead while you have it.');
    expect(after).toContain('Marketing has stopped writing (you or your team stopped it)');
    expect(after).not.toContain('value="stop_air_cover"');
    expect(again).toBe(200);
    expect(await touchesOf(lead)).toEqual(['story @ 2026-03-02T11:05']);
    expect(await enrollmentsOf(lead)).toEqual(['beside: stopped_by_sales @ 2026-03-02T12:00']);
    expect(await noticesOf(baton, lead)).toContain('first_touch_reminder rita @ 2026-03-02T17:00');
  });

  it('stopped before it begins never writes, and begins after an acceptance that was undone and given anew', async () => {
    const lead = await story('2026-03-03T10:00', (handoff) => [
      ['2026-03-02T11:01', () => decide(baton, handoff, 'stop-air-cover')],
      ['2026-03-02T11:02', () => decide(baton, handoff, 'undo')],
      ['2026-03-02T11:10', () => decide(baton, handoff, 'accept')],
    ]);
    expect(await touchesOf(lead)).toEqual(['story @ 2026-03-02T11:15']);
    const stopped = await story('2026-03-03T10:00', (handoff) => [
      ['2026-03-02T11:01', () => decide(baton, handoff, 'stop-air-cover')],
    ]);
    expect(await touchesOf(stopped)).toEqual([]);
    expect(await enrollmentsOf(stopped)).toEqual([]);
  });

  it('ends with a reply, of which the rep is told', async () => {
    const lead = await story('2026-03-04T10:00', (_handoff, covered) => [
      ['2026-03-02T13:00', () => engage(baton, covered, 'email_reply', { occurredAt: '2026-03-02T13:00:00Z' })],
    ]);
    expect(await touchesOf(lead)).toEqual(['story @ 2026-03-02T11:05']);
    expect(await enrollmentsOf(lead)).toEqual(['beside: replied @ 2026-03-02T13:00']);
    expect((await noticesOf(baton, lead)).filter((notice) => notice.startsWith('reply'))).toEqual([
      'reply rita @ 2026-03-02T13:00',
    ]);
    const [told] = await noticesAbout(lead, 'Replied');
    expect(told?.text).toContain('the answer is yours');
  });

  it('does not begin when the lead has replied to the rep before', async () => {
    const lead = await story('2026-03-03T10:00', (_handoff, covered) => [
      ['2026-03-02T11:03', () => engage(baton, covered, 'email_reply', { occurredAt: '2026-03-02T11:03:00Z' })],
    ]);
    expect([await touchesOf(lead), await enrollmentsOf(lead)]).toEqual([[], []]);
  });

  it('ends when the lead goes back, and begins anew with the next acceptance; what was sent is not sent again', async () => {
    const lead = await story('2026-03-10T10:00', (handoff, covered) => [
      ['2026-03-02T13:00', () => decide(baton, handoff, 'return', { reason: 'premature' })],
      ['2026-03-02T14:00', () => decide(baton, handoff, 'acknowledge-return')],
      ['2026-03-05T09:00', () => engage(baton, covered, 'quote_request', { occurredAt: '2026-03-05T09:00:00Z' })],
      ['2026-03-05T09:30', async () => decide(baton, await offerOf(baton, covered, 2), 'accept')],
    ]);
    const offers = await baton.dataSource.query<TestHandoff[]>(
      'select id from handoffs where lead_id = $1 order by no',
      [lead.id],
    );
    // Each handoff shows its own.
    const covers = await Promise.all(offers.map(coverOf));
    expect(covers.map(([state, , , endedAt, why]) => [state, endedAt, why])).toEqual([
      ['ended', '2026-03-02T13:00', 'returned'],
      ['ended', '2026-03-07T09:30', 'handed_over'],
    ]);
    const [first, , again] = await enrollmentsOf(lead);
    expect([first, again]).toEqual(['beside: returned @ 2026-03-02T13:00', 'beside: handed_over @ 2026-03-07T09:30']);
    const touches = (await touchesOf(lead)).filter((touch) => /story|prepare/.test(touch));
    expect(touches).toEqual(['story @ 2026-03-02T11:05', 'prepare @ 2026-03-06T09:35']);
  });

  it('waits for nothing of marketing’s own cadence, which resumes after a return with the time that was left', async () => {
    const lead = await nurturedAt(utc('2026-03-02T09:00'));
    const handoff: { id?: TestHandoff } = {};
    const offered = async () => (handoff.id ??= await offerOf(baton, lead));
    await baton.virtual.live(lead.id, utc('2026-03-06T10:00'), [
      {
        at: utc('2026-03-02T10:00'),
        do: () => engage(baton, lead, 'demo_request', { occurredAt: '2026-03-02T10:00:00Z' }),
      },
      { at: utc('2026-03-02T11:00'), do: async () => decide(baton, await offered(), 'accept') },
      {
        at: utc('2026-03-02T13:00'),
        do: async () => decide(baton, await offered(), 'return', { reason: 'premature' }),
      },
      { at: utc('2026-03-02T14:00'), do: async () => decide(baton, await offered(), 'acknowledge-return') },
    ]);
    // Three days from nine o'clock, of which an hour had passed at ten: 71 hours from 14:00.
    const expected = ['welcome @ 2026-03-02T09:00', 'story @ 2026-03-02T11:05', 'reminder @ 2026-03-05T13:00'];
    expect(await touchesOf(lead)).toEqual(expected);
    expect(await enrollmentsOf(lead)).toEqual(['patient: running', 'beside: returned @ 2026-03-02T13:00']);
  });

  it('takes no lead that its entry leaves out: there is nothing to stop', async () => {
    let refused: { status: number; text: string } | undefined;
    const lead = await story(
      '2026-03-03T10:00',
      (handoff) => [
        ['2026-03-02T12:00', async () => (refused = await decide(baton, handoff, 'stop-air-cover', {}, 409))],
      ],
      'AT',
    );
    expect(await touchesOf(lead)).toEqual([]);
    expect(refused?.text).toContain('Marketing writes nothing to this lead now, and nothing is planned.');
  });

  it('is not published with a step that offers, and no other way into it is', async () => {
    const body = {
      key: 'offers',
      name: 'O',
      phase: 'air_cover',
      window: 'any',
      steps: [{ id: 'o', offer: { reason: 'r' } }],
    };
    await baton.call('PUT', '/v1/cadences/offers/draft', body);
    const { status, text } = await baton.call('POST', '/v1/cadences/offers/publish', {});
    expect([status, text]).toEqual([422, expect.stringContaining('offer_in_air_cover')]);
  });
});
