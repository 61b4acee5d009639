// The rarer edges of the transition table and the races, on the real server. Recorded as test/workflows/golden-histories.test.ts
// says.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as contract from '../../workflows/contracts/lead-lifecycle.contract.js';
import { type HistoryEvent, keepGolden, recordedVersion, runsOf } from '../support/histories.js';
import {
  atStep,
  decide,
  engage,
  mailOf,
  mailsOf,
  newLead,
  offerOf,
  type TestHandoff,
  type TestLead,
} from '../support/lead-steps.js';
import { waitFor } from '../support/stack.js';
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

/** The latest edges in the record, as `cause`. */
async function causesOf(lead: TestLead): Promise<string[]> {
  const rows = await baton.dataSource.query<{ cause: string }[]>(
    `select data->>'cause' as cause from lead_records where lead_id = $1 and kind = 'state' order by rev, n`,
    [lead.id],
  );
  return rows.map(({ cause }) => cause);
}

async function restingLead(): Promise<TestLead> {
  const lead = await newLead(baton, 'patient');
  await mailOf(lead, 'welcome');
  await engage(baton, lead, 'download');
  await mailOf(lead, 'guide');
  await atStep(baton, lead, 'rest');
  await baton.virtual.settled(lead.id);
  return lead;
}

async function offeredLead(): Promise<{ lead: TestLead; handoff: TestHandoff }> {
  const lead = await newLead(baton, 'patient', { handRaise: { kind: 'demo_request' } });
  return { lead, handoff: await offerOf(baton, lead) };
}

async function acceptedLead(): Promise<{ lead: TestLead; handoff: TestHandoff }> {
  const { lead, handoff } = await offeredLead();
  await decide(baton, handoff, 'accept');
  return { lead, handoff };
}

async function workingLead(): Promise<{ lead: TestLead; handoff: TestHandoff }> {
  const { lead, handoff } = await acceptedLead();
  await decide(baton, handoff, 'touches', { disposition: 'reached' });
  await baton.inState(lead.id, 'working');
  return { lead, handoff };
}

async function post(path: string, body: object): Promise<void> {
  const { status, text } = await baton.call('POST', path, body);
  if (status !== 200) throw new Error(`${path} answered ${status}: ${text}`);
}

const outcome = (lead: TestLead, body: object): Promise<void> => post(`/v1/leads/${lead.id}/outcome`, body);
const disqualify = (lead: TestLead): Promise<void> => post(`/v1/leads/${lead.id}/disqualify`, {});

async function giveBack(lead: TestLead, { no }: TestHandoff, reason: string): Promise<void> {
  const by = await baton.personId('theo-teamowner');
  const answer = await handleOf(lead).executeUpdate(contract.giveBackUpdate, { args: [{ handoffNo: no, by, reason }] });
  expect(answer).toMatchObject({ ok: true, state: 'returning' });
}

describe('a lead that marketing gives up', () => {
  it('in nurture', async () => {
    const lead = await restingLead();
    await disqualify(lead);
    await handleOf(lead).result();
    expect(await causesOf(lead)).toEqual(['checks_passed', 'disqualified_by_person']);
    await keep('given-up-in-nurture', lead);
  });

  it('before a rep was found', async () => {
    const lead = await newLead(baton, 'patient', { country: undefined, handRaise: { kind: 'quote_request' } });
    await baton.inState(lead.id, 'qualified');
    await baton.virtual.settled(lead.id);
    await disqualify(lead);
    await handleOf(lead).result();
    await keep('given-up-before-offer', lead);
  });

  it('while it is offered', async () => {
    const { lead } = await offeredLead();
    await disqualify(lead);
    await handleOf(lead).result();
    await keep('given-up-while-offered', lead);
  });
});

describe('a lead that sales has taken', () => {
  it('is won without a first touch', async () => {
    const { lead } = await acceptedLead();
    await outcome(lead, { outcome: 'won' });
    await handleOf(lead).result();
    await keep('won-at-once', lead);
  });

  it('is lost, and comes back at its date', async () => {
    const { lead } = await acceptedLead();
    await outcome(lead, { outcome: 'lost', reason: 'not_ready' });
    await baton.inState(lead.id, 'lost');
    await baton.virtual.live(lead.id, Date.now() + 31 * DAY);
    expect(await causesOf(lead)).toContain('return_date_reached');
    await keep('lost-at-once-returns', lead);
  });

  it('is lost after a touch, and raises its hand', async () => {
    const { lead } = await workingLead();
    await outcome(lead, { outcome: 'lost', reason: 'not_ready' });
    await baton.inState(lead.id, 'lost');
    await baton.virtual.settled(lead.id);
    await engage(baton, lead, 'demo_request');
    await offerOf(baton, lead, 2);
    expect((await causesOf(lead)).slice(-3)).toEqual(['lost', 'hand_raise', 'packet_and_rep_there']);
    await keep('lost-raised', lead);
  });

  it('is given back at once', async () => {
    const { lead, handoff } = await acceptedLead();
    await giveBack(lead, handoff, 'premature');
    await baton.virtual.settled(lead.id);
    await decide(baton, handoff, 'acknowledge-return');
    await baton.inState(lead.id, 'nurturing');
    await keep('given-back-at-once', lead);
  });

  it('is given back after a touch, and raises its hand before marketing has looked', async () => {
    const { lead, handoff } = await workingLead();
    await giveBack(lead, handoff, 'premature');
    await baton.virtual.settled(lead.id);
    await engage(baton, lead, 'demo_request');
    await waitFor(async () => (await baton.virtual.settled(lead.id)).process.returning?.raised !== undefined, {
      what: 'the process knows of the raised hand',
    });
    await decide(baton, handoff, 'acknowledge-return');
    await offerOf(baton, lead, 2);
    expect((await causesOf(lead)).slice(-3)).toEqual(['given_back', 'hand_raise', 'packet_and_rep_there']);
    await keep('given-back-raised', lead);
  });
});

describe('a touch that meets a fact', () => {
  it('is stale, and goes out after the fact has been looked at', async () => {
    const lead = await restingLead();
    // A fact whose poke is still on its way when the touch is due: told in the outbox, not yet to the process.
    await engage(baton, lead, 'email_open');
    await baton.dataSource.query(
      `insert into outbox (id, lane, lead_id, seq, created_at, delivered_at, attempts)
       select $2, 'poke', id, last_seq, now(), now(), 0 from leads where id = $1`,
      [lead.id, randomUUID()],
    );
    await baton.virtual.live(lead.id, Date.now() + 11 * DAY);
    expect((await mailsOf(lead)).slice(0, 3)).toEqual(['welcome', 'guide', 'last']);
    const [run] = await runsOf(baton.client, lead.id);
    const results = (run?.events ?? [])
      .map((event) => event['activityTaskCompletedEventAttributes'] as { result?: { payloads?: { data: string }[] } })
      .map((completed) => Buffer.from(completed?.result?.payloads?.[0]?.data ?? '', 'base64').toString());
    expect(results.filter((result) => result.includes('"stale"'))).toHaveLength(1);
    await keep('stale-touch', lead);
  });
});

describe('an acceptance and the end of the ladder in one activation', () => {
  const isFired = ({ eventType }: HistoryEvent): boolean => eventType === 'EVENT_TYPE_TIMER_FIRED';

  async function firedTimers(lead: TestLead): Promise<number> {
    const [run] = (await runsOf(baton.client, lead.id)).slice(-1);
    return (run?.events ?? []).filter(isFired).length;
  }

  /** An offered lead whose ladder ends in so many milliseconds, while no worker is there. */
  async function atTheEnd(
    leftMs: number,
  ): Promise<{ lead: TestLead; accept: () => Promise<void>; fired: () => Promise<unknown> }> {
    const { lead, handoff } = await offeredLead();
    const { process } = await baton.virtual.settled(lead.id);
    const endsAt = process.ladder?.rungs.at(-1)?.at ?? 0;
    await baton.virtual.live(lead.id, endsAt - leftMs);
    const before = await firedTimers(lead);
    await baton.stopWorker();
    expect(await firedTimers(lead)).toBe(before);
    const { no, assigneeId } = handoff;
    return {
      lead,
      accept: () => handleOf(lead).signal(contract.salesAcceptedSignal, { handoffNo: no, by: assigneeId }),
      fired: () =>
        waitFor(async () => (await firedTimers(lead)) > before, {
          what: 'the timer fires',
          timeoutMs: leftMs + 20_000,
        }),
    };
  }

  /** Whichever came first: one decision, by what the process knew when it looked. */
  async function oneDecision(lead: TestLead): Promise<string[]> {
    await baton.startWorker();
    await baton.inState(lead.id, 'accepted', 'returning');
    await baton.virtual.settled(lead.id);
    const decided = await baton.dataSource.query<{ kind: string }[]>(
      `select data->>'kind' as kind from lead_records where lead_id = $1 and kind = 'decided'`,
      [lead.id],
    );
    return decided.map(({ kind }) => kind);
  }

  it('is decided once when the acceptance came first', async () => {
    const { lead, accept, fired } = await atTheEnd(15_000);
    await accept();
    await fired();
    expect(await oneDecision(lead)).toEqual(['accepted']);
    await keep('race-accept-first', lead);
  }, 120_000);

  it('is decided once when the ladder ended first', async () => {
    const { lead, accept, fired } = await atTheEnd(15_000);
    await fired();
    await accept();
    expect(await oneDecision(lead)).toEqual(['accepted']);
    await keep('race-ladder-first', lead);
  }, 120_000);
});
