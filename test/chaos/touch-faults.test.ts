import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { loadModule } from '../local-stack/load-module.js';
import {
  atStep,
  decide,
  engage,
  leadBody,
  mailOf,
  mailsOf,
  newLead,
  noticesAbout,
  type TestHandoff,
  type TestLead,
} from '../support/lead-steps.js';
import { type SmtpGate, startSmtpGate } from '../support/smtp-gate.js';
import { mailbox, type MailFault, waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.js';

interface Catcher {
  readonly mailbox: string;
  readonly smtp: string;
  stop(): Promise<void>;
}
type StartCatcher = (options: { dir: string; smtpPort: number; httpPort: number }) => Promise<Catcher>;

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
/** A mail activity whose worker died is given up after 30 s and tried again. */
const DOUBT_WITHIN_MS = 45_000;
/** What a killed worker leaves is taken over within this time (promise P12). */
const DECIDE_WITHIN_MS = 15_000;

let dir: string;
let catcher: Catcher;
let gate: SmtpGate;
let baton: TestBaton;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'baton-mail-'));
  const { startMailCatcher } = await loadModule<{ startMailCatcher: StartCatcher }>('mail-catcher');
  // A catcher of its own: a fault before RCPT strikes whoever comes first.
  catcher = await startMailCatcher({ dir, smtpPort: 0, httpPort: 0 });
  process.env['BATON_TEST_MAILBOX'] = catcher.mailbox;
  gate = await startSmtpGate(catcher.smtp);
  baton = await startTestBaton({ smtpUrl: gate.url });
});
afterEach(() => mailbox.clearFaults());
afterAll(async () => {
  await baton.stop();
  await gate.shut();
  await catcher.stop();
  rmSync(dir, { recursive: true, force: true });
});

interface Touch {
  readonly step: string;
  readonly state: string;
  readonly attempts: number;
}

const touchesOf = (lead: TestLead): Promise<Touch[]> =>
  baton.dataSource.query<Touch[]>('select step, state, attempts from touches where lead_id = $1 order by due_at, id', [
    lead.id,
  ]);

async function touchIs(lead: TestLead, state: string, timeoutMs = 10_000): Promise<Touch> {
  return waitFor(async () => (await touchesOf(lead)).find((touch) => touch.state === state), {
    what: `a touch of ${lead.email} is ${state}`,
    timeoutMs,
  });
}

/** The lead's cadence goes on: it waits, and the awaited engagement brings the next mail. */
async function goesOn(lead: TestLead): Promise<void> {
  await atStep(baton, lead, 'response');
  await baton.virtual.settled(lead.id);
  await engage(baton, lead, 'download');
  await mailOf(lead, 'guide');
  await atStep(baton, lead, 'rest');
}

/** The same for a lead whose clock ran ahead of the wall clock: nothing can be posted at its instant, so time goes on. */
async function goesOnInTime(lead: TestLead): Promise<void> {
  const { now } = await baton.virtual.settled(lead.id);
  await baton.virtual.live(lead.id, now + 4 * DAY);
  await atStep(baton, lead, 'rest');
}

describe('a mail server that misbehaves', () => {
  it('leaves one touch in doubt when it keeps the mail and drops the connection; the cadence goes on', async () => {
    const body = leadBody('patient');
    await mailbox.setFaults({ stage: 'after_dot_drop', to: String(body['email']) });
    const lead = await newLead(baton, 'patient', body);
    await touchIs(lead, 'in_doubt');
    await goesOn(lead);
    await baton.virtual.live(lead.id, Date.now() + 60 * MINUTE);
    expect(await touchesOf(lead)).toMatchObject([
      { step: 'welcome', state: 'in_doubt', attempts: 0 },
      { step: 'guide', state: 'sent' },
    ]);
    expect(await mailsOf(lead)).toEqual(['welcome', 'guide']);
  });

  it.each<[string, MailFault]>([
    ['421 at the greeting', { stage: 'connect', code: 421 }],
    ['451 at MAIL', { stage: 'mail', code: 451 }],
    ['550 at MAIL', { stage: 'mail', code: 550 }],
    ['451 at RCPT', { stage: 'rcpt', code: 451 }],
    ['452 after the dot', { stage: 'data', code: 452 }],
  ])('%s is tried again a minute later, one mail in the end', async (_, fault) => {
    // A pooled connection would not be greeted.
    await gate.shut();
    await gate.open();
    await mailbox.setFaults(fault);
    const lead = await newLead(baton, 'patient');
    expect(await touchIs(lead, 'planned')).toMatchObject({ step: 'welcome', attempts: 1 });
    expect(await mailsOf(lead)).toEqual([]);
    await baton.virtual.settled(lead.id);
    await baton.virtual.live(lead.id, Date.now() + 2 * MINUTE);
    expect(await mailsOf(lead)).toEqual(['welcome']);
    await goesOnInTime(lead);
    expect(await touchesOf(lead)).toMatchObject([
      { step: 'welcome', state: 'sent', attempts: 1 },
      { step: 'reminder', state: 'sent', attempts: 0 },
    ]);
    expect(await mailsOf(lead)).toEqual(['welcome', 'reminder']);
  });

  it('is tried after 1, 2 and 4 minutes while it takes no connection at all', async () => {
    await gate.shut();
    const lead = await newLead(baton, 'patient');
    await touchIs(lead, 'planned');
    const { now } = await baton.virtual.settled(lead.id);
    await baton.virtual.live(lead.id, now + 4 * MINUTE);
    expect(await touchesOf(lead)).toMatchObject([{ state: 'planned', attempts: 3 }]);
    await gate.open();
    await baton.virtual.live(lead.id, now + 8 * MINUTE);
    expect(await touchesOf(lead)).toMatchObject([{ state: 'sent', attempts: 3 }]);
    await goesOnInTime(lead);
    expect(await mailsOf(lead)).toEqual(['welcome', 'reminder']);
  });

  it('does not hold an answer of sales back', async () => {
    gate.hold();
    try {
      const lead = await newLead(baton, 'patient', { handRaise: { kind: 'demo_request' } });
      const handoff = await waitFor(
        async () => {
          const sql = 'select id, no from handoffs where lead_id = $1';
          return (await baton.dataSource.query<TestHandoff[]>(sql, [lead.id]))[0];
        },
        { what: 'the lead is offered' },
      );
      const begin = Date.now();
      await decide(baton, handoff, 'accept');
      expect(Date.now() - begin).toBeLessThan(5_000);
      gate.release();
      await baton.virtual.settled(lead.id);
      expect((await noticesAbout(lead, 'New lead')).length).toBeLessThanOrEqual(1);
    } finally {
      gate.release();
    }
  });
});

describe('a worker killed with -9', () => {
  let worker: WorkerProcess | undefined;
  beforeAll(() => baton.stopWorker());
  afterEach(async () => {
    gate.release();
    await worker?.kill();
  });
  afterAll(() => baton.startWorker());

  async function killAndRestart(): Promise<void> {
    await worker?.kill();
    gate.release();
    worker = await startWorkerProcess(baton);
  }

  /** A lead that waits beside the one under test: the next worker must act on it soon. */
  async function waitingLead(): Promise<TestLead> {
    const lead = await newLead(baton, 'patient');
    await mailOf(lead, 'welcome');
    await atStep(baton, lead, 'response');
    return lead;
  }

  async function decidesSoon(lead: TestLead): Promise<void> {
    const begin = Date.now();
    await engage(baton, lead, 'download');
    await mailOf(lead, 'guide');
    const took = Date.now() - begin;
    process.stdout.write(`first decision ${took} ms after the new worker was ready (≤ ${DECIDE_WITHIN_MS})\n`);
    expect(took).toBeLessThan(DECIDE_WITHIN_MS);
  }

  it('between claim and send sends nothing later: the touch is in doubt, the cadence goes on', async () => {
    worker = await startWorkerProcess(baton);
    const other = await waitingLead();
    await gate.shut();
    await gate.open();
    gate.hold();
    const lead = await newLead(baton, 'patient');
    await touchIs(lead, 'claimed');
    await killAndRestart();
    await decidesSoon(other);
    await touchIs(lead, 'in_doubt', DOUBT_WITHIN_MS);
    expect(await mailsOf(lead)).toEqual([]);
    await goesOn(lead);
    expect(await touchesOf(lead)).toMatchObject([
      { step: 'welcome', state: 'in_doubt' },
      { step: 'guide', state: 'sent' },
    ]);
    expect(await mailsOf(lead)).toEqual(['guide']);
    expect(await mailsOf(other)).toEqual(['welcome', 'guide']);
  }, 120_000);

  it('right after the dot sends no second mail: the touch is in doubt, the cadence goes on', async () => {
    worker = await startWorkerProcess(baton);
    const other = await waitingLead();
    const body = leadBody('patient');
    await mailbox.setFaults({ stage: 'slow', delayMs: 60_000, to: String(body['email']) });
    const lead = await newLead(baton, 'patient', body);
    await mailOf(lead, 'welcome');
    await touchIs(lead, 'claimed');
    await killAndRestart();
    await decidesSoon(other);
    await touchIs(lead, 'in_doubt', DOUBT_WITHIN_MS);
    await goesOn(lead);
    expect(await touchesOf(lead)).toMatchObject([
      { step: 'welcome', state: 'in_doubt' },
      { step: 'guide', state: 'sent' },
    ]);
    expect(await mailsOf(lead)).toEqual(['welcome', 'guide']);
  }, 120_000);

  it('again and again, with leads under way, sends each mail at most once', async () => {
    const leads: TestLead[] = [];
    // Slow enough that every kill finds mails before, at and behind the dot, and others that only wait for a connection.
    await mailbox.setFaults({ stage: 'slow', delayMs: 150, count: 1_000, to: '@patient.example' });
    for (const killAfterMs of [10, 120, 260]) {
      worker = await startWorkerProcess(baton);
      const batch = await Promise.all(Array.from({ length: 12 }, () => newLead(baton, 'patient')));
      leads.push(...batch);
      await waitFor(async () => (await Promise.all(batch.map(touchesOf))).flat().length > 0, {
        what: 'a touch is claimed',
        timeoutMs: 30_000,
      });
      await new Promise((resolve) => setTimeout(resolve, killAfterMs));
      await worker.kill();
    }
    worker = await startWorkerProcess(baton);
    const outcome: Record<string, number> = {};
    for (const lead of leads) {
      await atStep(baton, lead, 'response', 60_000);
      const [touch, ...more] = await touchesOf(lead);
      const mails = await mailsOf(lead);
      expect(more).toEqual([]);
      // What is in doubt may have gone out, once.
      expect(mails).toEqual(touch?.state === 'in_doubt' ? mails.slice(0, 1) : ['welcome']);
      const what = `${touch?.state}, ${mails.length} mail`;
      outcome[what] = (outcome[what] ?? 0) + 1;
    }
    process.stdout.write(`${leads.length} leads, 3 kills: ${JSON.stringify(outcome)}\n`);
    expect(Object.keys(outcome).some((what) => what.startsWith('in_doubt'))).toBe(true);
  }, 180_000);
});
