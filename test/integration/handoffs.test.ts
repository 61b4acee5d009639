import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HandoffsService, type OpenHandoffInput } from '../../src/handoffs/handoffs.service.js';
import { NoticesService, type SendNoticeInput } from '../../src/touches/notices.service.js';
import { type SalesApp, startSalesApp } from '../support/sales-app.js';
import { mailbox } from '../support/stack.js';

let app: SalesApp;
let handoffs: HandoffsService;
let notices: NoticesService;
const keys: Record<string, string> = {};

beforeAll(async () => {
  app = await startSalesApp();
  handoffs = app.app.get(HandoffsService, { strict: false });
  notices = app.app.get(NoticesService, { strict: false });
  const { people } = app.workspace;
  for (const name of ['jonas', 'lena', 'amara', 'clara', 'miriam'] as const) {
    keys[name] = await app.keyOf(people[name], 'sales');
  }
  keys['ines'] = await app.keyOf(people.ines, 'marketing');
});

afterAll(async () => {
  await app.close();
});

async function offered(assignee?: string): Promise<{ leadId: string; id: string }> {
  const lead = await app.workspace.lead({ state: 'offered', custody: 'shared' });
  const id = await app.workspace.handoff(lead.id, assignee === undefined ? {} : { assignee });
  return { leadId: lead.id, id };
}

const call = (name: string, method: string, url: string, body?: unknown, headers: Record<string, string> = {}) =>
  app.call(method, url, { ...(keys[name] === undefined ? {} : { key: keys[name] }), body, headers });

describe('deciding over the API', () => {
  it('accepts, answers the same again, and reveals the reach to that person', async () => {
    const { id, leadId } = await offered();
    const before = await call('jonas', 'GET', `/v1/handoffs/${id}`);
    expect(before.text).not.toContain('014 772');
    const first = await call('jonas', 'POST', `/v1/handoffs/${id}/accept`, { note: 'mine', firstContactBy: 'today' });
    expect(first.status).toBe(200);
    const body = first.json<{ handoff: Record<string, unknown>; lead: unknown }>();
    expect(body.handoff).toMatchObject({
      id,
      state: 'accepted',
      decidedBy: { name: 'Jonas Weidner' },
      decidedVia: 'api',
    });
    expect(body.lead).toMatchObject({ id: leadId, state: 'accepted' });
    expect(first.text).toContain('+420 555 014 772');
    const again = await call('jonas', 'POST', `/v1/handoffs/${id}/accept`, { note: 'mine', firstContactBy: 'today' });
    expect(again.json()).toEqual(first.json());
    expect((await call('amara', 'GET', `/v1/handoffs/${id}`)).text).not.toContain('014 772');
    expect(await app.dataSource.query('SELECT text FROM notes WHERE lead_id = $1', [leadId])).toEqual([
      { text: 'mine' },
    ]);
  });

  it('answers anything else after a decision with who, when and what now', async () => {
    const { id } = await offered();
    await call('jonas', 'POST', `/v1/handoffs/${id}/accept`, {});
    const late = await call('amara', 'POST', `/v1/handoffs/${id}/reject`, { reason: 'not_ready' });
    expect(late.status).toBe(409);
    expect(late.json()).toMatchObject({
      type: '/problems/conflict',
      decision: 'accepted',
      decidedBy: { id: app.workspace.people.jonas, name: 'Jonas Weidner' },
      decidedAt: expect.stringMatching(/Z$/),
      handoffState: 'accepted',
    });
    expect(late.json<{ detail: string }>().detail).toContain('Jonas Weidner accepted this handoff');
  });

  it('lets one of a race win', async () => {
    const { id } = await offered();
    const answers = await Promise.all([
      call('jonas', 'POST', `/v1/handoffs/${id}/accept`, {}),
      call('amara', 'POST', `/v1/handoffs/${id}/reject`, { reason: 'not_ready' }),
      call('miriam', 'POST', `/v1/handoffs/${id}/accept`, {}),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409, 409]);
  });

  it('refuses a rejection without a known reason', async () => {
    const { id } = await offered();
    for (const body of [{}, { reason: 'because' }, { reason: 'other' }, { reason: 'not_ready', colour: 'red' }]) {
      const answer = await call('jonas', 'POST', `/v1/handoffs/${id}/reject`, body);
      expect(answer.status).toBe(422);
    }
    const good = {
      reason: 'other',
      note: 'bought elsewhere',
      quality: 2,
      insights: [{ kind: 'trend', text: 'prices' }],
    };
    const done = await call('jonas', 'POST', `/v1/handoffs/${id}/reject`, good);
    expect(done.json<{ handoff: unknown }>().handoff).toMatchObject({ state: 'rejected', reason: 'other', quality: 2 });
  });

  it('lets assignee, team owner and accountable owner decide, and nobody else', async () => {
    const { id } = await offered();
    expect((await call('lena', 'POST', `/v1/handoffs/${id}/accept`, {})).status).toBe(403);
    const foreign = await call('clara', 'POST', `/v1/handoffs/${id}/accept`, {});
    const absent = await call('clara', 'POST', `/v1/handoffs/01890a5d-ac96-774b-bcce-b302099a8057/accept`, {});
    expect(foreign.status).toBe(404);
    expect({ ...foreign.json<object>(), instance: '' }).toEqual({ ...absent.json<object>(), instance: '' });
    expect((await call('clara', 'GET', `/v1/handoffs/${id}`)).status).toBe(404);
    expect((await call('clara', 'GET', '/v1/handoffs')).json<{ items: { id: string }[] }>().items).toEqual([]);
    expect((await call('miriam', 'POST', `/v1/handoffs/${id}/accept`, { by: 'jonas-weidner' })).status).toBe(422);
    expect((await call('clara', 'POST', `/v1/handoffs/${id}/accept`, { by: 'jonas' })).status).toBe(403);
    const named = await call('amara', 'POST', `/v1/handoffs/${id}/accept`, { by: 'jonas' });
    expect(named.json<{ handoff: unknown }>().handoff).toMatchObject({ decidedBy: { name: 'Jonas Weidner' } });
  });

  it('goes on: first touch, outcome', async () => {
    const { id, leadId } = await offered();
    await call('jonas', 'POST', `/v1/handoffs/${id}/accept`, {});
    const touched = await call('jonas', 'POST', `/v1/handoffs/${id}/touches`, {
      disposition: 'reached',
      note: 'friendly',
    });
    expect(touched.json<{ lead: unknown }>().lead).toMatchObject({ state: 'working' });
    expect((await call('jonas', 'POST', `/v1/leads/${leadId}/outcome`, { outcome: 'lost' })).status).toBe(422);
    const value = { amount: '12000.00', currency: 'EUR' };
    const won = await call('jonas', 'POST', `/v1/leads/${leadId}/outcome`, { outcome: 'won', value });
    expect(won.json()).toMatchObject({ outcome: 'won', lead: { id: leadId, state: 'won' } });
  });

  it('lets no lead come back on a day that is over', async () => {
    const { id } = await offered();
    const rejected = { reason: 'not_ready', earliestReturnAt: '2026-01-01T00:00:00Z' };
    const refused = await call('jonas', 'POST', `/v1/handoffs/${id}/reject`, rejected);
    expect([refused.status, refused.json()]).toMatchObject([422, { errors: [{ path: 'earliestReturnAt' }] }]);
    await call('jonas', 'POST', `/v1/handoffs/${id}/accept`, {});
    expect((await call('jonas', 'POST', `/v1/handoffs/${id}/return`, rejected)).status).toBe(422);
  });

  it('answers for a lead whose process is over: the same decision again, or who decided', async () => {
    const { id, leadId } = await offered();
    await call('jonas', 'POST', `/v1/handoffs/${id}/accept`, {});
    const outcome = { outcome: 'won', value: { amount: '12000.00', currency: 'EUR' } };
    await call('jonas', 'POST', `/v1/leads/${leadId}/outcome`, outcome);
    expect((await call('jonas', 'POST', `/v1/handoffs/${id}/accept`, {})).status).toBe(200);
    expect((await call('jonas', 'POST', `/v1/leads/${leadId}/outcome`, outcome)).status).toBe(200);
    expect((await call('jonas', 'POST', `/v1/leads/${leadId}/outcome`, { outcome: 'won' })).status).toBe(200);
    const dearer = { outcome: 'won', value: { amount: '15000.00', currency: 'EUR' } };
    const told = await call('jonas', 'POST', `/v1/leads/${leadId}/outcome`, dearer);
    expect([told.status, told.json()]).toMatchObject([409, { detail: expect.stringContaining('amount 12000.00') }]);
    const late = await call('amara', 'POST', `/v1/handoffs/${id}/reject`, { reason: 'not_ready' });
    expect(late.status).toBe(409);
    expect(late.json()).toMatchObject({ decision: 'accepted', state: 'won', decidedBy: { name: 'Jonas Weidner' } });
    const lost = await call('jonas', 'POST', `/v1/leads/${leadId}/outcome`, { outcome: 'lost', reason: 'not_ready' });
    expect(lost.json()).toMatchObject({ status: 409, decision: 'won', state: 'won' });
  });

  it('lets marketing take back what sales rejected', async () => {
    const { id } = await offered();
    await call('jonas', 'POST', `/v1/handoffs/${id}/reject`, { reason: 'not_ready' });
    expect((await call('jonas', 'POST', `/v1/handoffs/${id}/acknowledge-return`, {})).status).toBe(403);
    const back = await call('ines', 'POST', `/v1/handoffs/${id}/acknowledge-return`, { note: 'thanks' });
    expect(back.json()).toMatchObject({
      handoff: { acknowledgedBy: { name: 'Ines Okafor' } },
      lead: { state: 'nurturing' },
    });
    expect((await call('ines', 'POST', `/v1/handoffs/${id}/acknowledge-return`, {})).status).toBe(200);
  });

  it('reassigns to a rep', async () => {
    const { id } = await offered();
    expect((await call('amara', 'POST', `/v1/handoffs/${id}/reassign`, { to: 'ines' })).status).toBe(422);
    const moved = await call('amara', 'POST', `/v1/handoffs/${id}/reassign`, { to: 'lena' });
    expect(moved.json<{ handoff: unknown }>().handoff).toMatchObject({ state: 'withdrawn' });
  });

  it('pages the list of one person', async () => {
    const { lena } = app.workspace.people;
    const made = [await offered(lena), await offered(lena), await offered(lena)].map(({ id }) => id);
    const first = (await call('lena', 'GET', '/v1/handoffs?assignee=me&state=offered&limit=2')).json<{
      items: { id: string }[];
      nextCursor: string;
    }>();
    const rest = (
      await call('lena', 'GET', `/v1/handoffs?assignee=me&state=offered&limit=2&cursor=${first.nextCursor}`)
    ).json<{ items: { id: string }[]; nextCursor: null }>();
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(made.reverse());
    expect(rest.nextCursor).toBeNull();
    await app.dataSource.query(`UPDATE handoffs SET state = 'withdrawn' WHERE id = ANY($1)`, [made]);
  });
});

describe('opening a handoff', () => {
  const input = (leadId: string, over: Partial<OpenHandoffInput> = {}): OpenHandoffInput => ({
    leadId,
    no: 1,
    qualifiedBy: 'definition',
    ruleId: 'hand-raise',
    definitionVersionId: null,
    qualifiedAt: Date.now(),
    now: Date.now(),
    ...over,
  });

  it('freezes the packet, once, however often it is called', async () => {
    await app.dataSource.query(`UPDATE handoffs SET state = 'withdrawn' WHERE state = 'offered'`);
    const lead = await app.workspace.lead({ state: 'qualified' });
    const results = await Promise.all(Array.from({ length: 5 }, () => handoffs.openHandoff(input(lead.id))));
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
    const rows = await app.dataSource.query<
      { packet: object; routing: { sentence: string }; accept_due_at: Date; offered_at: Date }[]
    >('SELECT * FROM handoffs WHERE lead_id = $1', [lead.id]);
    expect(rows).toHaveLength(1);
    const [row] = rows;
    if (row === undefined) throw new Error('no handoff');
    expect(row.packet).toMatchObject({ handoffNo: 1, reach: { name: 'Marek Dvořák', complete: true } });
    expect(row.routing.sentence).toContain('of dach');
    expect(row.accept_due_at.getTime() - row.offered_at.getTime()).toBe(4 * 3_600_000);
  });

  it('is made anew, at its old address, when the row is one that was taken back', async () => {
    const lead = await app.workspace.lead({ state: 'qualified' });
    const lost = await app.workspace.handoff(lead.id, { state: 'withdrawn' });
    const result = await handoffs.openHandoff(input(lead.id));
    expect(result).toMatchObject({ result: 'offered' });
    const rows = await app.dataSource.query<unknown[]>(
      `SELECT id, state, packet->'reach'->>'name' AS name FROM handoffs WHERE lead_id = $1`,
      [lead.id],
    );
    // Whoever saw it in the list before it was taken back decides on what stands now.
    expect(rows).toEqual([{ id: lost, state: 'offered', name: 'Marek Dvořák' }]);
    await app.dataSource.query(`UPDATE handoffs SET state = 'withdrawn' WHERE state = 'offered'`);
  });

  it('waits for mandatory fields', async () => {
    const lead = await app.workspace.lead({ state: 'qualified', company: null });
    expect(await handoffs.openHandoff(input(lead.id))).toEqual({
      result: 'waiting',
      why: 'packet_incomplete',
      missing: ['company'],
    });
  });

  it('never offers more than a rep can hold, however many leads cross at once', async () => {
    await app.dataSource.query(`UPDATE handoffs SET state = 'withdrawn' WHERE state = 'offered'`);
    const leads = await Promise.all(Array.from({ length: 7 }, () => app.workspace.lead({ state: 'qualified' })));
    const results = await Promise.all(leads.map((lead) => handoffs.openHandoff(input(lead.id))));
    // Two reps of the team with room for two each.
    expect(results.filter((result) => result.result === 'offered')).toHaveLength(4);
    const waiting = results.filter((result) => result.result === 'waiting');
    expect(waiting).toHaveLength(3);
    for (const result of waiting)
      expect(result).toMatchObject({ why: 'nobody_available', retryAt: expect.any(Number) });
    const loads = await app.dataSource.query<{ n: number }[]>(
      `SELECT count(*)::int AS n FROM handoffs WHERE state = 'offered' GROUP BY assignee_id`,
    );
    expect(loads).toEqual([{ n: 2 }, { n: 2 }]);
    await app.dataSource.query(`UPDATE handoffs SET state = 'withdrawn' WHERE state = 'offered'`);
  });

  it('knows whose signal counts', async () => {
    const { leadId } = await offered();
    const { jonas, lena, clara } = app.workspace.people;
    const may = (by: string, reason?: string) => handoffs.mayDecide({ leadId, handoffNo: 1, by, reason });
    expect(await may(jonas)).toEqual({ ok: true });
    expect(await may(jonas, 'not_ready')).toEqual({ ok: true });
    expect(await may(jonas, 'because')).toEqual({ ok: false, why: 'unknown_reason' });
    expect(await may(lena)).toEqual({ ok: false, why: 'not_allowed' });
    expect(await may(clara)).toEqual({ ok: false, why: 'not_allowed' });
    expect(await may('Jonas')).toEqual({ ok: false, why: 'unknown_person' });
  });
});

describe('notices', () => {
  const tell = (leadId: string, kind: SendNoticeInput['kind'], ordinal = 1) =>
    notices.sendNotice({ leadId, handoffNo: 1, kind, ordinal, now: Date.now() });

  async function mailsAbout(name: 'jonas' | 'amara' | 'miriam' | 'ines', subject: string) {
    const [row]: { email: string }[] = await app.dataSource.query('SELECT email FROM people WHERE id = $1', [
      app.workspace.people[name],
    ]);
    return mailbox.messages({ to: row?.email ?? '', subject });
  }

  async function named(name: string): Promise<string> {
    const lead = await app.workspace.lead({ state: 'offered', name });
    await app.workspace.handoff(lead.id);
    return lead.id;
  }

  it('mails the offer once, with why now, masked reach and both links', async () => {
    const leadId = await named('Offered Olga');
    const results = await Promise.all([tell(leadId, 'offer'), tell(leadId, 'offer')]);
    expect(results.map((result) => result.result)).toContain('sent');
    const [mail, second] = await mailsAbout('jonas', 'Offered Olga');
    expect(second).toBeUndefined();
    expect(mail?.subject).toBe('New lead: Offered Olga, Ostrava Valves');
    expect(mail?.text).toContain('Two pumps failed this winter.');
    expect(mail?.text).toContain('+420 ••• 72');
    expect(`${mail?.text} ${mail?.html}`).not.toMatch(/014 772|marek\.dvorak@/);
    const links = mail?.text.match(/http:\/\/127\.0\.0\.1:4100\/l\/\S+/g) ?? [];
    expect(links).toHaveLength(2);
    expect(links[1]).toBe(`${links[0]}?reject`);
    expect((await app.call('GET', new URL(links[0] ?? '').pathname)).status).toBe(200);
  });

  it('tells whom it concerns', async () => {
    const leadId = await named('Told Tom');
    await tell(leadId, 'team_owner');
    await tell(leadId, 'escalation');
    expect((await mailsAbout('amara', 'Told Tom'))[0]?.subject).toContain('has not answered yet');
    expect((await mailsAbout('miriam', 'Told Tom'))[0]?.subject).toContain('Promise broken');
    await app.dataSource.query(
      `UPDATE handoffs SET state = 'rejected', reason = 'not_ready', returned_at = now() WHERE lead_id = $1`,
      [leadId],
    );
    expect(await tell(leadId, 'reminder', 2)).toMatchObject({ result: 'skipped' });
    await tell(leadId, 'return_to_acknowledge', 3);
    expect((await mailsAbout('ines', 'Told Tom'))[0]?.text).toContain('gave Told Tom, Ostrava Valves back: Not ready');
  });

  it('tells of more queued leads at once than there are connections', async () => {
    const leads = await Promise.all(
      Array.from({ length: 24 }, (_, index) => app.workspace.lead({ state: 'qualified', name: `Queued ${index}` })),
    );
    const results = await Promise.all(leads.map((lead) => tell(lead.id, 'queued')));
    expect(results.map(({ result }) => result)).toEqual(leads.map(() => 'sent'));
  });

  it('has a doubt, and sends nothing again, when the answer is lost', async () => {
    const leadId = await named('Doubtful Dora');
    const [row]: { email: string }[] = await app.dataSource.query('SELECT email FROM people WHERE id = $1', [
      app.workspace.people.jonas,
    ]);
    const to = row?.email ?? '';
    await mailbox.setFaults({ stage: 'after_dot_drop', to });
    expect(await tell(leadId, 'offer')).toMatchObject({ result: 'in_doubt' });
    expect(await tell(leadId, 'offer')).toMatchObject({ result: 'in_doubt' });
    expect(await mailsAbout('jonas', 'Doubtful Dora')).toHaveLength(1);
  });

  it('is thrown back when the mail server refuses, and goes out the next time', async () => {
    const leadId = await named('Refused Rita');
    const [row]: { email: string }[] = await app.dataSource.query('SELECT email FROM people WHERE id = $1', [
      app.workspace.people.jonas,
    ]);
    await mailbox.setFaults({ stage: 'rcpt', code: 451, to: row?.email ?? '' });
    await expect(tell(leadId, 'offer')).rejects.toThrow('refused at rcpt');
    expect(await tell(leadId, 'offer')).toMatchObject({ result: 'sent' });
    expect(await mailsAbout('jonas', 'Refused Rita')).toHaveLength(1);
  });
});
