import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LeadProcess } from '../../domain/lead/lead-process.js';
import { leadWorkflowId, pokeSignal } from '../../workflows/contracts/lead-lifecycle.contract.js';
import { atStep, engage, mailOf, mailsOf, newLead, type TestLead } from '../support/lead-steps.js';
import { waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

let baton: TestBaton;
beforeAll(async () => {
  baton = await startTestBaton();
});
afterAll(() => baton.stop());

async function deadlineOf(lead: TestLead): Promise<number> {
  return waitFor(
    async () => {
      const [row] = await baton.dataSource.query<{ process: { process: LeadProcess } }[]>(
        'select process from leads where id = $1',
        [lead.id],
      );
      return row?.process.process.enrollment?.dueAt;
    },
    { what: 'the time-out of the wait is known' },
  );
}

const lockedOut = async (count: number, what: string): Promise<true> =>
  waitFor(
    async () => {
      const rows = await baton.dataSource.query<unknown[]>(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows.length >= count;
    },
    { what, timeoutMs: 5_000, intervalMs: 5 },
  );

describe('a look that takes long', () => {
  it('lets no time-out win over a fact that came between the look and the judgement', async () => {
    const lead = await newLead(baton, 'loop');
    await atStep(baton, lead, 'response');
    const deadline = await deadlineOf(lead);
    await waitFor(() => Date.now() > deadline - 2_000, { what: 'the time-out is near' });
    const holder = baton.dataSource.createQueryRunner();
    await holder.startTransaction();
    await holder.query('select 1 from leads where id = $1 for update', [lead.id]);
    // The look begins before the deadline and the fact comes before it too; both wait for the row, in this order.
    await baton.client.workflow.getHandle(leadWorkflowId(lead.id)).signal(pokeSignal, { seq: 0 });
    await lockedOut(1, 'the look waits');
    const sent = engage(baton, lead, 'download');
    await lockedOut(2, 'the fact waits');
    expect(Date.now()).toBeLessThan(deadline);
    await waitFor(() => Date.now() > deadline, { what: 'the deadline passes' });
    await holder.commitTransaction();
    await holder.release();
    await sent;
    await mailOf(lead, 'guide');
    expect(await mailsOf(lead)).toEqual(['welcome', 'guide']);
  });

  it('is the same look to a worker that takes the lead over, with the same instant', async () => {
    await baton.stopWorker();
    const lead = await newLead(baton, 'patient');
    const holder = baton.dataSource.createQueryRunner();
    await holder.startTransaction();
    await holder.query('select 1 from leads where id = $1 for update', [lead.id]);
    await baton.startWorker();
    const handle = baton.client.workflow.getHandle(leadWorkflowId(lead.id));
    // A task that lasts is kept alive: the engine starts it again, and a replay knows only the later clock.
    await waitFor(async () => ((await handle.describe().catch(() => undefined))?.historyLength ?? 0) > 4, {
      what: 'the task of the first look is kept alive',
      timeoutMs: 30_000,
    });
    await holder.commitTransaction();
    await holder.release();
    await atStep(baton, lead, 'response');
    const before = await baton.virtual.settled(lead.id);
    await baton.stopWorker();
    await baton.startWorker();
    const after = await baton.virtual.settled(lead.id);
    expect(after.process).toEqual(before.process);
    const [begun] = await baton.dataSource.query<{ at: number }[]>(
      `select (extract(epoch from at) * 1000)::float8 as at from lead_records where lead_id = $1 and kind = 'state'`,
      [lead.id],
    );
    expect(after.process.since).toBe(begun?.at);
  });
});
