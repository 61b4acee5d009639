// Every path a lead can take on the real server. Each history is replayed on the spot; with RECORD_HISTORIES=<version> those that
// are not there yet also become golden histories, which test/replay holds every later workflow against:
//
//   RECORD_HISTORIES=2 npm run integration -- test/workflows/golden
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import * as contract from '../../workflows/contracts/lead-lifecycle.contract.js';
import { keepGolden, recordedVersion, runsOf } from '../support/histories.js';
import {
  atStep,
  decide,
  engage,
  leadBody,
  mailOf,
  mailsOf,
  newLead,
  offerOf,
  qualify,
  type TestLead,
} from '../support/lead-steps.js';
import { mailbox } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let baton: TestBaton;
beforeAll(async () => {
  baton = await startTestBaton({ leadVersion: recordedVersion() });
});
afterAll(() => baton.stop());

const handleOf = (lead: TestLead) => baton.client.workflow.getHandle(contract.leadWorkflowId(lead.id));

async function keep(path: string, lead: TestLead): Promise<void> {
  await baton.virtual.settled(lead.id);
  await keepGolden(baton.client, path, lead);
}

/** A lead in the cadence `patient` that has its guide and rests for ten days. */
async function restingLead(): Promise<TestLead> {
  const lead = await newLead(baton, 'patient');
  await mailOf(lead, 'welcome');
  await engage(baton, lead, 'download', { properties: { asset: 'handbook' } });
  await mailOf(lead, 'guide');
  await atStep(baton, lead, 'rest');
  await baton.virtual.settled(lead.id);
  return lead;
}

async function rejectedLead(reason: string): Promise<TestLead> {
  const lead = await restingLead();
  const handoff = await qualify(baton, lead);
  await decide(baton, handoff, 'reject', { reason });
  await baton.inState(lead.id, 'returning');
  await baton.virtual.settled(lead.id);
  await decide(baton, handoff, 'acknowledge-return');
  return lead;
}

describe('the cadence', () => {
  it('takes the time-out branch', async () => {
    const lead = await newLead(baton, 'loop');
    await mailOf(lead, 'reminder');
    await atStep(baton, lead, 'rest');
    expect(await mailsOf(lead)).toEqual(['welcome', 'reminder']);
    await keep('time-out', lead);
  });

  it('takes the branch of the awaited engagement', async () => {
    const lead = await restingLead();
    expect(await mailsOf(lead)).toEqual(['welcome', 'guide']);
    await keep('awaited-engagement', lead);
  });

  it('ends at an unsubscription', async () => {
    const lead = await restingLead();
    await engage(baton, lead, 'unsubscribed');
    await baton.virtual.live(lead.id, Date.now() + 20 * DAY);
    expect(await mailsOf(lead)).toEqual(['welcome', 'guide']);
    await keep('unsubscribed', lead);
  });

  it('rests for days, ends and is followed by the next, which skips what was sent', async () => {
    const lead = await restingLead();
    await baton.virtual.live(lead.id, Date.now() + 30 * DAY);
    expect(await mailsOf(lead)).toEqual(['welcome', 'guide', 'last', 'reminder']);
    await keep('completed', lead);
  });

  it('goes on after a doubt and after a refused mail', async () => {
    const body = leadBody('patient');
    const to = String(body['email']);
    await mailbox.setFaults({ stage: 'rcpt', code: 451, to }, { stage: 'after_dot_drop', to });
    const lead = await newLead(baton, 'patient', body);
    await baton.virtual.settled(lead.id);
    await baton.virtual.live(lead.id, Date.now() + 2 * 60_000);
    await atStep(baton, lead, 'response');
    expect(await mailsOf(lead)).toEqual(['welcome']);
    await keep('refused-then-in-doubt', lead);
  });
});

describe('the handoff', () => {
  it('is won', async () => {
    const lead = await restingLead();
    const handoff = await qualify(baton, lead);
    await decide(baton, handoff, 'accept', { firstContactBy: 'today' });
    await decide(baton, handoff, 'touches', { disposition: 'reached' });
    await baton.inState(lead.id, 'working');
    const won = await baton.call('POST', `/v1/leads/${lead.id}/outcome`, { outcome: 'won' });
    expect(won.status).toBe(200);
    await handleOf(lead).result();
    await keep('won', lead);
  });

  it('is rejected, acknowledged and resumed', async () => {
    const lead = await rejectedLead('premature');
    await atStep(baton, lead, 'rest');
    await keep('resumed', lead);
  });

  it('is rejected and resumes thirty days later', async () => {
    const lead = await rejectedLead('not_ready');
    await baton.virtual.live(lead.id, Date.now() + 35 * DAY);
    expect(await mailsOf(lead)).toEqual(['welcome', 'guide']);
    await baton.virtual.live(lead.id, Date.now() + 45 * DAY);
    expect(await mailsOf(lead)).toEqual(['welcome', 'guide', 'last', 'reminder']);
    await keep('resumed-later', lead);
  });

  it('is rejected and goes to another cadence', async () => {
    const lead = await rejectedLead('wrong_person');
    await mailOf(lead, 'who-decides');
    await atStep(baton, lead, 'rest');
    await keep('find-the-buyer', lead);
  });

  it('is rejected for good', async () => {
    const lead = await rejectedLead('out_of_area');
    await handleOf(lead).result();
    await keep('disqualified', lead);
  });

  it('expires by its ladder', async () => {
    const lead = await restingLead();
    await qualify(baton, lead);
    await baton.virtual.live(lead.id, Date.now() + 9 * HOUR);
    await baton.inState(lead.id, 'returning');
    await keep('expired', lead);
  });

  it('follows a raised hand at intake', async () => {
    const lead = await newLead(baton, 'patient', { handRaise: { kind: 'demo_request' } });
    await offerOf(baton, lead);
    await keep('hand-raise', lead);
  });

  it('waits for what sales must know', async () => {
    const lead = await newLead(baton, 'patient', { country: undefined, handRaise: { kind: 'quote_request' } });
    await baton.inState(lead.id, 'qualified');
    await baton.virtual.settled(lead.id);
    expect((await baton.call('PATCH', `/v1/leads/${lead.id}`, { country: 'CH' })).status).toBe(200);
    await offerOf(baton, lead);
    await keep('packet-completed', lead);
  });

  it('moves to another rep', async () => {
    const lead = await newLead(baton, 'patient', { handRaise: { kind: 'demo_request' } });
    const first = await offerOf(baton, lead);
    const reps = [await baton.personId('rita-rep'), await baton.personId('rolf-rep')];
    const to = reps.find((id) => id !== first.assigneeId);
    await decide(baton, first, 'reassign', { to });
    expect(await offerOf(baton, lead, 2)).toMatchObject({ assigneeId: to });
    await keep('reassigned', lead);
  });

  it('is accepted by a signal; signals that do not apply are ignored', async () => {
    const lead = await newLead(baton, 'patient', { handRaise: { kind: 'demo_request' } });
    const { no, assigneeId } = await offerOf(baton, lead);
    const stranger = await baton.personId('mara-marketer');
    const handle = handleOf(lead);
    await handle.signal(contract.salesAcceptedSignal, { handoffNo: no + 1, by: assigneeId });
    await handle.signal(contract.salesRejectedSignal, { handoffNo: no, by: assigneeId, reason: 'no_such_reason' });
    await handle.signal(contract.salesAcceptedSignal, { handoffNo: 'one', by: 7 } as never);
    await handle.signal(contract.salesAcceptedSignal, { handoffNo: no, by: stranger });
    await baton.virtual.settled(lead.id);
    await handle.signal(contract.salesAcceptedSignal, { handoffNo: no, by: assigneeId });
    await baton.inState(lead.id, 'accepted');
    await keep('accepted-by-signal', lead);
  });

  it('answers a second decision with the first, and refuses what does not apply without an event', async () => {
    const lead = await restingLead();
    const by = await baton.personId('theo-teamowner');
    const before = (await handleOf(lead).fetchHistory()).events?.length;
    const refused = handleOf(lead).executeUpdate(contract.acceptHandoffUpdate, {
      args: [{ handoffNo: 1, by, via: 'api' }],
    });
    await expect(refused).rejects.toThrow(WorkflowUpdateFailedError);
    expect((await handleOf(lead).fetchHistory()).events?.length).toBe(before);
    const handoff = await qualify(baton, lead);
    await decide(baton, handoff, 'accept');
    await decide(baton, handoff, 'accept');
    const late = await handleOf(lead).executeUpdate(contract.rejectHandoffUpdate, {
      args: [{ handoffNo: handoff.no, by, via: 'api', reason: 'not_ready' }],
    });
    expect(late).toMatchObject({ ok: false, decision: { kind: 'accepted' } });
    await keep('second-decision', lead);
  });
});

describe('the process', () => {
  it('goes on in another run when its history is long', async () => {
    await baton.stopWorker();
    const lead = await newLead(baton, 'patient');
    const input = {
      v: baton.config.temporal.leadVersion,
      leadId: lead.id,
      ioQueue: baton.config.temporal.ioQueue,
      testMaxHistory: 20,
    } as const;
    await baton.client.workflow.start(contract.LEAD_LIFECYCLE, {
      workflowId: contract.leadWorkflowId(lead.id),
      taskQueue: baton.config.temporal.leadsQueue,
      args: [input],
    });
    await baton.startWorker();
    await mailOf(lead, 'welcome');
    await engage(baton, lead, 'download');
    await mailOf(lead, 'guide');
    const handoff = await qualify(baton, lead);
    await decide(baton, handoff, 'reject', { reason: 'premature' });
    await baton.virtual.settled(lead.id);
    await decide(baton, handoff, 'acknowledge-return');
    await atStep(baton, lead, 'rest');
    await baton.virtual.settled(lead.id);
    expect((await runsOf(baton.client, lead.id)).length).toBeGreaterThan(2);
    await keep('continued', lead);
  });

  it('starts again where it stood when it was lost', async () => {
    const lead = await newLead(baton, 'patient');
    await mailOf(lead, 'welcome');
    await atStep(baton, lead, 'response');
    await baton.virtual.settled(lead.id);
    await handleOf(lead).terminate('lost on purpose');
    await engage(baton, lead, 'download');
    await atStep(baton, lead, 'rest');
    expect(await mailsOf(lead)).toEqual(['welcome', 'guide']);
    await keep('restored', lead);
  });
});
