import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LeadsService } from '../../src/leads/leads.service.js';
import { OutboxService } from '../../src/temporal/outbox.service.js';
import { leadWorkflowId } from '../../workflows/contracts/lead-lifecycle.contract.js';
import { uniqueWord } from '../support/lead-steps.js';
import { publishDocument } from '../support/publish-document.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LEADS = 4;
/** What the engine and the worker need to act on an instant that was reached. */
const ACT_WITHIN_MS = 60_000;

let baton: TestBaton;
beforeAll(async () => {
  baton = await startTestBaton();
  await publishDocument(baton, 'cadences', 'spaced', {
    name: 'Spaced',
    entry: { field: 'source', op: '=', value: 'spaced' },
    priority: 60,
    window: 'any',
    minGap: 'PT6H',
    steps: [
      { id: 'first', email: { template: 'story' } },
      { id: 'rest', wait: 'P1D' },
      { id: 'second', email: { template: 'guide' } },
      { id: 'breath', wait: 'PT2H' },
      { id: 'third', email: { template: 'reminder' } },
      { id: 'end', wait: 'P9D' },
    ],
  });
});
afterAll(() => baton.stop());

/** A lead whose own clock lies three days behind. Without daylight saving, so that a day is 24 hours. */
async function behind(): Promise<string> {
  const { lead } = await baton.app.get(LeadsService).create(
    {
      email: `${uniqueWord('spaced')}@spaced.example`,
      company: 'Spaced Ltd',
      country: 'DE',
      timeZone: 'Asia/Tokyo',
      source: 'spaced',
      consent: { basis: 'contract', at: '2026-01-01T00:00:00Z' },
    },
    { personId: await baton.personId('mara-marketer') },
    { clockOffsetMs: -3 * DAY },
  );
  return lead.id;
}

/** Three days pass in which nothing runs: the workflow is gone, and the lead goes on from the record at today's clock. */
async function wakeToday(leadId: string): Promise<void> {
  await baton.dataSource.query('update leads set clock_offset_ms = 0, virtual_now_at = null where id = $1', [leadId]);
  await baton.app.get(OutboxService).add(baton.dataSource.manager, 'poke', leadId, 0, new Date());
}

interface Touch {
  readonly step: string;
  readonly state: string;
  readonly at: Date;
}
const touchesOf = (leadId: string): Promise<Touch[]> =>
  baton.dataSource.query(
    'select step, state, claimed_at as at from touches where lead_id = $1 order by claimed_at, step',
    [leadId],
  );

describe('leads whose clock lies three days behind', () => {
  it('get each step that falls due on the way to today once, in order, spaced by the minimum gap', async () => {
    await baton.stopWorker();
    const createdAt = Date.now();
    const leads: string[] = [];
    for (let n = 0; n < LEADS; n += 1) leads.push(await behind());
    await baton.startWorker();
    await Promise.all(leads.map((leadId) => baton.virtual.live(leadId, createdAt)));
    for (const leadId of leads) {
      const touches = await touchesOf(leadId);
      expect(touches.map(({ step, state }) => `${step} ${state}`)).toEqual(['first sent', 'second sent', 'third sent']);
      const [first = 0, second = 0, third = 0] = touches.map(({ at }) => at.getTime());
      expect(first).toBeGreaterThanOrEqual(createdAt - 3 * DAY);
      expect(first).toBeLessThan(createdAt - 3 * DAY + ACT_WITHIN_MS);
      // A day after the first; the third is due two hours later, and the gap puts it off to six.
      expect(second - first).toBeGreaterThanOrEqual(24 * HOUR);
      expect(second - first).toBeLessThan(24 * HOUR + ACT_WITHIN_MS);
      expect(third - second).toBeGreaterThanOrEqual(6 * HOUR);
      expect(third - second).toBeLessThan(6 * HOUR + ACT_WITHIN_MS);
    }
  });
});

describe('leads after three days in which everything was stopped', () => {
  it('get each step that is due once, in order, spaced by the minimum gap', async () => {
    const leads: string[] = [];
    for (let n = 0; n < LEADS; n += 1) leads.push(await behind());
    for (const leadId of leads) await baton.virtual.settled(leadId);
    await baton.stopWorker();
    for (const leadId of leads) await baton.client.workflow.getHandle(leadWorkflowId(leadId)).terminate();
    for (const leadId of leads) await wakeToday(leadId);
    const startedAt = Date.now();
    await baton.startWorker();
    for (const leadId of leads) {
      await baton.virtual.live(leadId, startedAt + 2 * DAY);
      const touches = await touchesOf(leadId);
      expect(touches.map(({ step, state }) => `${step} ${state}`)).toEqual(['first sent', 'second sent', 'third sent']);
      const [first = 0, second = 0, third = 0] = touches.map(({ at }) => at.getTime());
      // Due two days ago, the second one goes when the lead wakes up: once, and not the third with it.
      expect(second - first).toBeGreaterThan(3 * DAY - 10 * ACT_WITHIN_MS);
      expect(second).toBeGreaterThanOrEqual(startedAt);
      // Two hours after it the third is due; the gap puts it off to six.
      expect(third - second).toBeGreaterThanOrEqual(6 * HOUR);
      expect(third - second).toBeLessThan(6 * HOUR + ACT_WITHIN_MS);
    }
  });
});
