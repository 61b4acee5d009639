import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { leadWorkflowId } from '../../workflows/contracts/lead-lifecycle.contract.js';
import { atStep, mailOf, mailsOf, newLead, qualify, type TestLead, decide } from '../support/lead-steps.js';
import { waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

interface Violation {
  readonly leadId: string;
  readonly kind: string;
  readonly cause: string;
  readonly repaired?: boolean;
}
interface Report {
  readonly checkedAt: string;
  readonly leads: number;
  readonly complete: boolean;
  readonly violations: readonly Violation[];
}

let baton: TestBaton;
beforeAll(async () => {
  baton = await startTestBaton();
});
afterAll(() => baton.stop());

const check = async (): Promise<Report> => {
  const answer = await baton.call<Report>('GET', '/v1/ops/reconcile');
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.body;
};
const repair = async (): Promise<Report> => {
  const answer = await baton.call<Report>('POST', '/v1/ops/reconcile/repair', { note: 'after the outage' });
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.body;
};
const kindsOf = ({ violations }: Report, lead: TestLead): string[] =>
  violations.filter(({ leadId }) => leadId === lead.id).map(({ kind }) => kind);
const query = <Row>(sql: string, ...parameters: unknown[]): Promise<Row[]> => baton.dataSource.query(sql, parameters);
/** What is younger than a minute is still on its way: lets a lead be older than it is. */
const age = async (lead: TestLead): Promise<void> => {
  await query(
    `update leads set created_at = created_at - interval '10 minutes', updated_at = updated_at - interval '10 minutes'
      where id = $1`,
    lead.id,
  );
  // Somebody answers for it from its beginning on.
  await query(
    `update custody_records c set since_at = least(c.since_at, l.created_at) from leads l
      where l.id = c.lead_id and c.cause = 'created' and l.id = $1`,
    lead.id,
  );
};
const running = async (lead: TestLead): Promise<boolean> => {
  const { status } = await baton.client.workflow.getHandle(leadWorkflowId(lead.id)).describe();
  return status.name === 'RUNNING';
};

describe('reconcile', () => {
  // Each test mends what it broke, so that the next one begins with nothing wrong.
  afterEach(async () => expect((await check()).violations).toEqual([]));

  it('finds nothing wrong with leads in a cadence, offered, accepted and closed', async () => {
    const [nurtured, offered, won] = [
      await newLead(baton, 'patient'),
      await newLead(baton, 'patient'),
      await newLead(baton, 'patient'),
    ];
    await mailOf(nurtured, 'welcome');
    await qualify(baton, offered);
    await decide(baton, await qualify(baton, won), 'accept');
    const outcome = { outcome: 'won', occurredAt: new Date().toISOString() };
    expect((await baton.call('POST', `/v1/leads/${won.id}/outcome`, outcome)).status).toBe(200);
    await baton.inState(won.id, 'won');
    await Promise.all([nurtured, offered, won].map(age));
    const report = await check();
    expect(report).toMatchObject({ leads: 2, complete: true, violations: [] });
  }, 120_000);

  it('reports a terminated workflow; repaired, the lead goes on where it stood', async () => {
    const lead = await newLead(baton, 'patient');
    await mailOf(lead, 'welcome');
    await atStep(baton, lead, 'response');
    await age(lead);
    await baton.client.workflow.getHandle(leadWorkflowId(lead.id)).terminate('an operator slipped');
    // Visibility lags: the first answers may still count it as running.
    await waitFor(async () => kindsOf(await check(), lead).includes('workflow_missing'), {
      what: 'the terminated workflow is reported',
      timeoutMs: 30_000,
    });
    const report = await repair();
    expect(report.violations).toEqual([
      { leadId: lead.id, kind: 'workflow_missing', cause: 'its workflow has ended as TERMINATED', repaired: true },
    ]);
    await waitFor(() => running(lead), { what: 'the workflow runs again', timeoutMs: 30_000 });
    const snapshot = await baton.virtual.settled(lead.id);
    expect(snapshot.process.enrollment).toMatchObject({ step: 'response', cadence: 'patient' });
    await qualify(baton, lead);
    expect(await mailsOf(lead)).toEqual(['welcome']);
    const [entry] = await query<{ action: string; note: string; data: object }>(
      `select action, note, data from audit_entries where action = 'leads.reconcile' order by seq desc limit 1`,
    );
    expect(entry).toEqual({ action: 'leads.reconcile', note: 'after the outage', data: { workflow_missing: 1 } });
  }, 120_000);

  it('withdraws an offer that its lead knows nothing of', async () => {
    const lead = await newLead(baton, 'patient');
    const { id } = await qualify(baton, lead);
    await age(lead);
    await query(
      `insert into handoffs select (jsonb_populate_record(h, jsonb_build_object('id', gen_random_uuid(), 'no', 7,
         'offered_at', h.offered_at - interval '10 minutes'))).* from handoffs h where h.id = $1`,
      id,
    );
    expect(kindsOf(await check(), lead)).toEqual(['offer_stray']);
    expect((await repair()).violations).toMatchObject([{ kind: 'offer_stray', repaired: true }]);
    expect(await query('select no, state, decided_via from handoffs where lead_id = $1 order by no', lead.id)).toEqual([
      { no: 1, state: 'offered', decided_via: null },
      { no: 7, state: 'withdrawn', decided_via: 'repair' },
    ]);
  }, 60_000);

  it('says what is left to people: nobody active answers, an offered lead without its handoff, custody at odds', async () => {
    const lead = await newLead(baton, 'patient');
    const { id } = await qualify(baton, lead);
    await age(lead);
    const [before] = await query<{ person: string }>(
      'select accountable_person_id as person from leads where id = $1',
      lead.id,
    );
    const broken: [string, string, string][] = [
      [
        'accountable_inactive',
        `update people set active = false where id = '${before?.person}'`,
        `update people set active = true`,
      ],
      [
        'offer_missing',
        `update handoffs set state = 'expired' where id = '${id}'`,
        `update handoffs set state = 'offered' where id = '${id}'`,
      ],
      [
        'custody_gap',
        `update leads set custody = 'sales' where id = '${lead.id}'`,
        `update leads set custody = 'shared' where id = '${lead.id}'`,
      ],
    ];
    for (const [kind, spoil, mend] of broken) {
      await query(spoil);
      expect(kindsOf(await check(), lead)).toEqual([kind]);
      expect((await repair()).violations.filter(({ leadId }) => leadId === lead.id)).toMatchObject([
        { kind, repaired: false },
      ]);
      await query(mend);
    }
  }, 60_000);

  it('reports rows that nobody delivers, a late wake and a lead nothing moves; a poke mends those', async () => {
    const [late, still] = [await newLead(baton, 'patient'), await newLead(baton, 'patient')];
    for (const lead of [late, still]) await atStep(baton, lead, 'response');
    await Promise.all([late, still].map((lead) => baton.virtual.settled(lead.id)));
    await baton.stopWorker();
    await Promise.all([late, still].map(age));
    await query(`update leads set next_wake_at = now() - interval '1 hour' where id = $1`, late.id);
    await query(
      `update leads set next_wake_at = null, process = process #- '{process,enrollment,dueAt}' where id = $1`,
      still.id,
    );
    const report = await check();
    expect([kindsOf(report, late), kindsOf(report, still)]).toEqual([['wake_overdue'], ['nothing_to_wake']]);
    expect((await repair()).violations.map(({ repaired }) => repaired)).toEqual([true, true]);
    await query(`update outbox set created_at = created_at - interval '5 minutes' where delivered_at is null`);
    expect(kindsOf(await check(), late)).toEqual(['wake_overdue', 'outbox_stuck']);
    await baton.startWorker();
    await waitFor(async () => (await check()).violations.length === 0, { what: 'all is well', timeoutMs: 30_000 });
  }, 120_000);

  it('reports a lead that lies in nurture without a cadence', async () => {
    const lead = await newLead(baton, 'patient');
    await atStep(baton, lead, 'response');
    await baton.virtual.settled(lead.id);
    await age(lead);
    await query(`update leads set process = process #- '{process,enrollment}' where id = $1`, lead.id);
    expect(kindsOf(await check(), lead)).toEqual(['next_step_missing']);
    expect((await repair()).violations).toMatchObject([{ kind: 'next_step_missing', repaired: true }]);
    await waitFor(async () => (await check()).violations.length === 0, { what: 'it is mended', timeoutMs: 30_000 });
  }, 60_000);

  it('reports a workflow whose lead the record does not have, and leaves it alone', async () => {
    const lead = await newLead(baton, 'patient');
    await atStep(baton, lead, 'response');
    const stray = leadWorkflowId('0190a5a0-0000-7000-8000-00000000000f');
    const queue = baton.config.temporal.leadsQueue;
    await baton.stopWorker();
    const handle = await baton.client.workflow.start('leadLifecycle', {
      workflowId: stray,
      taskQueue: queue,
      args: [{ v: 1, leadId: '0190a5a0-0000-7000-8000-00000000000f' }],
    });
    await waitFor(async () => (await check()).violations.some(({ kind }) => kind === 'workflow_stray'), {
      what: 'the stray is reported',
      timeoutMs: 30_000,
    });
    expect((await repair()).violations).toMatchObject([{ kind: 'workflow_stray', repaired: false }]);
    expect((await handle.describe()).status.name).toBe('RUNNING');
    await handle.terminate();
    await baton.startWorker();
    await waitFor(async () => (await check()).violations.length === 0, { what: 'it is gone', timeoutMs: 30_000 });
  }, 60_000);
});

describe('who may reconcile', () => {
  it('is an operator', async () => {
    const { marketing } = baton.keys;
    expect((await baton.call('GET', '/v1/ops/reconcile', undefined, { key: marketing })).status).toBe(403);
    expect((await baton.call('POST', '/v1/ops/reconcile/repair', {}, { key: marketing })).status).toBe(403);
  });
});
