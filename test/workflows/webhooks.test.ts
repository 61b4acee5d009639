import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import type { LeadRecord } from '../../domain/lead/lead-process.js';
import { inTransaction } from '../../src/database/transaction.js';
import { DocumentsService } from '../../src/documents/documents.service.js';
import { WebhookLedgerService } from '../../src/webhooks/webhook-ledger.service.js';
import { webhookWorkflowId } from '../../workflows/contracts/webhook-delivery.contract.js';
import { decide, newLead, qualify, uniqueWord } from '../support/lead-steps.js';
import { waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';
import { type ReceivedCall, status, WebhookReceiver } from '../support/webhook-receiver.js';

const HOUR = 3_600_000;
const MINUTE = 60_000;

interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly state: string;
  readonly tries: number;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly nextTryAt: string | null;
}

const receiver = new WebhookReceiver();
let baton: TestBaton;
let ledger: WebhookLedgerService;
let leadId: string;
let rev = 1_000_000;

beforeAll(async () => {
  await receiver.open();
  baton = await startTestBaton({ allowedHosts: receiver.host });
  ledger = new WebhookLedgerService(baton.app.get(DocumentsService, { strict: false }));
  leadId = (await newLead(baton, 'web')).id;
  await baton.virtual.settled(leadId);
});
afterAll(async () => {
  await baton.stop();
  await receiver.close();
});

/** A promise to be settled from outside. */
function gate(): { readonly promise: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

let key: string;
let path: string;
let secret: string;
beforeEach(() => {
  key = uniqueWord('hook');
  path = `/${key}`;
});

async function register(...events: string[]): Promise<void> {
  const made = await baton.call<{ secret: string }>('POST', '/v1/webhooks', { key, url: receiver.url(path), events });
  expect([made.status, made.text]).toEqual([201, expect.any(String)]);
  secret = made.body.secret;
}

/** Takes the endpoint of a test out of the way of the others. */
const unregister = (): Promise<unknown> => baton.call('DELETE', `/v1/webhooks/${key}`);

/** Writes the record as the sync of a lead does, with a revision of its own. */
async function record(kind: LeadRecord['kind'], data: LeadRecord['data'], at = Date.now()): Promise<void> {
  rev += 1;
  await inTransaction(baton.dataSource, (manager) => ledger.take(manager, { leadId, rev, n: 0 }, { kind, at, data }));
}
const moved = (): Promise<void> => record('state', { from: 'raw', to: 'nurturing', cause: 'checks_passed' });

async function deliveries(state = ''): Promise<readonly Delivery[]> {
  const query = state === '' ? '' : `?state=${state}`;
  const { body } = await baton.call<{ items: Delivery[] }>('GET', `/v1/webhooks/${key}/deliveries${query}`);
  return body.items;
}
const delivery = (what: string, holds: (one: Delivery) => boolean): Promise<Delivery> =>
  waitFor(async () => (await deliveries()).find(holds), { what: `the delivery ${what}`, timeoutMs: 30_000 });
const inState = (state: string): Promise<Delivery> => delivery(`is ${state}`, (one) => one.state === state);
const tried = (tries: number): Promise<Delivery> => delivery(`was tried ${tries} times`, (one) => one.tries >= tries);

const verified = (call: ReceivedCall | undefined, by = secret): unknown =>
  new Webhook(by).verify(call?.body ?? '', call?.headers ?? {});
const idsOf = (calls: readonly ReceivedCall[]): unknown[] => calls.map(({ headers }) => headers['webhook-id']);

describe('a delivery', () => {
  it('verifies with the reference library and says what happened', async () => {
    await register('lead.state_changed');
    const at = Date.parse('2026-06-01T08:00:00Z');
    await record('state', { from: 'raw', to: 'nurturing', cause: 'checks_passed' }, at);
    const { id } = await inState('delivered');
    const [call] = receiver.of(path);
    expect(verified(call)).toEqual({
      type: 'lead.state_changed',
      timestamp: '2026-06-01T08:00:00.000Z',
      data: { leadId, from: 'raw', to: 'nurturing', cause: 'checks_passed' },
    });
    expect(call?.headers).toMatchObject({ 'webhook-id': id, 'content-type': 'application/json' });
    // The time of the try, not of the event: receivers refuse what is minutes old.
    expect(Math.abs(Number(call?.headers['webhook-timestamp']) * 1_000 - Date.now())).toBeLessThan(MINUTE);
    await unregister();
  });

  it('is tried again after a 500 and a redirect, which it does not follow, under the same id', async () => {
    await register('lead.state_changed');
    receiver.answer(path, status(500), status(301, { location: receiver.url('/elsewhere') }), status(200));
    await moved();
    const first = await tried(1);
    expect(first).toMatchObject({
      state: 'failed',
      lastStatus: 500,
      lastError: 'status_500',
      nextTryAt: expect.any(String),
    });
    const workflowId = webhookWorkflowId(first.id, 1);
    await baton.virtual.forward(workflowId, 10_000);
    expect(await tried(2)).toMatchObject({ state: 'failed', lastStatus: 301, lastError: 'redirected' });
    await baton.virtual.forward(workflowId, 6 * MINUTE);
    expect(await tried(3)).toMatchObject({ state: 'delivered', lastStatus: 200, lastError: null, nextTryAt: null });
    const calls = receiver.of(path);
    expect(idsOf(calls)).toEqual([first.id, first.id, first.id]);
    for (const call of calls) expect(verified(call)).toBeDefined();
    expect(new Set(calls.map(({ body }) => body)).size).toBe(1);
    expect(receiver.of('/elsewhere')).toEqual([]);
    await unregister();
  });

  it('ends with 410, which disables the endpoint, until a person enables it and sends it again', async () => {
    await register('lead.state_changed');
    receiver.answer(path, status(410), status(204));
    await moved();
    const dead = await inState('dead');
    expect(dead).toMatchObject({ tries: 1, lastStatus: 410, lastError: 'gone' });
    const shown = await baton.call('GET', `/v1/webhooks/${key}`);
    expect(shown.body).toMatchObject({ state: 'disabled', disabledReason: 'gone' });
    await moved();
    expect(await deliveries()).toHaveLength(1);

    const replay = () => baton.call('POST', `/v1/webhooks/deliveries/${dead.id}/replay`, {});
    expect(await replay()).toMatchObject({ status: 409, body: { webhook: key } });
    expect((await baton.call('POST', `/v1/webhooks/${key}/enable`, {})).body).toMatchObject({ state: 'active' });
    expect(await replay()).toMatchObject({ status: 200, body: { id: dead.id, state: 'pending' } });
    expect(await inState('delivered')).toMatchObject({ id: dead.id, tries: 2 });
    expect(idsOf(receiver.of(path))).toEqual([dead.id, dead.id]);
    await unregister();
  });

  it('leaves an endpoint alone whose address was changed while the old one answered 410', async () => {
    await register('lead.state_changed');
    const [called, changed] = [gate(), gate()];
    receiver.answer(path, (_call, response) => {
      called.open();
      void changed.promise.then(() => {
        response.writeHead(410);
        response.end();
      });
    });
    await moved();
    await called.promise;
    await baton.call('PATCH', `/v1/webhooks/${key}`, { url: receiver.url(`${path}-new`) });
    changed.open();
    await inState('dead');
    expect((await baton.call('GET', `/v1/webhooks/${key}`)).body).toMatchObject({ state: 'active' });
    await unregister();
  });

  it('outlives days without its receiver, is dead after ten tries, and is sent again by hand', async () => {
    await register('lead.state_changed');
    await receiver.close();
    await moved();
    // The pauses of the schedule: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h.
    const pauses = [5_000, 5 * MINUTE, 30 * MINUTE, ...[2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR)];
    const { id } = await tried(1);
    for (const [index, pause] of pauses.entries()) {
      expect(await tried(index + 1)).toMatchObject({
        state: 'failed',
        lastStatus: null,
        lastError: 'connection_refused',
      });
      await baton.virtual.forward(webhookWorkflowId(id, 1), pause);
    }
    expect(await inState('dead')).toMatchObject({ tries: 10, lastError: 'connection_refused', nextTryAt: null });
    expect((await deliveries('dead')).map((one) => one.id)).toEqual([id]);

    await receiver.open();
    await baton.call('POST', `/v1/webhooks/deliveries/${id}/replay`, {});
    expect(await inState('delivered')).toMatchObject({ id, tries: 11 });
    expect(receiver.of(path)).toHaveLength(1);
    expect(verified(receiver.of(path)[0])).toMatchObject({ type: 'lead.state_changed' });
    await unregister();
  });

  it('is not lost when the worker dies before it is started, nor sent twice when it dies right after', async () => {
    await register('lead.state_changed');
    await baton.stopWorker();
    await moved();
    expect((await deliveries())[0]).toMatchObject({ state: 'pending', tries: 0 });
    await baton.startWorker();
    const { id } = await inState('delivered');

    // A turn of the relay that was killed between the start and its own commit.
    receiver.answer(path, status(500), status(204));
    await moved();
    const second = await delivery('failed', (one) => one.id !== id && one.state === 'failed');
    await baton.dataSource.query(`update webhook_deliveries set started_at = null, state = 'pending' where id = $1`, [
      second.id,
    ]);
    await waitFor(
      async () => {
        const rows = await baton.dataSource.query<unknown[]>(
          'select 1 from webhook_deliveries where id = $1 and started_at is not null',
          [second.id],
        );
        return rows.length > 0;
      },
      { what: 'the relay sees that it runs' },
    );
    await baton.virtual.forward(webhookWorkflowId(second.id, 1), 10_000);
    await delivery('delivered', (one) => one.id === second.id && one.state === 'delivered');
    expect(idsOf(receiver.of(path))).toEqual([id, second.id, second.id]);
    await unregister();
  });

  it('is signed with both secrets for a day after a change', async () => {
    await register('lead.state_changed');
    const rotated = await baton.call<{ secret: string }>('POST', `/v1/webhooks/${key}/rotate-secret`, {});
    expect(rotated.status).toBe(200);
    await moved();
    await inState('delivered');
    const [call] = receiver.of(path);
    expect(verified(call)).toBeDefined();
    expect(verified(call, rotated.body.secret)).toBeDefined();
    await unregister();
  });

  it('dies without a call where its secret does not open', async () => {
    await register('lead.state_changed');
    await baton.dataSource.query(`update webhook_endpoints set secret = 'lost.abcd' where key = $1`, [key]);
    await moved();
    expect(await inState('dead')).toMatchObject({ tries: 0, lastError: 'secret_unreadable' });
    expect(receiver.of(path)).toEqual([]);
    await unregister();
  });
});

describe('what can be undone', () => {
  const accepted = async (): Promise<void> => {
    await record('decided', { handoffNo: 1, kind: 'accepted' });
    await record('state', { from: 'offered', to: 'accepted', cause: 'accepted' });
  };
  const held = async (): Promise<number[]> => {
    const rows = await baton.dataSource.query<{ seconds: number }[]>(
      `select extract(epoch from d.not_before_at - d.created_at)::float8 as seconds
         from webhook_deliveries d join webhook_endpoints e on e.id = d.endpoint_id
        where e.key = $1 and d.started_at is null`,
      [key],
    );
    return rows.map(({ seconds }) => seconds);
  };

  it('is held for five minutes, and nobody hears of what was undone', async () => {
    await register('handoff.accepted', 'lead.state_changed');
    await accepted();
    expect(await held()).toEqual([305, 305]);
    await record('decided', { handoffNo: 1, kind: 'undone' });
    await record('state', { from: 'accepted', to: 'offered', cause: 'undone' });
    expect(await deliveries()).toEqual([]);
    await unregister();
  });

  it('goes out as soon as something comes after it', async () => {
    await register('handoff.accepted', 'lead.state_changed');
    await accepted();
    await record('first_touch', { handoffNo: 1 });
    const states = await waitFor(
      async () => {
        const all = await deliveries('delivered');
        return all.length === 2 ? all.map(({ event }) => event).sort() : undefined;
      },
      { what: 'both are delivered' },
    );
    expect(states).toEqual(['handoff.accepted', 'lead.state_changed']);
    await unregister();
  });
});

describe('a handoff', () => {
  it('is told with its packet, with phone and address hidden as in mails, and what follows by ids', async () => {
    await register('handoff.offered', 'handoff.rejected', 'handoff.expired');
    const lead = await newLead(baton, 'web', { name: 'Petra Holm', phone: '+49 555 014 772' });
    const handoff = await qualify(baton, lead);
    await inState('delivered');
    const [call] = receiver.of(path);
    const told = verified(call) as { type: string; data: { packet: { reach: Record<string, unknown> } } };
    expect(told).toMatchObject({
      type: 'handoff.offered',
      data: { leadId: lead.id, handoffId: handoff.id, handoffNo: 1, assigneeId: handoff.assigneeId },
    });
    expect(told.data.packet.reach).toMatchObject({ name: 'Petra Holm', company: lead.company, phone: '+49 ••• 72' });
    expect(call?.body).not.toContain(lead.email);
    expect(call?.body).not.toContain('014');

    await decide(baton, handoff, 'reject', { reason: 'not_ready' });
    const rejected = await delivery('waits', (one) => one.event === 'handoff.rejected');
    expect(rejected).toMatchObject({ state: 'pending', tries: 0 });
    // Erasing takes the packet; what is held and was not sent yet never is.
    await baton.call('POST', `/v1/leads/${lead.id}/erase`, {});
    await baton.inState(lead.id, 'erased');
    const rows = await baton.dataSource.query<unknown[]>(
      `select event, body, state from webhook_deliveries where lead_id = $1 and event <> 'lead.state_changed' order by event`,
      [lead.id],
    );
    expect(rows).toEqual([
      { event: 'handoff.offered', body: null, state: 'delivered' },
      { event: 'handoff.rejected', body: null, state: 'dead' },
    ]);
    await unregister();
  });
});
