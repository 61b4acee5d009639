// Every edge of the transition table, taken on the real server through the API and virtual time.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TRANSITIONS } from '../../domain/lead/lead-state.js';
import { leadWorkflowId } from '../../workflows/contracts/lead-lifecycle.contract.js';
import { keepGolden, keepLives } from '../support/histories.js';
import { atStep, decide, engage, newLead, offerOf, qualify, type TestLead } from '../support/lead-steps.js';
import { waitFor } from '../support/stack.js';
import { type Answer, startTestBaton, type TestBaton } from '../support/test-baton.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let baton: TestBaton;
beforeAll(async () => {
  baton = await startTestBaton();
});
afterAll(async () => {
  await keepLives(baton, 'edges');
  await baton.stop();
});

interface Told {
  readonly state: string;
  readonly at: string;
}

/** `POST /v1/leads/{id}/<order>`; throws when the status is not the expected one. */
async function order(lead: TestLead, what: string, body: object = {}, status = 200): Promise<Answer<Told>> {
  const answer = await baton.call<Told>('POST', `/v1/leads/${lead.id}/${what}`, body);
  if (answer.status !== status) throw new Error(`${what} answered ${answer.status}: ${answer.text}`);
  return answer;
}

const patient = (more: Record<string, unknown> = {}) => newLead(baton, 'patient', more);

/** Its country is mandatory in the packet, so nobody is offered it. */
const incomplete = () =>
  patient({ country: undefined, handRaise: { kind: 'demo_request', purpose: 'a visit' } }).then((lead) =>
    inState(lead, 'qualified'),
  );

async function inState(lead: TestLead, state: string): Promise<TestLead> {
  await baton.inState(lead.id, state);
  await baton.virtual.settled(lead.id);
  return lead;
}

const nurtured = async () => inState(await patient(), 'nurturing');

async function offered(): Promise<TestLead> {
  const lead = await patient({ handRaise: { kind: 'demo_request', purpose: 'a visit' } });
  await offerOf(baton, lead);
  return lead;
}

async function accepted(): Promise<TestLead> {
  const lead = await offered();
  await decide(baton, await offerOf(baton, lead), 'accept');
  return inState(lead, 'accepted');
}

async function rejected(reason: string): Promise<TestLead> {
  const lead = await offered();
  await decide(baton, await offerOf(baton, lead), 'reject', { reason });
  return inState(lead, 'returning');
}

const acknowledge = async (lead: TestLead): Promise<Answer> =>
  baton.call('POST', `/v1/handoffs/${(await latest(lead)).id}/acknowledge-return`, {});

async function working(): Promise<TestLead> {
  const lead = await accepted();
  await decide(baton, await latest(lead), 'touches', { disposition: 'talked' });
  return inState(lead, 'working');
}

async function closed(lead: TestLead, outcome: 'won' | 'lost', reason?: string): Promise<TestLead> {
  const value = outcome === 'won' ? { value: { amount: '100.00', currency: 'EUR' } } : { reason };
  await order(lead, 'outcome', { outcome, ...value });
  await baton.inState(lead.id, outcome);
  return lead;
}

async function latest(lead: TestLead) {
  const [row] = await baton.dataSource.query<{ id: string; no: number; state: string; assigneeId: string }[]>(
    `select id, no, state, assignee_id as "assigneeId" from handoffs where lead_id = $1 order by no desc limit 1`,
    [lead.id],
  );
  if (row === undefined) throw new Error(`${lead.email} was never offered`);
  return row;
}

async function sentences(lead: TestLead): Promise<string[]> {
  const answer = await baton.call<{ items: { sentence: string }[] }>('GET', `/v1/leads/${lead.id}/timeline?limit=200`);
  return answer.body.items.map((item) => item.sentence);
}

/** Does it while no worker is there, so that the lead is still raw. */
async function whileRaw(what: string): Promise<TestLead> {
  await baton.stopWorker();
  const lead = await patient();
  // A worker that takes long to come makes this a 503; the command stands all the same.
  const answer = baton.call('POST', `/v1/leads/${lead.id}/${what}`, {});
  const handle = baton.client.workflow.getHandle(leadWorkflowId(lead.id));
  await waitFor(() => handle.describe().catch(() => undefined), { what: 'its workflow is started' });
  await baton.startWorker();
  expect([200, 503]).toContain((await answer).status);
  await baton.inState(lead.id, 'disqualified', 'erased');
  return lead;
}

describe('one long life', () => {
  it('goes to sales and back by every way there is, and ends won', async () => {
    const lead = await nurtured();
    const first = await qualify(baton, lead);
    await decide(baton, first, 'accept');
    await decide(baton, first, 'undo', { note: 'the wrong one' });
    await inState(lead, 'offered');
    await decide(baton, first, 'undo');
    await decide(baton, first, 'reject', { reason: 'premature' });
    await decide(baton, first, 'undo');
    await inState(lead, 'offered');
    const reps = [await baton.personId('rita-rep'), await baton.personId('rolf-rep')];
    await decide(baton, first, 'reassign', { to: reps.find((id) => id !== first.assigneeId) });
    const second = await offerOf(baton, lead, 2);
    await decide(baton, second, 'accept');
    await decide(baton, second, 'touches', { disposition: 'talked' });
    await inState(lead, 'working');
    await decide(baton, second, 'return', { reason: 'premature' });
    await inState(lead, 'returning');
    await decide(baton, second, 'undo', {}, 409);
    expect((await acknowledge(lead)).status).toBe(200);

    await inState(lead, 'nurturing');
    await engage(baton, lead, 'demo_request');
    const third = await offerOf(baton, lead, 3);
    await decide(baton, third, 'withdraw', { note: 'too early' });
    await inState(lead, 'nurturing');
    const refused = await baton.call<{ detail: string; decidedBy: { name: string } }>(
      'POST',
      `/v1/handoffs/${third.id}/accept`,
      {},
    );
    expect(refused.status).toBe(409);
    expect(refused.body.decidedBy.name).toBe('Olga Owner');

    await order(lead, 'offer', { reason: 'met the buyer' });
    expect((await order(lead, 'offer', { reason: 'met the buyer' })).body.state).toMatch(/qualified|offered/);
    const fourth = await offerOf(baton, lead, 4);
    const told = await baton.call<{ qualifiedBy: string; packet: { whyNow: string } }>(
      'GET',
      `/v1/handoffs/${fourth.id}`,
    );
    expect(told.body.qualifiedBy).toBe('person');
    expect(told.body.packet.whyNow).toMatch(/met the buyer|Asked for a demo/);
    await decide(baton, fourth, 'accept');
    await decide(baton, fourth, 'return', { reason: 'premature' });
    await inState(lead, 'returning');
    await engage(baton, lead, 'quote_request');
    const raised = async () => (await baton.virtual.settled(lead.id)).process.returning?.raised;
    await waitFor(raised, { what: 'its process knows of the hand-raise' });
    expect((await acknowledge(lead)).status).toBe(200);
    await decide(baton, await offerOf(baton, lead, 5), 'accept');
    await closed(lead, 'won');
    await order(lead, 'reopen', { reason: 'a mistake' }, 409);
    // Erasing starts another chain of runs.
    await keepGolden(baton.client, 'long-life', lead);

    const happened = await sentences(lead);
    expect(happened).toEqual(
      expect.arrayContaining([
        'Took back the decision on handoff 1',
        'Withdrawn handoff 3',
        'Pushed to sales by hand, handoff 4',
        'Given back handoff 4: premature',
      ]),
    );
    await order(lead, 'erase');
  });
});

describe('a lead that is not offered yet', () => {
  it('is taken back, disqualified, and opened again', async () => {
    const lead = await incomplete();
    await order(lead, 'withdraw', { note: 'no country' });
    await inState(lead, 'nurturing');
    await order(lead, 'disqualify');
    await baton.inState(lead.id, 'disqualified');
    await keepGolden(baton.client, 'taken-back', lead);
    await order(lead, 'reopen', {}, 422);
    await order(lead, 'reopen', { reason: 'they called' });
    await inState(lead, 'nurturing');
    const explained = await baton.call<{ because: string[] }>('GET', `/v1/leads/${lead.id}/explain`);
    expect(explained.body.because.join(' ')).toContain('Olga Owner reopened it on ');
    await order(lead, 'erase');
  });

  it('is disqualified where it stands', async () => {
    const lead = await incomplete();
    await order(lead, 'disqualify', { note: 'a competitor' });
    await baton.inState(lead.id, 'disqualified');
    await order(lead, 'erase');
  });

  it('is erased where it stands', async () => {
    await order(await incomplete(), 'erase');
  });

  it('is disqualified, or erased, before its process has looked at it', async () => {
    await whileRaw('disqualify');
    await whileRaw('erase');
  });

  it('fails its checks for good when its address is to be forgotten and there is no other way to it', async () => {
    const lead = await nurtured();
    await order(lead, 'erase');
    const again = await baton.call<{ lead: { id: string; contactable: boolean }; decision: { state: string } }>(
      'POST',
      '/v1/leads',
      { email: lead.email, source: 'patient', consent: { basis: 'contract', at: '2026-01-01T00:00:00Z' } },
    );
    expect(again.body).toMatchObject({ lead: { contactable: false }, decision: { state: 'disqualified' } });
    expect(again.body.lead.id).not.toBe(lead.id);
    await baton.inState(again.body.lead.id, 'disqualified');
  });

  it('is offered by a step of its cadence, and goes on with the next one when it comes back', async () => {
    const lead = await newLead(baton, 'handover');
    const handoff = await offerOf(baton, lead);
    const told = await baton.call<{ qualifiedBy: string; packet: { whyNow: string } }>(
      'GET',
      `/v1/handoffs/${handoff.id}`,
    );
    expect(told.body.qualifiedBy).toBe('step');
    expect(told.body.packet.whyNow).toBe('A cadence step hands it over: asked for a visit at the fair.');
    await decide(baton, handoff, 'withdraw');
    await atStep(baton, lead, 'rest');
  });
});

describe('an open offer', () => {
  it('is disqualified, or erased', async () => {
    await order(await offered(), 'disqualify');
    await order(await offered(), 'erase');
  });

  it('runs out', async () => {
    const lead = await offered();
    await baton.virtual.live(lead.id, Date.now() + 9 * HOUR);
    await baton.inState(lead.id, 'returning');
  });
});

describe('in sales', () => {
  it('a lead is won or lost before and after the first touch', async () => {
    await closed(await accepted(), 'lost', 'out_of_area');
    await closed(await working(), 'won');
  });

  it('a lost lead comes back at its date, or by a hand-raise', async () => {
    const asked = await closed(await working(), 'lost', 'not_ready');
    await baton.virtual.settled(asked.id);
    await engage(baton, asked, 'demo_request');
    await offerOf(baton, asked, 2);
    const waited = await closed(await working(), 'lost', 'not_ready');
    await baton.virtual.live(waited.id, Date.now() + 31 * DAY);
    await baton.inState(waited.id, 'nurturing');
  });

  it('a lead is erased in every state', async () => {
    for (const lead of [await accepted(), await working(), await rejected('premature')]) {
      await order(lead, 'erase');
      await baton.inState(lead.id, 'erased');
    }
    const lost = await closed(await accepted(), 'lost', 'out_of_area');
    await order(lost, 'erase');
  });

  it('the policy disqualifies for a reason', async () => {
    const lead = await rejected('out_of_area');
    expect((await acknowledge(lead)).status).toBe(200);
    await baton.inState(lead.id, 'disqualified');
  });
});

describe('the transition table', () => {
  it('has no edge that was not taken, and none was taken that it does not have', async () => {
    const taken = await baton.dataSource.query<{ edge: string }[]>(
      `select distinct concat(data->>'from', ' → ', data->>'to', ' (', data->>'cause', ')') as edge
         from lead_records where kind = 'state' order by edge`,
    );
    const table = TRANSITIONS.map(({ from, to, cause }) => `${from} → ${to} (${cause})`).sort();
    expect(taken.map(({ edge }) => edge).sort()).toEqual(table);
  });
});
