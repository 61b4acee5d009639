import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { billableActions } from '../support/billable-actions.js';
import { runsOf } from '../support/histories.js';
import { mailbox, waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

interface Fixture {
  readonly lead: Record<string, unknown>;
  readonly engagements: readonly { after: string; kind: string; properties?: Record<string, unknown> }[];
}

const fixture = parse(readFileSync(new URL('../fixtures/standard-lead.yaml', import.meta.url), 'utf8')) as Fixture;
const MAX_EVENTS = 95;
const MAX_BYTES = 20 * 1024;

let baton: TestBaton;
beforeAll(async () => {
  baton = await startTestBaton();
});
afterAll(() => baton.stop());

describe('the standard lead', () => {
  it('takes at most 95 history events and 20 kB up to the answer of the accept', async () => {
    const email = `standard.${Date.now()}@standard.example`;
    const created = await baton.call<{ lead: { id: string } }>('POST', '/v1/leads', { email, ...fixture.lead });
    expect(created.status).toBe(201);
    const leadId = created.body.lead.id;
    for (const [n, { after, kind, properties }] of fixture.engagements.entries()) {
      await waitFor(() => mailbox.messages({ to: email, subject: after }).then((found) => found.length > 0), {
        what: `touch ${after}`,
        timeoutMs: 30_000,
      });
      const sent = await baton.call('POST', '/v1/engagements', {
        source: 'standard',
        eventId: `${leadId}-${n}`,
        lead: { id: leadId },
        kind,
        occurredAt: new Date().toISOString(),
        properties,
      });
      expect(sent.status).toBe(202);
    }
    await baton.inState(leadId, 'offered');
    const { body: page } = await baton.call<{ items: { id: string }[] }>('GET', '/v1/handoffs?state=offered');
    const [handoff] = await baton.dataSource.query<{ id: string }[]>('select id from handoffs where lead_id = $1', [
      leadId,
    ]);
    expect(page.items.map((item) => item.id)).toContain(handoff?.id);
    const accepted = await baton.call('POST', `/v1/handoffs/${handoff?.id}/accept`, {});
    expect(accepted.status).toBe(200);

    const { events, bytes } = await baton.history(leadId);
    const touches = await baton.dataSource.query<{ state: string }[]>('select state from touches where lead_id = $1', [
      leadId,
    ]);
    const [run] = await runsOf(baton.client, leadId);
    const actions = run ? billableActions(run) : {};
    const billed = Object.values(actions).reduce((sum, count) => sum + count, 0);
    process.stdout.write(
      `standard lead: ${events.length} history events (≤ ${MAX_EVENTS}), ${bytes} bytes (≤ ${MAX_BYTES}), ${billed} billable actions: ${JSON.stringify(actions)}\n`,
    );
    expect(touches.map(({ state }) => state)).toEqual(['sent', 'sent', 'sent', 'sent', 'sent']);
    expect(events.length).toBeLessThanOrEqual(MAX_EVENTS);
    expect(bytes).toBeLessThanOrEqual(MAX_BYTES);
  });
});
