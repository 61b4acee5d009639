// Stories of the zone, in virtual time and with real calls, against instants, custody and mails by hand.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decide, engage, newLead, offerOf, type TestHandoff } from '../support/lead-steps.js';
import { offerPage } from '../support/signed-pages.js';
import { publishDocument } from '../support/publish-document.js';
import { type Answer, startTestBaton, type TestBaton } from '../support/test-baton.js';
import { custodyOf, handoffsOf, minute, noticesOf, raisedAt } from '../support/zone-records.js';

const utc = (text: string): number => Date.parse(`${text}:00Z`);

let baton: TestBaton;
beforeAll(async () => {
  baton = await startTestBaton();
  const weekdays = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:00' };
  await put('calendars/new-york', {
    ...weekdays,
    holidays: [
      { date: '2026-11-26', name: 'Thanksgiving' },
      { date: '2026-11-27', name: 'Day after Thanksgiving' },
    ],
  });
  await put('calendars/berlin', { ...weekdays, holidays: [{ date: '2026-04-03', name: 'Good Friday' }] });
  await publishDocument(baton, 'policies', 'sla', {
    accept: {
      within: 'PT4H',
      rungs: [
        { after: 'PT2H', do: 'remind' },
        { after: 'PT4H', do: 'escalate' },
        { after: 'PT7H', do: 'return' },
      ],
      then: 'return',
    },
    firstTouch: { within: 'PT8H', rungs: [{ after: 'PT6H', do: 'remind' }] },
    acknowledge: { within: 'PT8H', rungs: [{ after: 'PT8H', do: 'escalate' }] },
    grace: 'P2D',
  });
  await publishDocument(baton, 'policies', 'recycle', {
    not_ready: { to: 'resume', earliestAfter: 'P90D', score: 0.5, credit: 'keep', maxLoops: 3, then: 'review' },
    premature: { to: 'resume', score: 1, credit: 'keep', maxLoops: 2, then: 'review' },
  });
});
afterAll(() => baton.stop());

async function put(path: string, body: object): Promise<void> {
  const answer = await baton.call('PUT', `/v1/${path}`, body);
  if (answer.status !== 200) throw new Error(`PUT ${path} answered ${answer.status}: ${answer.text}`);
}

/** Who of the reps is there, in which zone and hours. */
async function reps(working: Readonly<Record<string, { zone: string; calendar: string }>>): Promise<void> {
  for (const key of ['rita-rep', 'rolf-rep']) {
    const { body } = await baton.call<Record<string, unknown>>('GET', `/v1/people/${key}`);
    const { id: _id, key: _key, deputy: _deputy, ...person } = body;
    await put(`people/${key}`, { ...person, ...working[key], active: working[key] !== undefined });
  }
}

const ALWAYS = { zone: 'Europe/Berlin', calendar: 'always' };

describe('nobody at work over a holiday weekend in another zone', () => {
  it('queues until Monday, climbs the ladder in the hours of New York, and stays with both while marketing is silent', async () => {
    await reps({ 'rita-rep': { zone: 'America/New_York', calendar: 'new-york' } });
    // Wednesday 18:30 EST: Thursday and Friday are holidays.
    const lead = await raisedAt(baton, utc('2026-11-25T23:30'), 'US');
    await baton.virtual.live(lead.id, utc('2026-12-02T12:00'));
    await baton.inState(lead.id, 'returning');
    expect(await handoffsOf(baton, lead)).toEqual([
      // Monday 09:00 EST, due at 13:00; seven business hours end at 16:00.
      [1, 'expired', 'rita-rep', '2026-11-30T14:00', '2026-11-30T18:00', '2026-11-30T21:00'],
    ]);
    expect(await custodyOf(baton, lead)).toEqual([
      'marketing Mara/-, Mara @ 2026-11-25T23:30',
      'shared Mara/Rita, Mara @ 2026-11-30T14:00',
    ]);
    expect(await noticesOf(baton, lead)).toEqual([
      'queued theo @ 2026-11-25T23:30',
      'offer rita @ 2026-11-30T14:00',
      'reminder rita @ 2026-11-30T16:00',
      'escalation olga @ 2026-11-30T18:00',
      'expired rita @ 2026-11-30T21:00',
      'return_to_acknowledge mara @ 2026-11-30T21:00',
      // Mara is there around the clock: eight hours later, once.
      'acknowledge_escalation olga @ 2026-12-01T05:00',
    ]);
  }, 120_000);
});

describe('lost and recycled a quarter later', () => {
  it('waits ninety calendar days in Berlin, over the change of the clocks', async () => {
    await reps({ 'rolf-rep': { zone: 'Europe/Berlin', calendar: 'berlin' } });
    // Monday 11:00 CET.
    const lead = await raisedAt(baton, utc('2026-03-02T10:00'), 'DE');
    const first = await offerOf(baton, lead);
    await baton.virtual.live(lead.id, utc('2026-06-02T10:00'), [
      { at: utc('2026-03-02T11:00'), do: () => decide(baton, first, 'accept') },
      { at: utc('2026-03-02T15:00'), do: () => decide(baton, first, 'touches', { disposition: 'talked' }) },
      {
        at: utc('2026-03-03T09:00'),
        do: async () => {
          const body = { outcome: 'lost', reason: 'not_ready' };
          expect((await baton.call('POST', `/v1/leads/${lead.id}/outcome`, body)).status).toBe(200);
        },
      },
    ]);
    await baton.inState(lead.id, 'nurturing');
    expect(await handoffsOf(baton, lead)).toEqual([
      [1, 'accepted', 'rolf-rep', '2026-03-02T10:00', '2026-03-02T14:00', '2026-03-02T11:00'],
    ]);
    expect(await custodyOf(baton, lead)).toEqual([
      'marketing Mara/-, Mara @ 2026-03-02T10:00',
      'shared Mara/Rolf, Mara @ 2026-03-02T10:00',
      'shared Mara/Rolf, Rolf @ 2026-03-02T11:00',
      'sales -/Rolf, Rolf @ 2026-03-02T15:00',
      'marketing Mara/-, Mara @ 2026-03-03T09:00',
    ]);
    const [back] = await baton.dataSource.query<{ at: Date }[]>(
      `select at from lead_records where lead_id = $1 and kind = 'state' and data->>'to' = 'nurturing'`,
      [lead.id],
    );
    // 10:00 CET on 3 March and ninety days: 10:00 CEST on 1 June.
    expect(minute(back?.at ?? null)).toBe('2026-06-01T08:00');
    expect(await noticesOf(baton, lead)).toEqual(['offer rolf @ 2026-03-02T10:00']);
  }, 120_000);
});

describe('an offer that a person passes on', () => {
  it('runs by the hours of who has it now, and the old link says that it moved on', async () => {
    await reps({ 'rita-rep': ALWAYS, 'rolf-rep': { zone: 'America/New_York', calendar: 'new-york' } });
    // Monday 05:00 EST: only Rita is at work.
    const lead = await raisedAt(baton, utc('2026-03-02T10:00'));
    const first = await offerOf(baton, lead);
    const old = offerPage(baton, first);
    const pages: string[] = [];
    await baton.virtual.live(lead.id, utc('2026-03-02T17:30'), [
      {
        at: utc('2026-03-02T11:00'),
        do: () => decide(baton, first, 'reassign', { to: 'rolf-rep', note: 'his account' }),
      },
      { at: utc('2026-03-02T11:01'), do: async () => pages.push((await old.open()).text) },
      {
        at: utc('2026-03-02T17:00'),
        do: async () => {
          const second = await offerOf(baton, lead, 2);
          pages.push((await offerPage(baton, second).open()).text);
          await decide(baton, second, 'accept');
        },
      },
    ]);
    await baton.inState(lead.id, 'accepted');
    // Whether its end was stored before the packet was made or after, it is no open offer.
    expect(pages[1]).toMatch(/Handoff 1: Rita[^<:]*: (passed on|withdrawn)/);
    expect(pages[0]).toContain('This offer moved on to somebody else, Mon 2 Mar 2026, 12:00 CET');
    expect(await handoffsOf(baton, lead)).toEqual([
      [1, 'withdrawn', 'rita-rep', '2026-03-02T10:00', '2026-03-02T14:00', '2026-03-02T11:00'],
      // Four hours from 09:00 EST.
      [2, 'accepted', 'rolf-rep', '2026-03-02T11:00', '2026-03-02T18:00', '2026-03-02T17:00'],
    ]);
    expect(await custodyOf(baton, lead)).toEqual([
      'marketing Mara/-, Mara @ 2026-03-02T10:00',
      'shared Mara/Rita, Mara @ 2026-03-02T10:00',
      'shared Mara/Rolf, Mara @ 2026-03-02T11:00',
      'shared Mara/Rolf, Rolf @ 2026-03-02T17:00',
    ]);
    expect(await noticesOf(baton, lead)).toEqual([
      'offer rita @ 2026-03-02T10:00',
      'offer rolf @ 2026-03-02T11:00',
      // Two hours from 09:00 EST; Rita's would have come at 12:00.
      'reminder rolf @ 2026-03-02T16:00',
    ]);
  });
});

describe('accept and reject from two channels', () => {
  /** The rep presses the button of the page that the mail opens. */
  const accepts = (handoff: TestHandoff): Promise<Answer> => offerPage(baton, handoff).send({ choice: 'today' });

  const rejects = (handoff: TestHandoff): Promise<Answer> =>
    baton.call('POST', `/v1/handoffs/${handoff.id}/reject`, { reason: 'premature' }, { key: baton.keys.sales });

  it.each(['accept', 'reject'] as const)(
    'in the same second count the %s that came first, and tell the other who decided',
    async (won) => {
      await reps({ 'rita-rep': ALWAYS });
      const lead = await raisedAt(baton, utc('2026-03-02T10:00'));
      const handoff = await offerOf(baton, lead);
      const [first, second] = won === 'accept' ? [accepts, rejects] : [rejects, accepts];
      const answers: Answer[] = [];
      const both = async () => answers.push(await first(handoff), await second(handoff));
      await baton.virtual.live(lead.id, utc('2026-03-02T11:00') + 30_000, [{ at: utc('2026-03-02T11:00'), do: both }]);
      expect(answers.map(({ status }) => status)).toEqual([200, 409]);
      expect(answers[1]?.text).toContain(won === 'accept' ? 'Rita Rep accepted' : 'Theo Teamowner rejected');
      const state = won === 'accept' ? 'accepted' : 'rejected';
      const [row] = await baton.dataSource.query<object[]>(
        'select decided_via as via from handoffs where lead_id = $1',
        [lead.id],
      );
      expect(row).toEqual({ via: won === 'accept' ? 'mail' : 'api' });
      expect(await handoffsOf(baton, lead)).toEqual([
        [1, state, 'rita-rep', '2026-03-02T10:00', '2026-03-02T14:00', '2026-03-02T11:00'],
      ]);
      expect(await custodyOf(baton, lead)).toEqual([
        'marketing Mara/-, Mara @ 2026-03-02T10:00',
        'shared Mara/Rita, Mara @ 2026-03-02T10:00',
        ...(won === 'accept' ? ['shared Mara/Rita, Rita @ 2026-03-02T11:00'] : []),
      ]);
      expect(await noticesOf(baton, lead)).toEqual([
        'offer rita @ 2026-03-02T10:00',
        ...(won === 'accept' ? [] : ['return_to_acknowledge mara @ 2026-03-02T11:00']),
      ]);
    },
  );

  it('counts one of two at the same instant', async () => {
    await reps({ 'rita-rep': ALWAYS });
    const lead = await newLead(baton, 'patient', { handRaise: { kind: 'demo_request', purpose: 'a visit' } });
    const handoff = await offerOf(baton, lead);
    const [accepted, rejected] = await Promise.all([accepts(handoff), rejects(handoff)]);
    expect([accepted.status, rejected.status].sort()).toEqual([200, 409]);
    const isIn = accepted.status === 200 ? 'accepted' : 'returning';
    await baton.inState(lead.id, isIn);
    await baton.virtual.settled(lead.id);
    const decisions = await baton.dataSource.query<object[]>(
      `select kind from decisions where lead_id = $1 and kind <> 'qualified'`,
      [lead.id],
    );
    expect(decisions).toEqual([{ kind: isIn === 'accepted' ? 'accepted' : 'rejected' }]);
    const isAccepted = isIn === 'accepted';
    expect(await custodyOf(baton, lead, false)).toEqual([
      ...['marketing Mara/-, Mara', 'shared Mara/Rita, Mara'],
      ...(isAccepted ? ['shared Mara/Rita, Rita'] : []),
    ]);
    expect(await noticesOf(baton, lead, false)).toEqual([
      'offer rita',
      ...(isAccepted ? [] : ['return_to_acknowledge mara']),
    ]);
  });
});

describe('a lead that comes back', () => {
  it('by `premature` and raises its hand meanwhile is offered anew once marketing has acknowledged, not before', async () => {
    await reps({ 'rita-rep': ALWAYS });
    const lead = await raisedAt(baton, utc('2026-03-02T10:00'));
    const first = await offerOf(baton, lead);
    const raises = async () => {
      await engage(baton, lead, 'quote_request', { occurredAt: '2026-03-02T11:30:00Z' });
      await baton.virtual.settled(lead.id);
      expect(await handoffsOf(baton, lead)).toHaveLength(1);
    };
    await baton.virtual.live(lead.id, utc('2026-03-02T12:05'), [
      { at: utc('2026-03-02T11:00'), do: () => decide(baton, first, 'reject', { reason: 'premature' }) },
      { at: utc('2026-03-02T11:30'), do: raises },
      { at: utc('2026-03-02T12:00'), do: () => decide(baton, first, 'acknowledge-return') },
    ]);
    await offerOf(baton, lead, 2);
    expect(await handoffsOf(baton, lead)).toEqual([
      [1, 'rejected', 'rita-rep', '2026-03-02T10:00', '2026-03-02T14:00', '2026-03-02T11:00'],
      [2, 'offered', 'rita-rep', '2026-03-02T12:00', '2026-03-02T16:00', null],
    ]);
    expect(await custodyOf(baton, lead)).toEqual([
      'marketing Mara/-, Mara @ 2026-03-02T10:00',
      'shared Mara/Rita, Mara @ 2026-03-02T10:00',
      'marketing Mara/-, Mara @ 2026-03-02T12:00',
      'shared Mara/Rita, Mara @ 2026-03-02T12:00',
    ]);
    expect(await noticesOf(baton, lead)).toEqual([
      'offer rita @ 2026-03-02T10:00',
      'return_to_acknowledge mara @ 2026-03-02T11:00',
      'offer rita @ 2026-03-02T12:00',
    ]);
  });

  it('a third time, past the two of the policy, waits for a person', async () => {
    await reps({ 'rita-rep': ALWAYS });
    const lead = await raisedAt(baton, utc('2026-03-02T10:00'));
    // Offered on the hour, rejected a quarter past, acknowledged at half past, with its hand raised again for the next.
    const hours = [10, 11, 12];
    for (const [index, hour] of hours.entries()) {
      const at = (text: string): number => utc(`2026-03-02T${hour}:${text}`);
      const handoff = await offerOf(baton, lead, index + 1);
      await baton.virtual.live(lead.id, at('59'), [
        { at: at('15'), do: () => decide(baton, handoff, 'reject', { reason: 'premature' }) },
        { at: at('30'), do: () => decide(baton, handoff, 'acknowledge-return') },
      ]);
      await baton.inState(lead.id, 'nurturing');
      const { process } = await baton.virtual.settled(lead.id);
      expect([process.hold, process.enrollment === undefined]).toEqual(
        index < 2 ? [undefined, false] : ['review', true],
      );
      if (index === 2) break;
      const next = utc(`2026-03-02T${hour + 1}:00`);
      const raise = () => engage(baton, lead, 'demo_request', { occurredAt: new Date(next).toISOString() });
      await baton.virtual.live(lead.id, next + 1_000, [{ at: next, do: raise }]);
    }
    expect(await custodyOf(baton, lead)).toEqual([
      'marketing Mara/-, Mara @ 2026-03-02T10:00',
      ...hours.flatMap((hour) => [
        `shared Mara/Rita, Mara @ 2026-03-02T${hour}:00`,
        `marketing Mara/-, Mara @ 2026-03-02T${hour}:30`,
      ]),
    ]);
    expect(await noticesOf(baton, lead)).toEqual([
      ...hours.flatMap((hour) => [
        `offer rita @ 2026-03-02T${hour}:00`,
        `return_to_acknowledge mara @ 2026-03-02T${hour}:15`,
      ]),
      'review mara @ 2026-03-02T12:30',
    ]);
  }, 60_000);
});
