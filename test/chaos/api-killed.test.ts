import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AppProcess, startAppProcess } from '../support/app-process.js';
import { leadBody, newLead, type TestLead, uniqueWord } from '../support/lead-steps.js';
import { ask, reconcile, type Reply, seededRandom, startLoad, statuses } from '../support/load.js';
import { waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

const SEED = 9_911;
const KILLS = 4;
const REPEAT_AFTER_MS = 250;

let baton: TestBaton;
let api: AppProcess;
let leads: TestLead[];
beforeAll(async () => {
  baton = await startTestBaton();
  leads = await Promise.all(Array.from({ length: 8 }, () => newLead(baton, 'patient')));
  await baton.stopWorker();
  api = await startAppProcess('main', baton.env);
}, 240_000);
afterAll(async () => {
  await api?.kill();
  await baton?.stop();
});

const target = () => ({ url: () => api.url, key: baton.keys.admin });

interface Created {
  readonly email: string;
  readonly leadId: string;
  readonly status: number;
  readonly send: () => Promise<Reply>;
}

/** Creates leads under keys, repeating each request unchanged until it is answered. */
async function createLeads(until: () => boolean): Promise<Created[]> {
  const created: Created[] = [];
  while (!until()) {
    const body = leadBody('patient');
    const headers = { 'idempotency-key': uniqueWord('key') };
    const send = (): Promise<Reply> => ask(target(), 'POST', '/v1/leads', body, headers);
    let reply = await send();
    // 200 when the run that died had stored the lead and could not say so.
    for (; ![200, 201].includes(reply.status); reply = await send()) {
      // No answer, not yet, or the run that died still holds the key: never another refusal, never a second lead.
      expect([0, 503, 409]).toContain(reply.status);
      await pause(REPEAT_AFTER_MS);
    }
    const { lead } = reply.body as { lead: { id: string } };
    created.push({ email: String(body['email']), leadId: lead.id, status: reply.status, send });
  }
  return created;
}

describe('an api killed with -9 while clients send', () => {
  it('has what it acknowledged; the rest is repeated with the same ids and keys and counts once', async () => {
    const random = seededRandom(SEED);
    const load = startLoad({
      ...target(),
      leads,
      clients: 12,
      kinds: ['page_view', 'email_open'],
      random,
      pauseMs: 25,
    });
    let over = false;
    const creating = Promise.all(Array.from({ length: 3 }, () => createLeads(() => over)));
    for (let kill = 0; kill < KILLS; kill += 1) {
      const before = load.acknowledged.size;
      await waitFor(() => load.acknowledged.size > before + 150, { what: 'the load runs', timeoutMs: 90_000 });
      await pause(random() * 200);
      await api.kill();
      // What was told before the end is there, without any help of a process.
      expect(await reconcile(baton.dataSource, load.acknowledged)).toEqual([]);
      api = await startAppProcess('main', baton.env);
    }
    over = true;
    await load.finish();
    const created = (await creating).flat();

    expect(await reconcile(baton.dataSource, load.acknowledged)).toEqual([]);
    const [{ count } = { count: 0 }] = await baton.dataSource.query<{ count: number }[]>(
      `select count(*)::int as count from engagements where source = 'load'`,
    );
    expect(count).toBe(load.acknowledged.size);
    expect(
      Object.keys(statuses(load.replies)).filter((status) => !['0', '202', '409', '503'].includes(status)),
    ).toEqual([]);
    expect(statuses(load.replies)[0]).toBeGreaterThan(0);

    const rows = await baton.dataSource.query<{ id: string; email: string }[]>(
      'select id, email from leads where email = any($1)',
      [created.map(({ email }) => email)],
    );
    expect(rows.map(({ id }) => id).sort()).toEqual(created.map(({ leadId }) => leadId).sort());
    for (const { leadId, status, send } of created.slice(0, 10)) {
      expect(await send()).toMatchObject({ status, body: { lead: { id: leadId } } });
    }
    process.stdout.write(
      `${KILLS} kills: ${load.acknowledged.size} engagements, ${created.length} leads, ${JSON.stringify(statuses(load.replies))}\n`,
    );
  }, 300_000);
});
