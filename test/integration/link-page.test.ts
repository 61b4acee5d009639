import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { unavailable } from '../../src/common/problem.js';
import { LinkSigner } from '../../src/integrations/mail/link-signer.js';
import { PACKET } from '../factories/sales-workspace.factory.js';
import { type SalesApp, startSalesApp } from '../support/sales-app.js';
import type { Answer } from '../support/test-app.js';

let app: SalesApp;

beforeAll(async () => {
  app = await startSalesApp();
});

afterAll(async () => {
  await app.close();
});

interface Offer {
  readonly leadId: string;
  readonly handoffId: string;
  readonly path: string;
}

async function offered(reader: 'jonas' | 'amara' | 'clara' = 'jonas'): Promise<Offer> {
  const lead = await app.workspace.lead({ state: 'offered', custody: 'shared' });
  const handoffId = await app.workspace.handoff(lead.id);
  return { leadId: lead.id, handoffId, path: linkOf(handoffId, app.workspace.people[reader]) };
}

function linkOf(handoffId: string, personId: string, expiresAt = Date.now() + 3_600_000): string {
  return `/l/${app.app.get(LinkSigner, { strict: false }).sign('decide', [handoffId, personId], expiresAt)}`;
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

interface Page {
  readonly answer: Answer;
  readonly cookie: string;
  readonly nonce: string;
}

async function open(path: string): Promise<Page> {
  const answer = await app.call('GET', path);
  const [cookie = ''] = String(answer.headers['set-cookie'] ?? '').split(';');
  const nonce = /name="nonce" value="([^"]+)"/.exec(answer.text)?.[1] ?? '';
  return { answer, cookie, nonce };
}

function press(path: string, page: Pick<Page, 'cookie' | 'nonce'>, form: Record<string, string>, headers = {}) {
  return app.call('POST', path, {
    payload: new URLSearchParams({ nonce: page.nonce, ...form }).toString(),
    headers: { ...FORM, cookie: page.cookie, ...headers },
  });
}

const stateOf = async (handoffId: string): Promise<string | undefined> => {
  const [row]: { state: string }[] = await app.dataSource.query('SELECT state FROM handoffs WHERE id = $1', [
    handoffId,
  ]);
  return row?.state;
};

describe('the page behind an offer mail', () => {
  it('shows why now, who and what next, small, masked and without script', async () => {
    const { path } = await offered();
    const { answer } = await open(path);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('Two pumps failed this winter.');
    expect(answer.text).toContain('Marek Dvořák');
    expect(answer.text).toContain('left to answer');
    expect(answer.text).not.toContain('555 014 772');
    expect(answer.text).not.toContain('marek.dvorak@');
    expect(answer.text).not.toMatch(/<script|onload=|onclick=|autofocus|http-equiv="refresh"/i);
    expect(answer.text.match(/<button name="choice" value="(today|tomorrow|this_week)">/g)).toHaveLength(3);
    expect(Buffer.byteLength(answer.text)).toBeLessThan(40_000);
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    expect(String(answer.headers['set-cookie'])).toMatch(
      /^baton_offer=[\w-]{32}; Path=\/l\/\S+; HttpOnly; SameSite=Strict/,
    );
  });

  it('decides nothing however often it is opened', async () => {
    const before = app.leads.commands.length;
    const { path, handoffId } = await offered();
    for (const method of ['GET', 'HEAD', 'OPTIONS'] as const) {
      await Promise.all(
        Array.from({ length: 20 }, (_, index) => app.call(method, index % 2 === 0 ? path : `${path}?reject`)),
      );
    }
    for (const query of ['?choice=today', '?reject&choice=reject&reason=not_ready'])
      await app.call('GET', path + query);
    expect(app.leads.commands.length).toBe(before);
    expect(await stateOf(handoffId)).toBe('offered');
  });

  it('refuses a form without the pressed button, as a script submits it', async () => {
    const before = app.leads.commands.length;
    const { path, handoffId } = await offered();
    const page = await open(path);
    for (const form of [
      {},
      { choice: '' },
      { choice: 'yes' },
      { choice: 'reject' },
      { choice: 'reject', reason: '' },
    ]) {
      const answer = await press(path, page, form as Record<string, string>);
      expect(answer.status).toBe(422);
      expect(answer.text).toContain('Nothing was decided');
    }
    expect(app.leads.commands.length).toBe(before);
    expect(await stateOf(handoffId)).toBe('offered');
  });

  it('refuses a form without the nonce of this browser and this link', async () => {
    const before = app.leads.commands.length;
    const { path, handoffId } = await offered();
    const other = await offered();
    const page = await open(path);
    const foreign = await open(other.path);
    const choice = { choice: 'today' };
    const tries = [
      press(path, { ...page, nonce: '' }, choice),
      press(path, { ...page, cookie: '' }, choice),
      press(path, { cookie: page.cookie, nonce: foreign.nonce }, choice),
      press(path, foreign, choice),
      press(path, page, choice, { origin: 'https://evil.example', host: '127.0.0.1:4100' }),
      press(path, page, choice, { 'sec-fetch-site': 'cross-site', origin: 'null' }),
      press(path, page, choice, { 'sec-fetch-site': 'same-site' }),
    ];
    for (const answer of await Promise.all(tries)) expect(answer.status).toBe(403);
    expect(app.leads.commands.length).toBe(before);
    expect(await stateOf(handoffId)).toBe('offered');
  });

  it('accepts on a pressed button and reveals how to reach the lead, to that person alone', async () => {
    const { path, handoffId } = await offered();
    const page = await open(path);
    const headers = { 'sec-fetch-site': 'same-origin', origin: 'null' };
    const answer = await press(path, page, { choice: 'today' }, headers);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('You accepted this');
    expect(answer.text).toContain('tel:+420555014772');
    const [row] = await app.dataSource.query<{ first_contact_by: Date }[]>('SELECT * FROM handoffs WHERE id = $1', [
      handoffId,
    ]);
    expect(row).toMatchObject({ state: 'accepted', decided_by: app.workspace.people.jonas, decided_via: 'mail' });
    expect(row?.first_contact_by.getTime()).toBeGreaterThan(Date.now());
    const again = await press(path, page, { choice: 'today' });
    expect(again.status).toBe(200);
    expect(again.text).toContain('You accepted this');
    const boss = await open(linkOf(handoffId, app.workspace.people.amara));
    expect(boss.answer.text).toContain('Jonas Weidner accepted this');
    expect(boss.answer.text).not.toContain('555014772');
  });

  it('rejects with a reason from the catalogue, and says what follows', async () => {
    const { path, handoffId, leadId } = await offered();
    const page = await open(`${path}?reject`);
    expect(page.answer.text).toContain('Why does Marek Dvořák come back?');
    expect(page.answer.text).toContain('resumes in 30 days, half score');
    expect(page.answer.text).not.toMatch(/checked/);
    const form = {
      choice: 'reject',
      reason: 'not_ready',
      note: 'next budget',
      notBefore: '2099-05-19',
      painPoint: 'downtime',
    };
    const answer = await press(`${path}?reject`, page, form);
    expect(answer.text).toContain('You rejected this');
    expect(answer.text).toContain('Ines Okafor takes the lead back');
    const [row] = await app.dataSource.query<object[]>(
      'SELECT h.state, h.reason, n.text FROM handoffs h JOIN notes n ON n.id = h.note_id WHERE h.id = $1',
      [handoffId],
    );
    expect(row).toEqual({ state: 'rejected', reason: 'not_ready', text: 'next budget' });
    expect(await app.dataSource.query('SELECT kind, text FROM insights WHERE lead_id = $1', [leadId])).toEqual([
      { kind: 'pain_point', text: 'downtime' },
    ]);
  });

  it('takes no day that is over for an earliest return, and today for at once', async () => {
    const { path, handoffId } = await offered();
    const page = await open(`${path}?reject`);
    const form = { choice: 'reject', reason: 'not_ready' };
    const over = await press(`${path}?reject`, page, { ...form, notBefore: '2026-01-31' });
    expect(over.status).toBe(422);
    expect(over.text).toContain('Nothing was decided: that day is over.');
    expect(await stateOf(handoffId)).toBe('offered');
    // Of Jonas, who lives in Berlin.
    const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Berlin' }).format(new Date());
    const rejected = await press(`${path}?reject`, page, { ...form, notBefore: today });
    expect(rejected.text).toContain('You rejected this');
  });

  it('wants words for a reason that needs them', async () => {
    const { path, handoffId } = await offered();
    const page = await open(`${path}?reject`);
    const answer = await press(`${path}?reject`, page, { choice: 'reject', reason: 'other' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Other needs a few words');
    expect(await stateOf(handoffId)).toBe('offered');
  });

  it('keeps what was written when it could not be saved, but chooses no reason', async () => {
    const { path } = await offered();
    const page = await open(`${path}?reject`);
    const words = { note: 'Call <again> & ask', painPoint: 'Two dryers', notBefore: '2099-01-11' };
    const { text } = await press(`${path}?reject`, page, { choice: 'reject', ...words });
    expect(text).toContain('>Call &lt;again&gt; &amp; ask</textarea>');
    expect(text).toContain('>Two dryers</textarea>');
    expect(text).toContain('value="2099-01-11"');
    expect(text).not.toMatch(/\bchecked\b/);

    const forged = await press(
      `${path}?reject`,
      page,
      { choice: 'reject', ...words },
      { 'sec-fetch-site': 'cross-site' },
    );
    expect(forged.text).not.toContain('Two dryers');
  });

  it('tells who was first', async () => {
    const { path, handoffId } = await offered();
    const page = await open(path);
    const bossPath = linkOf(handoffId, app.workspace.people.amara);
    await press(bossPath, await open(bossPath), { choice: 'tomorrow' });
    const late = await press(path, page, { choice: 'today' });
    expect(late.status).toBe(409);
    expect(late.text).toContain('Amara Diallo accepted this');
  });

  it('says that nothing was saved while the process is away, and works afterwards', async () => {
    const { path, handoffId } = await offered();
    const page = await open(path);
    app.leads.failNext = unavailable();
    const away = await press(path, page, { choice: 'today' });
    expect(away.status).toBe(503);
    expect(away.text).toContain('it cannot count twice');
    expect(await stateOf(handoffId)).toBe('offered');
    expect((await press(path, page, { choice: 'today' })).text).toContain('You accepted this');
  });

  it('knows expired, forged and foreign links apart', async () => {
    const { handoffId, path } = await offered();
    const { jonas, clara } = app.workspace.people;
    expect((await app.call('GET', linkOf(handoffId, jonas, Date.now() - 1))).status).toBe(410);
    expect((await app.call('GET', `${path}x`)).status).toBe(404);
    expect((await app.call('GET', linkOf(handoffId, clara))).status).toBe(403);
    expect((await app.call('POST', linkOf(handoffId, clara), { payload: 'choice=today', headers: FORM })).status).toBe(
      403,
    );
  });

  it('offers the way back to the decider alone, and opens the offer again on the pressed button', async () => {
    const { path, handoffId } = await offered();
    const page = await open(path);
    const done = await press(path, page, { choice: 'today' });
    expect(done.text).toMatch(/<button class="second" name="choice" value="undo">/);
    expect(done.text).toContain('For 5 more minutes, until ');
    const boss = await open(linkOf(handoffId, app.workspace.people.amara));
    expect(boss.answer.text).not.toContain('value="undo"');

    const before = app.leads.commands.length;
    const again = await open(path);
    expect((await press(path, again, {})).status).toBe(409);
    expect((await press(path, { ...again, nonce: '' }, { choice: 'undo' })).status).toBe(409);
    expect((await press(path, again, { choice: 'undo' }, { 'sec-fetch-site': 'cross-site' })).status).toBe(409);
    expect(app.leads.commands.length).toBe(before);
    expect(await stateOf(handoffId)).toBe('accepted');

    const undone = await press(path, again, { choice: 'undo' });
    expect(undone.status).toBe(200);
    expect(undone.text).toContain('Taken back: the offer is open again.');
    expect(undone.text).not.toContain('555 014 772');
    expect(await stateOf(handoffId)).toBe('offered');
    expect((await press(path, again, { choice: 'tomorrow' })).text).toContain('You accepted this');
  });

  it('no longer offers it after five minutes, and says why it is refused', async () => {
    const { path, handoffId } = await offered();
    const page = await open(path);
    await press(path, page, { choice: 'today' });
    const open5MinutesAgo = new Date(Date.now() - 301_000);
    await app.dataSource.query('UPDATE handoffs SET decided_at = $2 WHERE id = $1', [handoffId, open5MinutesAgo]);
    const late = await open(path);
    expect(late.answer.text).not.toContain('value="undo"');
    const answer = await press(path, page, { choice: 'undo' });
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('The five minutes to undo are over');
    expect(await stateOf(handoffId)).toBe('accepted');
  });

  it('escapes what leads wrote', async () => {
    const evil = '<img src=x onerror=alert(1)>"\'';
    const lead = await app.workspace.lead({ state: 'offered', name: evil, company: evil });
    const [item] = PACKET.story.items;
    const packet = {
      ...PACKET,
      ...{ whyNow: evil, nextAction: evil },
      reach: { ...PACKET.reach, name: evil, company: evil, phone: evil, email: evil },
      story: { ...PACKET.story, items: [{ ...item, text: evil }] },
    };
    const handoffId = await app.workspace.handoff(lead.id, { packet });
    const path = linkOf(handoffId, app.workspace.people.jonas);
    const page = await open(path);
    const done = await press(path, page, { choice: 'today' });
    for (const { text } of [page.answer, await app.call('GET', `${path}?reject`), done])
      expect(text).not.toContain('<img');
  });
});
