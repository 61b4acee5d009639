// The ways out of an open or accepted handoff that no longer story takes, each with custody, instants and mails by hand.
// Offered on Monday 2 March 2026 at 10:00 UTC to a rep who is always there: the answer is due at 14:00, a reminder at 12:00.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { leadWorkflowId } from '../../workflows/contracts/lead-lifecycle.contract.js';
import { decide, engage, offerOf, type TestHandoff, type TestLead } from '../support/lead-steps.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';
import {
  type CustodyItem,
  custodyOf,
  handoffsOf,
  minute,
  noticesOf,
  raisedAt,
  withoutRolf,
} from '../support/zone-records.js';

const utc = (text: string): number => Date.parse(`${text}:00Z`);
const START = utc('2026-03-02T10:00');
const OFFERED = ['marketing Mara/-, Mara @ 2026-03-02T10:00', 'shared Mara/Rita, Mara @ 2026-03-02T10:00'];
const ACCEPTED = [...OFFERED, 'shared Mara/Rita, Rita @ 2026-03-02T11:00'];
const OFFER = 'offer rita @ 2026-03-02T10:00';
const row = (state: string, decided: string | null, no = 1, offered = '2026-03-02T10:00', due = '2026-03-02T14:00') => [
  ...[no, state, 'rita-rep', offered, due, decided],
];

let baton: TestBaton;
beforeAll(async () => {
  baton = await startTestBaton();
  await withoutRolf(baton);
});
afterAll(() => baton.stop());

type Moves = readonly (readonly [at: string, move: () => Promise<unknown>])[];

/** A lead that is offered at ten, and what people do then. */
async function story(until: string, moves: (handoff: TestHandoff, lead: TestLead) => Moves): Promise<TestLead> {
  const lead = await raisedAt(baton, START);
  const handoff = await offerOf(baton, lead);
  const planned = moves(handoff, lead).map(([at, move]) => ({ at: utc(at), do: move }));
  await baton.virtual.live(lead.id, utc(until), planned);
  return lead;
}

const call = async (path: string, body: object): Promise<void> => {
  const { status, text } = await baton.call('POST', path, body);
  if (status !== 200 && status !== 202) throw new Error(`${path} answered ${status}: ${text}`);
};
const outcome = (lead: TestLead, body: object) => call(`/v1/leads/${lead.id}/outcome`, body);

describe('an offer', () => {
  it('whose acceptance is undone is offered as before, and the ladder has run on', async () => {
    const lead = await story('2026-03-02T12:30', (handoff) => [
      ['2026-03-02T11:00', () => decide(baton, handoff, 'accept')],
      ['2026-03-02T11:03', () => decide(baton, handoff, 'undo')],
    ]);
    expect(await handoffsOf(baton, lead)).toEqual([row('offered', null)]);
    expect(await custodyOf(baton, lead)).toEqual([...ACCEPTED, 'shared Mara/Rita, Mara @ 2026-03-02T11:03']);
    expect(await noticesOf(baton, lead)).toEqual([OFFER, 'reminder rita @ 2026-03-02T12:00']);
  });

  it('whose rejection is undone is offered as before; marketing was told at once', async () => {
    const lead = await story('2026-03-02T12:30', (handoff) => [
      ['2026-03-02T11:00', () => decide(baton, handoff, 'reject', { reason: 'premature' })],
      ['2026-03-02T11:03', () => decide(baton, handoff, 'undo')],
    ]);
    expect(await handoffsOf(baton, lead)).toEqual([row('offered', null)]);
    expect(await custodyOf(baton, lead)).toEqual(OFFERED);
    expect(await noticesOf(baton, lead)).toEqual([
      OFFER,
      'return_to_acknowledge mara @ 2026-03-02T11:00',
      'reminder rita @ 2026-03-02T12:00',
    ]);
  });

  it('that marketing withdraws is marketing’s again', async () => {
    const lead = await story('2026-03-02T15:00', (handoff) => [
      ['2026-03-02T11:00', () => decide(baton, handoff, 'withdraw', { note: 'too early' })],
    ]);
    await baton.inState(lead.id, 'nurturing');
    expect(await handoffsOf(baton, lead)).toEqual([row('withdrawn', '2026-03-02T11:00')]);
    expect(await custodyOf(baton, lead)).toEqual([...OFFERED, 'marketing Mara/-, Mara @ 2026-03-02T11:00']);
    expect(await noticesOf(baton, lead)).toEqual([OFFER]);
  });

  it('of a lead that is disqualified ends with it', async () => {
    const lead = await story('2026-03-02T11:00', (_handoff, { id }) => [
      ['2026-03-02T11:00', () => call(`/v1/leads/${id}/disqualify`, { note: 'a student' })],
    ]);
    await baton.inState(lead.id, 'disqualified');
    expect(await handoffsOf(baton, lead)).toEqual([row('withdrawn', '2026-03-02T11:00')]);
    expect(await custodyOf(baton, lead)).toEqual([...OFFERED, 'marketing Mara/-, Mara @ 2026-03-02T11:00']);
    expect(await noticesOf(baton, lead)).toEqual([OFFER]);
  });
});

describe('a lead on its way back', () => {
  it('is disqualified where the policy says so, when marketing has taken it and not before', async () => {
    const early: unknown[] = [];
    const lead = await story('2026-03-02T15:00', (handoff, { id }) => [
      ['2026-03-02T11:00', () => decide(baton, handoff, 'reject', { reason: 'out_of_area' })],
      [
        '2026-03-02T12:00',
        async () => early.push((await baton.call('POST', `/v1/leads/${id}/disqualify`, { note: 'a student' })).status),
      ],
      ['2026-03-02T14:30', () => decide(baton, handoff, 'acknowledge-return')],
    ]);
    await baton.inState(lead.id, 'disqualified');
    // By hand neither: both names stand on it until marketing has taken it.
    expect(early).toEqual([409]);
    expect(await handoffsOf(baton, lead)).toEqual([row('rejected', '2026-03-02T11:00')]);
    expect(await custodyOf(baton, lead)).toEqual([...OFFERED, 'marketing Mara/-, Mara @ 2026-03-02T14:30']);
    expect(await noticesOf(baton, lead)).toEqual([OFFER, 'return_to_acknowledge mara @ 2026-03-02T11:00']);
  });
});

describe('a lost lead', () => {
  it('that is erased before its date has neither a process nor a mail any more, and its custody ends', async () => {
    const lead = await story('2026-03-05T09:00', (handoff, lost) => [
      ['2026-03-02T11:00', () => decide(baton, handoff, 'accept')],
      ['2026-03-02T12:00', () => outcome(lost, { outcome: 'lost', reason: 'not_ready' })],
      ['2026-03-05T09:00', () => call(`/v1/leads/${lost.id}/erase`, {})],
    ]);
    await baton.inState(lead.id, 'erased');
    const { body } = await baton.call<{ items: CustodyItem[] }>('GET', `/v1/leads/${lead.id}/custody`);
    expect(body.items.map(({ custody, since, until }) => [custody, minute(since), minute(until)])).toEqual([
      ['marketing', '2026-03-02T10:00', '2026-03-02T10:00'],
      ['shared', '2026-03-02T10:00', '2026-03-02T11:00'],
      ['shared', '2026-03-02T11:00', '2026-03-02T12:00'],
      ['marketing', '2026-03-02T12:00', '2026-03-05T09:00'],
    ]);
    expect(await noticesOf(baton, lead)).toEqual([OFFER]);
    const { status } = await baton.client.workflow.getHandle(leadWorkflowId(lead.id)).describe();
    expect(status.name).toBe('COMPLETED');
  });
});

describe('an accepted lead', () => {
  it('is won without a first touch', async () => {
    const lead = await story('2026-03-02T12:00', (handoff, won) => [
      ['2026-03-02T11:00', () => decide(baton, handoff, 'accept')],
      ['2026-03-02T12:00', () => outcome(won, { outcome: 'won' })],
    ]);
    await baton.inState(lead.id, 'won');
    expect(await handoffsOf(baton, lead)).toEqual([row('accepted', '2026-03-02T11:00')]);
    expect(await custodyOf(baton, lead)).toEqual([...ACCEPTED, 'sales -/Rita, Rita @ 2026-03-02T12:00']);
    expect(await noticesOf(baton, lead)).toEqual([OFFER]);
  });

  it('is lost without a first touch, raises its hand before its date, and is offered anew at once', async () => {
    const lead = await story('2026-03-05T09:01', (handoff, lost) => [
      ['2026-03-02T11:00', () => decide(baton, handoff, 'accept')],
      ['2026-03-02T12:00', () => outcome(lost, { outcome: 'lost', reason: 'not_ready' })],
      ['2026-03-05T09:00', () => engage(baton, lost, 'quote_request', { occurredAt: '2026-03-05T09:00:00Z' })],
    ]);
    await offerOf(baton, lead, 2);
    expect(await handoffsOf(baton, lead)).toEqual([
      row('accepted', '2026-03-02T11:00'),
      row('offered', null, 2, '2026-03-05T09:00', '2026-03-05T13:00'),
    ]);
    expect(await custodyOf(baton, lead)).toEqual([
      ...ACCEPTED,
      'marketing Mara/-, Mara @ 2026-03-02T12:00',
      'shared Mara/Rita, Mara @ 2026-03-05T09:00',
    ]);
    expect(await noticesOf(baton, lead)).toEqual([OFFER, 'offer rita @ 2026-03-05T09:00']);
  });

  it('is given back after the grace: both names stand until marketing has taken it', async () => {
    const lead = await story('2026-03-05T10:30', (handoff) => [
      ['2026-03-02T11:00', () => decide(baton, handoff, 'accept')],
      ['2026-03-02T12:00', () => decide(baton, handoff, 'touches', { disposition: 'talked' })],
      ['2026-03-05T09:00', () => decide(baton, handoff, 'return', { reason: 'premature' })],
      ['2026-03-05T10:00', () => decide(baton, handoff, 'acknowledge-return')],
    ]);
    await baton.inState(lead.id, 'nurturing');
    expect(await handoffsOf(baton, lead)).toEqual([row('accepted', '2026-03-02T11:00')]);
    expect(await custodyOf(baton, lead)).toEqual([
      ...ACCEPTED,
      'sales -/Rita, Rita @ 2026-03-02T12:00',
      'shared Mara/Rita, Rita @ 2026-03-05T09:00',
      'marketing Mara/-, Mara @ 2026-03-05T10:00',
    ]);
    expect(await noticesOf(baton, lead)).toEqual([OFFER, 'return_to_acknowledge mara @ 2026-03-05T09:00']);
  });
});
