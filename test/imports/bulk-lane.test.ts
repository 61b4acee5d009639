// Leads that come in with many others wait in the record, so that who comes alone is not behind them.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inTransaction } from '../../src/database/transaction.js';
import { BulkIntakeService } from '../../src/leads/bulk-intake.service.js';
import { newLead } from '../support/lead-steps.js';
import { waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

const MANY = 160;
/** What the relay lets wait for its first look at once. */
const MAX_WAITING = 64;

let baton: TestBaton;
beforeAll(async () => {
  baton = await startTestBaton();
});
afterAll(() => baton.stop());

/** Takes in leads as an import does; one of them raises its hand. */
async function takeIn(): Promise<void> {
  const intake = baton.app.get(BulkIntakeService);
  const consent = { basis: 'consent', at: '2026-03-11T00:00:00Z' };
  const leads = Array.from({ length: MANY }, (_, index) =>
    intake.read({
      ...{ email: `many-${index}@bulk.example`, source: 'list', consent },
      ...(index === 7 ? { handRaise: { kind: 'demo_request' } } : {}),
    }),
  ).map((read) => {
    if (!read.ok) throw new Error(JSON.stringify(read.errors));
    return read.lead;
  });
  const context = { personId: null, wallNow: new Date(), dryRun: false, auditData: {} };
  const results = await inTransaction(baton.dataSource, (manager) => intake.take(manager, leads, context));
  expect(results.filter(({ result }) => result === 'created')).toHaveLength(MANY);
}

const stuck = async (): Promise<string[]> => {
  const { body } = await baton.call<{ violations: { kind: string; leadId: string }[] }>('GET', '/v1/ops/reconcile');
  return body.violations.filter(({ kind }) => kind === 'outbox_stuck').map(({ leadId }) => leadId);
};

describe('the lane of leads that come in with many others', () => {
  it('lets who comes alone, or raises a hand, go first, and few wait for their first look at once', async () => {
    await baton.stopWorker();
    await takeIn();
    const alone = await newLead(baton, 'patient');
    await baton.startWorker();
    let most = 0;
    await waitFor(
      async () => {
        const [row] = await baton.dataSource.query<{ waiting: number; left: number }[]>(
          `select count(*) filter (where o.delivered_at is not null and l.rev = 0)::int as waiting,
                  count(*) filter (where o.delivered_at is null)::int as left
             from outbox o join leads l on l.id = o.lead_id where o.lane = 'bulk'`,
        );
        most = Math.max(most, row?.waiting ?? 0);
        return row?.left === 0;
      },
      { what: 'the many are delivered', timeoutMs: 60_000, intervalMs: 10 },
    );
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(MAX_WAITING);
    const first = await baton.dataSource.query<{ email: string; before: number }[]>(
      `select l.email, (select count(*)::int from outbox b where b.lane = 'bulk' and b.delivered_at < o.delivered_at) as before
         from outbox o join leads l on l.id = o.lead_id where o.lane = 'new' and (l.id = $1 or l.email = $2)`,
      [alone.id, 'many-7@bulk.example'],
    );
    expect(first).toHaveLength(2);
    expect(first.filter(({ before }) => before > MAX_WAITING)).toEqual([]);
  });

  it('is stuck only when nothing of it moves', async () => {
    await baton.stopWorker();
    const [old] = await baton.dataSource.query<[{ lead_id: string }[], number]>(
      `update outbox set delivered_at = null, created_at = now() - interval '1 hour'
        where id in (select id from outbox where lane = 'bulk' order by id limit 3) returning lead_id`,
    );
    expect(old).toHaveLength(3);
    expect(await stuck()).toEqual([]);
    await baton.dataSource.query(
      `update outbox set delivered_at = now() - interval '10 minutes' where lane = 'bulk' and delivered_at is not null`,
    );
    expect(await stuck()).toEqual(old.map(({ lead_id }) => lead_id).sort());
    await baton.startWorker();
    await waitFor(async () => (await stuck()).length === 0, { what: 'the lane moves again' });
  });
});
