import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as contract from '../../workflows/contracts/lead-lifecycle.contract.js';
import { replay, runsOf } from '../support/histories.js';
import {
  atStep,
  decide,
  engage,
  mailOf,
  mailsOf,
  newLead,
  noticesAbout,
  offerOf,
  qualify,
  type TestLead,
  uniqueWord,
} from '../support/lead-steps.js';
import { waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

const DAY = 86_400_000;

let baton: TestBaton;
beforeAll(async () => {
  baton = await startTestBaton();
});
afterAll(() => baton.stop());

const handleOf = (lead: TestLead) => baton.client.workflow.getHandle(contract.leadWorkflowId(lead.id));

/** A lead whose workflow goes on in another run after so few events; started before the relay can start it. */
async function shortRunLead(testMaxHistory: number): Promise<TestLead> {
  await baton.stopWorker();
  const lead = await newLead(baton, 'patient');
  const { ioQueue, leadsQueue } = baton.config.temporal;
  const input: contract.LeadLifecycleInput = { v: 1, leadId: lead.id, ioQueue, testMaxHistory };
  const workflowId = contract.leadWorkflowId(lead.id);
  await baton.client.workflow.start(contract.LEAD_LIFECYCLE, { workflowId, taskQueue: leadsQueue, args: [input] });
  await baton.startWorker();
  return lead;
}

interface Custody {
  readonly custody: string;
  readonly since: string;
  readonly until: string | null;
  readonly marketing: { readonly id: string } | null;
  readonly accountable: { readonly id: string } | null;
}

/** Custodies in order, each with the side that answers for the lead; every one begins where the one before ended, and somebody always answers for the lead. */
async function unbrokenCustody(lead: TestLead): Promise<string[]> {
  const { body } = await baton.call<{ items: Custody[] }>('GET', `/v1/leads/${lead.id}/custody`);
  for (const [index, item] of body.items.entries()) {
    expect(item.accountable).not.toBeNull();
    expect(item.until).toBe(body.items[index + 1]?.since ?? null);
  }
  return body.items.map(({ custody, marketing, accountable }) =>
    accountable?.id === marketing?.id ? `${custody}, marketing answers` : `${custody}, sales answers`,
  );
}

const rowsOf = <Row>(sql: string, lead: TestLead): Promise<Row[]> => baton.dataSource.query<Row[]>(sql, [lead.id]);

/** Kinds of what happened, in order; the record has one row for each thing that happened. */
async function recordedKinds(lead: TestLead, ...kinds: string[]): Promise<string[]> {
  const rows = await rowsOf<{ kind: string; what: string | null }>(
    `select kind, coalesce(data->>'to', data->>'step', data->>'decision', data->>'kind') as what
       from lead_records where lead_id = $1 order by rev, n`,
    lead,
  );
  return rows.filter(({ kind }) => kinds.includes(kind)).map(({ kind, what }) => `${kind} ${what}`);
}

describe('a life in many runs', () => {
  it('goes through the whole loop with nothing doubled and custody without a gap', async () => {
    const lead = await shortRunLead(15);
    await mailOf(lead, 'welcome');
    await engage(baton, lead, 'download');
    await mailOf(lead, 'guide');
    await atStep(baton, lead, 'rest');
    const first = await qualify(baton, lead);
    await decide(baton, first, 'reject', { reason: 'premature', note: 'later' });
    await baton.virtual.settled(lead.id);
    await decide(baton, first, 'acknowledge-return');
    await atStep(baton, lead, 'rest');
    await baton.virtual.settled(lead.id);
    await engage(baton, lead, 'demo_request');
    const second = await offerOf(baton, lead, 2);
    await decide(baton, second, 'accept');
    await decide(baton, second, 'touches', { disposition: 'reached' });
    await baton.virtual.live(lead.id, Date.now() + 3 * DAY);
    const won = await baton.call('POST', `/v1/leads/${lead.id}/outcome`, { outcome: 'won' });
    expect(won.status).toBe(200);
    await handleOf(lead).result();

    const runs = await runsOf(baton.client, lead.id);
    expect(runs.length).toBeGreaterThanOrEqual(6);
    expect(await replay(runs.map((history, index) => ({ name: `run ${index}`, history })))).toEqual({});
    expect(await mailsOf(lead)).toEqual(['welcome', 'guide']);
    expect(await noticesAbout(lead, 'New lead')).toHaveLength(2);
    expect(await noticesAbout(lead, 'Comes back')).toHaveLength(1);
    expect(await recordedKinds(lead, 'state')).toEqual([
      'state nurturing',
      'state qualified',
      'state offered',
      'state returning',
      'state nurturing',
      'state qualified',
      'state offered',
      'state accepted',
      'state working',
      'state won',
    ]);
    expect(await rowsOf('select no, state from enrollments where lead_id = $1', lead)).toEqual([
      { no: 1, state: 'ended' },
    ]);
    expect(await rowsOf('select no, state from handoffs where lead_id = $1 order by no', lead)).toEqual([
      { no: 1, state: 'rejected' },
      { no: 2, state: 'accepted' },
    ]);
    expect(await unbrokenCustody(lead)).toEqual([
      'marketing, marketing answers',
      'shared, marketing answers',
      'marketing, marketing answers',
      'shared, marketing answers',
      'shared, sales answers',
      'sales, sales answers',
    ]);
  });

  it('loses no fact and no decision that comes while runs change', async () => {
    const lead = await shortRunLead(8);
    await mailOf(lead, 'welcome');
    await atStep(baton, lead, 'response');
    // Every one of these pokes the process, and so ends a run sooner or later.
    const raised = engage(baton, lead, 'demo_request');
    const floods = Array.from({ length: 60 }, () => engage(baton, lead, 'demo_request', { eventId: uniqueWord('e') }));
    await Promise.all([raised, ...floods]);
    const handoff = await offerOf(baton, lead);
    const decisions = Array.from({ length: 12 }, () => engage(baton, lead, 'quote_request'));
    const answers = await Promise.all([
      decide(baton, handoff, 'accept'),
      decide(baton, handoff, 'accept'),
      decide(baton, handoff, 'accept'),
      ...decisions,
    ]);
    expect(answers.slice(0, 3).map(({ status }) => status)).toEqual([200, 200, 200]);
    const snapshot = await baton.virtual.settled(lead.id);
    expect(snapshot.process.state).toBe('accepted');
    // 1 + 60 + 12, every one reduced, in order.
    await waitFor(async () => (await baton.virtual.settled(lead.id)).process.cursor === 73, {
      what: 'the cursor has passed every fact',
    });
    expect((await runsOf(baton.client, lead.id)).length).toBeGreaterThan(3);
    expect(await rowsOf('select no from handoffs where lead_id = $1', lead)).toEqual([{ no: 1 }]);
    expect(await noticesAbout(lead, 'New lead')).toHaveLength(1);
    expect(await recordedKinds(lead, 'decided')).toHaveLength(1);
  });

  it('keeps its deadlines over the change of runs', async () => {
    const lead = await shortRunLead(8);
    await mailOf(lead, 'welcome');
    await atStep(baton, lead, 'response');
    const { process } = await baton.virtual.settled(lead.id);
    for (let seq = 0; seq < 6; seq += 1) {
      await handleOf(lead).signal(contract.pokeSignal, { seq });
      await baton.virtual.settled(lead.id);
    }
    expect((await runsOf(baton.client, lead.id)).length).toBeGreaterThan(2);
    expect((await baton.virtual.settled(lead.id)).process.enrollment?.dueAt).toBe(process.enrollment?.dueAt);
  });
});

describe('a workflow that was lost', () => {
  it('starts again from the record at its step, with no mail sent twice', async () => {
    const lead = await newLead(baton, 'patient');
    await mailOf(lead, 'welcome');
    await atStep(baton, lead, 'response');
    const before = await baton.virtual.settled(lead.id);
    await handleOf(lead).terminate('lost on purpose');
    // Nothing that matters to the process: it need not come back for it.
    await engage(baton, lead, 'email_open');
    await engage(baton, lead, 'download');
    await mailOf(lead, 'guide');
    await atStep(baton, lead, 'rest');
    const after = await baton.virtual.settled(lead.id);
    expect(after.process.enrollment).toMatchObject({ no: 1, enteredAt: before.process.enrollment?.enteredAt });
    expect(await mailsOf(lead)).toEqual(['welcome', 'guide']);
    expect(await recordedKinds(lead, 'enrolled', 'step')).toEqual([
      'enrolled null',
      'step welcome',
      'step response',
      'step guide',
      'step rest',
    ]);
    expect(await unbrokenCustody(lead)).toEqual(['marketing, marketing answers']);
  });

  it('is offered still, with its ladder, and takes the answer', async () => {
    const lead = await newLead(baton, 'patient', { handRaise: { kind: 'demo_request' } });
    const handoff = await offerOf(baton, lead);
    const before = await baton.virtual.settled(lead.id);
    await handleOf(lead).terminate('lost on purpose');
    await engage(baton, lead, 'quote_request');
    const after = await waitFor(
      async () => {
        const snapshot = await baton.virtual.settled(lead.id);
        return snapshot.process.state === 'offered' ? snapshot : undefined;
      },
      { what: 'the lead is offered again' },
    );
    expect(after.process.ladder).toEqual(before.process.ladder);
    await decide(baton, handoff, 'accept');
    expect(await noticesAbout(lead, 'New lead')).toHaveLength(1);
    expect(await rowsOf('select no, state from handoffs where lead_id = $1', lead)).toEqual([
      { no: 1, state: 'accepted' },
    ]);
    expect(await unbrokenCustody(lead)).toEqual([
      'marketing, marketing answers',
      'shared, marketing answers',
      'shared, sales answers',
    ]);
  });

  it('comes back for a decision made before it has looked at the record', async () => {
    const lead = await newLead(baton, 'patient', { handRaise: { kind: 'demo_request' } });
    const handoff = await offerOf(baton, lead);
    await baton.virtual.settled(lead.id);
    await handleOf(lead).terminate('lost on purpose');
    // An operator's signal may be the first that a new run hears.
    const { ioQueue, leadsQueue } = baton.config.temporal;
    await baton.client.workflow.signalWithStart(contract.LEAD_LIFECYCLE, {
      workflowId: contract.leadWorkflowId(lead.id),
      taskQueue: leadsQueue,
      args: [{ v: 1, leadId: lead.id, ioQueue }],
      signal: contract.salesAcceptedSignal,
      signalArgs: [{ handoffNo: handoff.no, by: handoff.assigneeId }],
    });
    await baton.inState(lead.id, 'accepted');
    expect(await noticesAbout(lead, 'New lead')).toHaveLength(1);
  });
});
