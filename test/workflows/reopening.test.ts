// A closed lead's workflow is started again from the record, by whoever reopens it first.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { leadWorkflowId } from '../../workflows/contracts/lead-lifecycle.contract.js';
import { engage, mailOf, newLead, offerOf, type TestLead, uniqueWord } from '../support/lead-steps.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

let baton: TestBaton;
beforeAll(async () => {
  baton = await startTestBaton();
});
afterAll(() => baton.stop());

const handleOf = (lead: TestLead) => baton.client.workflow.getHandle(leadWorkflowId(lead.id));

async function disqualified(): Promise<TestLead> {
  const lead = await newLead(baton, 'patient');
  await mailOf(lead, 'welcome');
  await baton.virtual.settled(lead.id);
  const answer = await baton.call('POST', `/v1/leads/${lead.id}/disqualify`);
  expect(answer.status).toBe(200);
  return lead;
}

const reopen = (lead: TestLead, key = baton.keys.admin, headers: Record<string, string> = {}) =>
  baton.call<{ state: string; at: string; detail: string; decidedBy: { name: string } }>(
    'POST',
    `/v1/leads/${lead.id}/reopen`,
    { reason: 'they called' },
    { key, headers },
  );

async function reopenings(lead: TestLead): Promise<number> {
  const rows = await baton.dataSource.query<unknown[]>(
    `select 1 from lead_records where lead_id = $1 and kind = 'state' and data->>'cause' = 'reopened'`,
    [lead.id],
  );
  return rows.length;
}

describe('reopening a lead', () => {
  it('starts its workflow again under the same id, at once and while the old run is still ending', async () => {
    const lead = await disqualified();
    const answer = await reopen(lead);
    expect(answer).toMatchObject({ status: 200, body: { state: 'nurturing' } });
    await baton.virtual.settled(lead.id);
    const { status } = await handleOf(lead).describe();
    expect(status.name).toBe('RUNNING');
    await engage(baton, lead, 'demo_request');
    await offerOf(baton, lead, 1);
  });

  it('by several people at once opens it once: the others hear who was first', async () => {
    const lead = await disqualified();
    await handleOf(lead).result();
    const other = await baton.keyOf('mara-marketer', 'marketing');
    const answers = await Promise.all([reopen(lead), reopen(lead, other), reopen(lead), reopen(lead, other)]);
    const done = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 409);
    expect([done.length, refused.length]).toEqual([2, 2]);
    expect(new Set(done.map(({ body }) => body.at)).size).toBe(1);
    const first = refused[0]?.body.decidedBy.name;
    expect(['Olga Owner', 'Mara Marketer']).toContain(first);
    expect(refused[0]?.body.detail).toContain(`Reopened by ${first}, `);
    expect(await reopenings(lead)).toBe(1);
  });

  it('with one Idempotency-Key is answered once', async () => {
    const lead = await disqualified();
    const headers = { 'idempotency-key': uniqueWord('key') };
    const first = await reopen(lead, baton.keys.admin, headers);
    expect(await reopen(lead, baton.keys.admin, headers)).toMatchObject({ status: 200, body: first.body });
    expect(await reopenings(lead)).toBe(1);
  });

  it('counts what came while it was closed, and nothing from before', async () => {
    const lead = await disqualified();
    await handleOf(lead).result();
    await engage(baton, lead, 'demo_request');
    expect((await handleOf(lead).describe()).status.name).toBe('COMPLETED');
    await reopen(lead);
    await offerOf(baton, lead, 1);
  });

  it('and facts at the same time: none is lost, and no closed lead is started by one', async () => {
    const leads = await Promise.all([disqualified(), disqualified(), disqualified()]);
    for (const lead of leads) await handleOf(lead).result();
    await Promise.all(leads.flatMap((lead) => [engage(baton, lead, 'demo_request'), reopen(lead)]));
    for (const lead of leads) await offerOf(baton, lead, 1);

    const closed = await disqualified();
    await handleOf(closed).result();
    const { runId } = await handleOf(closed).describe();
    await engage(baton, closed, 'quote_request');
    const waiting = async () =>
      baton.dataSource.query<unknown[]>('select 1 from outbox where lead_id = $1 and delivered_at is null', [
        closed.id,
      ]);
    while ((await waiting()).length > 0) await new Promise((resolve) => setTimeout(resolve, 25));
    expect((await handleOf(closed).describe()).runId).toBe(runId);
  });

  it('is refused for a lead that was won, from the record, with who and when', async () => {
    const lead = await disqualified();
    await baton.dataSource.query(`update leads set state = 'won' where id = $1`, [lead.id]);
    await handleOf(lead).result();
    const answer = await reopen(lead);
    expect(answer.status).toBe(409);
    expect(answer.body.detail).toMatch(/^The lead is won since .*: it can not be reopened now\.$/);
  });
});
