import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '../support/stack.js';
import { type Answer, Browser, type KeyName, type RunningBaton, startBaton } from './running-baton.js';

interface Person {
  readonly id: string;
  readonly name: string;
}

interface Handoff {
  readonly id: string;
  readonly no: number;
  readonly state: string;
  readonly assignee: Person;
  readonly ruleId: string | null;
  readonly qualifiedBy: string;
  readonly offeredAt: string;
  readonly decidedAt: string | null;
  readonly decidedBy: Person | null;
  readonly decidedVia: string | null;
  readonly reason: string | null;
}

interface Decided {
  readonly handoff: Handoff;
  readonly lead: { readonly id: string; readonly state: string; readonly custody: string };
}

interface Explanation {
  readonly state: string;
  readonly sentence: string;
  readonly waitsFor: { readonly kinds: readonly string[]; readonly until: string | null };
  readonly rule: { readonly id: string; readonly definition: string; readonly version: number } | null;
}

interface TimelineItem {
  readonly at: string;
  readonly kind: string;
  readonly sentence: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface CustodyItem {
  readonly custody: string;
  readonly marketing: Person | null;
  readonly sales: Person | null;
  readonly accountable: Person;
  readonly since: string;
  readonly until: string | null;
}

interface Conflict {
  readonly detail: string;
  readonly decidedBy: Person;
  readonly decidedAt: string;
}

const DAY_MS = 86_400_000;
const RESPONSE_TIMEOUT_MS = 6_000;

let baton: RunningBaton;
let events = 0;

/** A lead with an address of its own; source `patient` waits three days for a download, any other six seconds. */
async function postLead(name: string, fields: Readonly<Record<string, unknown>> = {}) {
  const email = `${name.toLowerCase().replace(/\W+/g, '.')}.${randomBytes(4).toString('hex')}@lead.example`;
  const answer = await baton.call('POST', '/v1/leads', {
    key: 'intake',
    body: {
      ...{ email, name, company: `${name} Ltd`, country: 'DE', source: 'patient', campaign: 'fair' },
      ...{
        profile: { employees: 500 },
        phone: '+49 30 901820',
        consent: { basis: 'consent', at: '2026-01-15T09:00:00Z' },
      },
      ...fields,
    },
  });
  expect(answer.status).toBe(201);
  return { id: answer.json<{ lead: { id: string } }>().lead.id, email, name };
}

async function engage(email: string, kind: string, more: Readonly<Record<string, unknown>> = {}): Promise<void> {
  events += 1;
  const body = {
    ...{ source: 'website', eventId: `e2e-${events}`, lead: { email }, kind, occurredAt: new Date().toISOString() },
    ...more,
  };
  expect((await baton.call('POST', '/v1/engagements', { key: 'intake', body })).status).toBe(202);
}

const mailTo = (email: string, subject: string) =>
  waitFor(async () => (await baton.mails(email, subject))[0], {
    what: `mail "${subject}" to ${email}`,
    timeoutMs: 20_000,
  });

async function read<Shape>(path: string, key: KeyName = 'marketing'): Promise<Shape> {
  const answer = await baton.call('GET', path, { key });
  expect(answer.status).toBe(200);
  return answer.json<Shape>();
}

const explain = (leadId: string) => read<Explanation>(`/v1/leads/${leadId}/explain`);

const stateIs = (leadId: string, state: string) =>
  waitFor(async () => (await explain(leadId)).state === state, {
    what: `lead ${leadId} is ${state}`,
    timeoutMs: 20_000,
  });

/** It has its first mail and waits for a download. */
async function welcomed(lead: { id: string; email: string }): Promise<void> {
  await mailTo(lead.email, 'welcome');
  const waits = async () => (await explain(lead.id)).waitsFor.kinds.includes('download');
  await waitFor(waits, { what: `lead ${lead.id} waits for a download`, timeoutMs: 20_000 });
}

async function timeline(leadId: string): Promise<TimelineItem[]> {
  return (await read<{ items: TimelineItem[] }>(`/v1/leads/${leadId}/timeline?limit=200`)).items;
}

async function handoffsOf(leadId: string): Promise<Handoff[]> {
  return (await read<{ items: Handoff[] }>(`/v1/handoffs?leadId=${leadId}`)).items;
}

/** Mails to reps about this lead. */
async function offerMails(lead: { name: string }) {
  return (await baton.mails('@testwerk.example', lead.name)).filter((mail) => mail.text.includes('/l/'));
}

/** A lead that a hand-raise has brought before a rep. */
async function offeredLead(name: string) {
  const lead = await postLead(name);
  await welcomed(lead);
  await engage(lead.email, 'demo_request', { purpose: 'A demo for twelve pumps' });
  const mail = await waitFor(async () => (await offerMails(lead))[0], { what: 'the offer mail', timeoutMs: 20_000 });
  const [handoff] = await handoffsOf(lead.id);
  if (handoff === undefined) throw new Error('no handoff');
  const link = /http\S+\/l\/[\w.~-]+/.exec(mail.text)?.[0] ?? '';
  return { ...lead, handoff, link };
}

const decide = (handoff: Handoff, what: string, body: Readonly<Record<string, unknown>>, key: KeyName = 'sales') =>
  baton.call('POST', `/v1/handoffs/${handoff.id}/${what}`, { key, body });

/** 409 that says who has decided, and when. */
function expectConflict(answer: Answer, by: Person | null, at: string | null): void {
  expect(answer.status).toBe(409);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  const problem = answer.json<Conflict>();
  expect(problem.detail).toContain(by?.name);
  expect({ by: problem.decidedBy, at: problem.decidedAt }).toEqual({ by, at });
}

/** Custody from the first moment on: no gap, no overlap, always somebody's. Expected: `custody/accountable side`. */
async function expectCustody(leadId: string, expected: readonly string[]): Promise<void> {
  const { items } = await read<{ items: CustodyItem[] }>(`/v1/leads/${leadId}/custody`);
  const sideOf = ({ marketing, accountable }: CustodyItem) =>
    accountable.id === marketing?.id ? 'marketing' : 'sales';
  expect(items.map((item) => `${item.custody}/${sideOf(item)}`)).toEqual(expected);
  for (const [index, item] of items.entries()) {
    expect(item.until).toBe(items[index + 1]?.since ?? null);
    expect([item.marketing?.id, item.sales?.id]).toContain(item.accountable.id);
    const sides = [item.marketing && 'marketing', item.sales && 'sales'].filter(Boolean);
    expect(sides).toEqual(item.custody === 'shared' ? ['marketing', 'sales'] : [item.custody]);
  }
  const { createdAt } = await read<{ createdAt: string }>(`/v1/leads/${leadId}`);
  expect(items[0]?.since).toBe(createdAt);
  const shown = (await timeline(leadId)).filter(({ kind }) => kind === 'custody');
  expect(shown.map(({ data }) => data['custody'])).toEqual(items.map(({ custody }) => custody));
}

/** What a lead goes through from outside, on the Temporal server that `npm start -- --temporal …` names. */
export function describeMainLoop(temporal: 'dev' | 'postgres', startWithinMs: number): void {
  beforeAll(async () => {
    baton = await startBaton('test/fixtures/workspace', { temporal, startWithinMs });
  }, startWithinMs + 30_000);

  afterAll(() => baton?.remove());

  describe('a cadence', () => {
    it('sends its first mail to a posted lead', async () => {
      const lead = await postLead('Berta Anfang');
      const mail = await mailTo(lead.email, 'welcome');
      expect(mail.subject).toBe('welcome for Berta');
      expect(mail.to).toEqual([lead.email]);
      expect(mail.headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');
      await welcomed(lead);
      expect((await explain(lead.id)).state).toBe('nurturing');
      const touches = (await timeline(lead.id)).filter(({ kind }) => kind === 'touch');
      expect(touches.map(({ data }) => [data['step'], data['type']])).toEqual([['welcome', 'sent']]);
      await expectCustody(lead.id, ['marketing/marketing']);
    });

    it('goes on at once when the awaited engagement comes', async () => {
      const lead = await postLead('Carla Wach');
      await welcomed(lead);
      const postedAt = Date.now();
      await engage(lead.email, 'download', { properties: { name: 'handbook' } });
      const guide = await mailTo(lead.email, 'guide');
      expect(Date.parse(guide.receivedAt) - postedAt).toBeLessThan(5_000);
      const waited = (await timeline(lead.id)).filter(({ kind }) => kind === 'wait');
      expect(waited.map(({ data }) => data['step'])).toEqual(['response']);
      expect(await baton.mails(lead.email, 'reminder')).toEqual([]);
    });

    it('takes the time-out branch without it', async () => {
      const lead = await postLead('Dora Still', { source: 'form' });
      const welcome = await mailTo(lead.email, 'welcome');
      await engage(lead.email, 'page_view', { properties: { path: '/somewhere' } });
      const reminder = await mailTo(lead.email, 'reminder');
      const waitedMs = Date.parse(reminder.receivedAt) - Date.parse(welcome.receivedAt);
      expect(waitedMs).toBeGreaterThan(RESPONSE_TIMEOUT_MS - 500);
      expect(waitedMs).toBeLessThan(RESPONSE_TIMEOUT_MS + 10_000);
      const wait = (await timeline(lead.id)).find(({ kind }) => kind === 'wait');
      expect(wait?.data).toMatchObject({ step: 'response', winner: 'timeout' });
      expect(await baton.mails(lead.email, 'guide')).toEqual([]);
    });
  });

  describe('the definition', () => {
    it('makes one handoff and one mail to a rep when it is crossed, and explain names the rule', async () => {
      const lead = await postLead('Emil Knapp');
      await mailTo(lead.email, 'welcome');
      await engage(lead.email, 'form_submitted');
      const before = await explain(lead.id);
      expect({ state: before.state, rule: before.rule }).toEqual({ state: 'nurturing', rule: null });

      await Promise.all([1, 2, 3, 4, 5].map(() => engage(lead.email, 'form_submitted')));
      await stateIs(lead.id, 'offered');
      await waitFor(async () => (await offerMails(lead)).length > 0, { what: 'the offer mail' });
      const after = await explain(lead.id);
      expect(after.rule).toEqual({ id: 'engaged-and-fits', definition: 'default', version: 1 });
      expect(after.waitsFor.kinds).toEqual(['accept', 'reject']);

      await engage(lead.email, 'webinar_attended');
      const [handoff, ...more] = await handoffsOf(lead.id);
      expect(handoff).toMatchObject({ no: 1, state: 'offered', ruleId: 'engaged-and-fits', qualifiedBy: 'definition' });
      expect(more).toEqual([]);
      const mails = await offerMails(lead);
      expect(mails).toHaveLength(1);
      expect(mails[0]?.text).toContain(handoff?.assignee.name);
      await expectCustody(lead.id, ['marketing/marketing', 'shared/marketing']);
    });
  });

  describe('accepting', () => {
    it("by the mail's page: opening decides nothing, a pressed button does", async () => {
      const lead = await offeredLead('Frida Seite');
      const browser = new Browser();
      for (const method of ['GET', 'HEAD', 'GET']) expect((await browser.open(lead.link, method)).status).toBe(200);
      expect((await browser.open(`${lead.link}?reject`)).status).toBe(200);
      const { html } = await browser.open(lead.link);
      expect(html).toContain(lead.name);
      expect(html).not.toContain(lead.email);
      expect((await browser.submit(lead.link, html, {})).status).toBe(422);
      expect((await new Browser().submit(lead.link, html, { choice: 'today' })).status).toBe(403);
      expect((await handoffsOf(lead.id))[0]?.state).toBe('offered');

      const pressed = await browser.submit(lead.link, html, { choice: 'tomorrow' });
      expect(pressed.status).toBe(200);
      expect(pressed.html).toContain('You accepted this');
      expect(pressed.html).toContain(lead.email);
      const [handoff] = await handoffsOf(lead.id);
      expect(handoff).toMatchObject({ state: 'accepted', decidedVia: 'mail', decidedBy: lead.handoff.assignee });
      expect((await explain(lead.id)).state).toBe('accepted');

      expect((await browser.submit(lead.link, html, { choice: 'tomorrow' })).html).toContain('You accepted this');
      const rejected = await browser.submit(`${lead.link}?reject`, html, { choice: 'reject', reason: 'premature' });
      expect(rejected.status).toBe(409);
      expect(rejected.html).toContain('You accepted this');
      await expectCustody(lead.id, ['marketing/marketing', 'shared/marketing', 'shared/sales']);
    });

    it('by POST: the same person gets the same answer, anybody else is told who was first', async () => {
      const lead = await offeredLead('Gustav Post');
      const first = await decide(lead.handoff, 'accept', { firstContactBy: 'today', note: 'I know her' });
      expect(first.status).toBe(200);
      const { handoff, lead: after } = first.json<Decided>();
      expect(after).toMatchObject({ id: lead.id, state: 'accepted', custody: 'shared' });
      expect(handoff).toMatchObject({ state: 'accepted', decidedVia: 'api', decidedBy: { name: 'Theo Teamowner' } });

      const again = await decide(lead.handoff, 'accept', {});
      expect(again.status).toBe(200);
      expect(again.json<Decided>()).toEqual(first.json<Decided>());

      const other = await decide(lead.handoff, 'accept', {}, 'admin');
      expectConflict(other, handoff.decidedBy, handoff.decidedAt);
      const changed = await decide(lead.handoff, 'reject', { reason: 'premature' });
      expectConflict(changed, handoff.decidedBy, handoff.decidedAt);
      expect(await offerMails(lead)).toHaveLength(1);
    });

    it('by the signal salesAccepted of the Temporal CLI', async () => {
      const lead = await offeredLead('Hanna Zeichen');
      await baton.signal(lead.id, 'salesAccepted', { handoffNo: 1, by: lead.handoff.assignee.id });
      await stateIs(lead.id, 'accepted');
      const [handoff] = await handoffsOf(lead.id);
      expect(handoff).toMatchObject({ state: 'accepted', decidedVia: 'signal', decidedBy: lead.handoff.assignee });
      const late = await decide(lead.handoff, 'reject', { reason: 'premature' });
      expectConflict(late, lead.handoff.assignee, handoff?.decidedAt ?? null);
      const decisions = (await timeline(lead.id)).filter(({ kind }) => kind === 'decision');
      expect(decisions[0]?.data).toMatchObject({ kind: 'accepted', via: 'signal', handoffNo: 1 });
    });
  });

  describe('rejecting', () => {
    it('needs a reason; the acknowledgement resumes the cadence with its remaining time', async () => {
      const lead = await offeredLead('Ida Rest');
      const entered = (await timeline(lead.id)).find(({ data }) => data['step'] === 'response');
      expect((await decide(lead.handoff, 'reject', {})).status).toBe(422);

      const rejected = await decide(lead.handoff, 'reject', { reason: 'premature' });
      expect(rejected.status).toBe(200);
      const { handoff, lead: after } = rejected.json<Decided>();
      expect(after).toMatchObject({ state: 'returning', custody: 'shared' });
      expect(handoff).toMatchObject({ state: 'rejected', reason: 'premature' });
      const again = await decide(lead.handoff, 'reject', { reason: 'premature' });
      expect(again.json<Decided>()).toEqual(rejected.json<Decided>());
      expectConflict(await decide(lead.handoff, 'accept', {}), handoff.decidedBy, handoff.decidedAt);
      expectConflict(
        await decide(lead.handoff, 'reject', { reason: 'premature' }, 'admin'),
        handoff.decidedBy,
        handoff.decidedAt,
      );

      const taken = await decide(lead.handoff, 'acknowledge-return', {}, 'marketing');
      expect(taken.status).toBe(200);
      expect(taken.json<Decided>().lead).toMatchObject({ state: 'nurturing', custody: 'marketing' });
      expect((await decide(lead.handoff, 'acknowledge-return', {}, 'marketing')).status).toBe(200);

      const told = await timeline(lead.id);
      const at = (type: string) => Date.parse(told.find(({ data }) => data['type'] === type)?.at ?? '');
      const suspendedMs = at('resumed') - at('suspended');
      expect(suspendedMs).toBeGreaterThan(0);
      const { waitsFor } = await explain(lead.id);
      expect(waitsFor.kinds).toContain('download');
      expect(Date.parse(waitsFor.until ?? '')).toBe(Date.parse(entered?.at ?? '') + 3 * DAY_MS + suspendedMs);
      await expectCustody(lead.id, ['marketing/marketing', 'shared/marketing', 'marketing/marketing']);

      // It still listens where it stood.
      await engage(lead.email, 'download');
      await mailTo(lead.email, 'guide');
      expect(await baton.mails(lead.email, 'welcome')).toHaveLength(1);
    });

    it('for the wrong person takes the lead into the cadence of that reason', async () => {
      const lead = await offeredLead('Jana Falsch');
      const browser = new Browser();
      const url = `${lead.link}?reject`;
      const { html } = await browser.open(url);
      expect((await browser.submit(url, html, { choice: 'reject' })).status).toBe(422);
      const rejected = await browser.submit(url, html, { choice: 'reject', reason: 'wrong_person' });
      expect(rejected.html).toContain('You rejected this');
      await stateIs(lead.id, 'returning');
      expect(await baton.mails(lead.email, 'who-decides')).toEqual([]);

      expect((await decide(lead.handoff, 'acknowledge-return', {}, 'marketing')).status).toBe(200);
      await mailTo(lead.email, 'who-decides');
      const { cadence } = await read<{ cadence: { key: string } }>(`/v1/leads/${lead.id}`);
      expect(cadence.key).toBe('find-the-buyer');
      await expectCustody(lead.id, ['marketing/marketing', 'shared/marketing', 'marketing/marketing']);
    });

    it('for now keeps the lead at rest until its earliest return', async () => {
      const lead = await offeredLead('Klara Spaeter');
      const rejected = (await decide(lead.handoff, 'reject', { reason: 'not_ready' })).json<Decided>();
      expect((await decide(lead.handoff, 'acknowledge-return', {}, 'marketing')).status).toBe(200);
      const { state, waitsFor } = await explain(lead.id);
      expect(state).toBe('nurturing');
      const restMs = Date.parse(waitsFor.until ?? '') - Date.parse(rejected.handoff.decidedAt ?? '');
      // 30 days on the lead's clock may hold one change to or from daylight-saving time.
      expect(Math.abs(restMs - 30 * DAY_MS)).toBeLessThanOrEqual(3_600_000);
    });
  });

  describe('npm start', () => {
    it('stops everything at Ctrl-C and goes on with the same leads at the next start', async () => {
      const lead = await postLead('Lore Bleibt');
      await welcomed(lead);
      const before = await read<{ items: unknown[] }>('/v1/leads?limit=200');

      const { exitCode, running } = await baton.interrupt();
      expect({ exitCode, running }).toEqual({ exitCode: 0, running: [] });
      expect(existsSync(join(baton.home, 'stack.json'))).toBe(false);
      expect(baton.output()).not.toContain('stopped by itself');

      const { pids: _first, ...first } = baton.stack;
      baton = await baton.again();
      const { pids: _second, ...second } = baton.stack;
      expect(second).toEqual(first);
      expect(await read('/v1/leads?limit=200')).toEqual(before);
      await engage(lead.email, 'download');
      await mailTo(lead.email, 'guide');
      expect(await baton.mails(lead.email, 'welcome')).toHaveLength(1);

      expect(await baton.interrupt()).toEqual({ exitCode: 0, running: [] });
    }, 180_000);
  });
}
