import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { leadWorkflowId } from '../../workflows/contracts/lead-lifecycle.contract.js';
import { type Chromium, findChromium, startChromium } from '../support/chromium.js';
import { newLead, noticesAbout, offerOf, type TestHandoff, type TestLead } from '../support/lead-steps.js';
import { waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

/** The address that mails name; the test's api answers on another port. */
const NAMED = '127.0.0.1:4100';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const browser = findChromium();

let baton: TestBaton;
let real: string;
beforeAll(async () => {
  baton = await startTestBaton();
  await baton.app.listen(0, '127.0.0.1');
  const { port } = baton.app.getHttpServer().address() as AddressInfo;
  real = `127.0.0.1:${port}`;
});
afterAll(() => baton.stop());

interface Offer {
  readonly lead: TestLead;
  readonly handoff: TestHandoff;
  /** Every address in the offer mail, as it stands there. */
  readonly links: readonly string[];
  /** Link to the page that offers the lead. */
  readonly accept: string;
  readonly reject: string;
}

/** A lead that was offered, and what the rep's mail about it leads to. */
async function offered(): Promise<Offer> {
  const lead = await newLead(baton, 'patient', { handRaise: { kind: 'demo_request' } });
  const handoff = await offerOf(baton, lead);
  const mail = await waitFor(async () => (await noticesAbout(lead, 'New lead'))[0], { what: 'the offer mail' });
  const found = `${mail.text}\n${mail.html}`.match(/https?:\/\/[^\s"'<>\])]+/g) ?? [];
  const links = [...new Set(found.map((link) => link.replaceAll('&amp;', '&')))];
  const accept = links.find((link) => /\/l\/[^?]+$/.test(link)) ?? '';
  const reject = links.find((link) => link.endsWith('?reject')) ?? '';
  expect([accept, reject]).not.toContain('');
  return { lead, handoff, links, accept, reject };
}

const call = (url: string, init: RequestInit = {}): Promise<Response> =>
  fetch(url.replace(NAMED, real), { redirect: 'manual', ...init });

/** What anybody decided: in the record, the audit and the process. */
async function decisions({ lead, handoff }: Offer): Promise<string[]> {
  const rows = await baton.dataSource.query<{ what: string }[]>(
    `select 'handoff ' || state as what from handoffs where id = $2 and state <> 'offered'
     union all select 'decision ' || kind from decisions where lead_id = $1 and kind <> 'qualified'
     union all select 'audit ' || action from audit_entries where action like 'handoff.%' and subject_id = $2::text`,
    [lead.id, handoff.id],
  );
  const { events = [] } = await baton.client.workflow.getHandle(leadWorkflowId(lead.id)).fetchHistory();
  const updates = (events ?? []).filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes);
  return [...rows.map(({ what }) => what), ...updates.map(() => 'update')];
}

/** Loads the page and whatever it names on the same host, as a scanner that follows everything does. */
async function crawl(start: readonly string[]): Promise<number> {
  const seen = new Set<string>();
  const queue = [...start];
  for (let url = queue.shift(); url !== undefined && seen.size < 200; url = queue.shift()) {
    if (seen.has(url) || !url.includes(NAMED)) continue;
    seen.add(url);
    const html = await (await call(url)).text();
    for (const [, target = ''] of html.matchAll(/(?:href|src|action|content)="([^"]+)"/g)) {
      const next = target.replaceAll('&amp;', '&');
      if (URL.canParse(next, url)) queue.push(new URL(next, url).href);
    }
  }
  return seen.size;
}

describe('the links of an offer mail', () => {
  it('decide nothing under a flood of GET, HEAD and OPTIONS', async () => {
    const offer = await offered();
    const methods = ['GET', 'HEAD', 'OPTIONS'];
    const statuses = new Set<number>();
    for (let round = 0; round < 10; round += 1) {
      const answers = await Promise.all(
        offer.links.flatMap((link) => methods.map((method) => call(link, { method, headers: scannerHeaders(round) }))),
      );
      for (const { status } of answers) statuses.add(status);
    }
    expect(Math.max(...statuses)).toBeLessThan(500);
    expect(await decisions(offer)).toEqual([]);
  });

  it('decide nothing for a client that loads everything it finds', async () => {
    const offer = await offered();
    expect(await crawl(offer.links)).toBeGreaterThanOrEqual(2);
    expect(await decisions(offer)).toEqual([]);
  });

  it('decide nothing when their forms are sent without a choice, without the cookie, or from elsewhere', async () => {
    const offer = await offered();
    for (const link of [offer.accept, offer.reject]) {
      const page = await call(link);
      const html = await page.text();
      const nonce = /name="nonce" value="([^"]+)"/.exec(html)?.[1] ?? '';
      const [cookie = ''] = (page.headers.get('set-cookie') ?? '').split(';');
      const send = (form: Record<string, string>, headers: Record<string, string>) =>
        call(link, { method: 'POST', body: new URLSearchParams(form).toString(), headers: { ...FORM, ...headers } });
      const choice = { nonce, choice: 'today' };
      const answers = await Promise.all([
        send({ nonce }, { cookie }),
        send({ nonce, reason: 'not_ready' }, { cookie }),
        send(choice, {}),
        send({ choice: 'today' }, { cookie }),
        send({ ...choice, nonce: `${nonce}x` }, { cookie }),
        send(choice, { cookie, origin: 'https://evil.example' }),
        send({ nonce, choice: 'reject', reason: 'not_ready' }, { cookie, 'sec-fetch-site': 'cross-site' }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([422, 422, 403, 403, 403, 403, 403]);
    }
    expect(await decisions(offer)).toEqual([]);
  });

  it('take a choice once, and then say what happened, however often they are opened', async () => {
    const offer = await offered();
    await crawl(offer.links);
    const page = await call(offer.accept);
    const nonce = /name="nonce" value="([^"]+)"/.exec(await page.text())?.[1] ?? '';
    const [cookie = ''] = (page.headers.get('set-cookie') ?? '').split(';');
    const press = () =>
      call(offer.accept, {
        method: 'POST',
        body: new URLSearchParams({ nonce, choice: 'today' }).toString(),
        headers: { ...FORM, cookie, origin: `http://${real}` },
      });
    const pressed = await Promise.all([press(), press(), press()]);
    expect(pressed.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await accepted(offer)).toEqual(['handoff accepted', 'decision accepted']);
    for (const link of [offer.accept, offer.reject]) {
      const answer = await call(link);
      expect(answer.status).toBe(200);
      const html = await answer.text();
      expect(html).toContain('You accepted this');
      // For five minutes the decider may take it back, and there is nothing else to press.
      expect([...html.matchAll(/<button[^>]*value="([^"]*)"/g)].map(([, value]) => value)).toEqual(['undo']);
      const [own = ''] = (answer.headers.get('set-cookie') ?? '').split(';');
      const sent = await call(link, {
        method: 'POST',
        body: new URLSearchParams({ nonce: /name="nonce" value="([^"]+)"/.exec(html)?.[1] ?? '' }).toString(),
        headers: { ...FORM, cookie: own },
      });
      expect(await sent.text()).toContain('You accepted this');
    }
    await crawl(offer.links);
    expect(await accepted(offer)).toEqual(['handoff accepted', 'decision accepted']);
  });
});

/** Forms sent by script, without the press of a button. */
const SENDERS = [
  'for (const form of document.forms) form.submit()',
  'for (const form of document.forms) form.requestSubmit()',
];

const withBrowser = browser === undefined ? describe.skip : describe;

withBrowser('the same links in a real browser with scripts (skipped where there is none)', () => {
  let chromium: Chromium;
  beforeAll(async () => {
    chromium = await startChromium(browser ?? '', NAMED, real);
  });
  afterAll(() => chromium.close());

  it('decide nothing when it opens each, follows each link and sends each form by script', async () => {
    const offer = await offered();
    for (const link of [offer.accept, offer.reject]) {
      const page = await chromium.newPage();
      for (const script of [
        'for (const link of document.links) link.click()',
        ...SENDERS,
        // What a filler of forms does: the first of every group, every text, and the form without a button.
        `for (const field of document.querySelectorAll('input[type=radio]')) field.checked = true;
         for (const field of document.querySelectorAll('textarea')) field.value = 'x';
         for (const form of document.forms) form.submit()`,
      ]) {
        await page.open(link);
        const shown = await page.run(script);
        expect(shown).not.toMatch(/accepted this|rejected this/);
        if (script.includes('.submit()')) expect(shown).toContain('Nothing was decided');
      }
    }
    expect(await decisions(offer)).toEqual([]);
  });

  it('take the press of a button', async () => {
    const offer = await offered();
    const page = await chromium.newPage();
    await page.open(offer.accept);
    const shown = await page.run(`document.querySelector('button[value="tomorrow"]').click()`);
    expect(shown).toContain('You accepted this');
    expect(await accepted(offer)).toEqual(['handoff accepted', 'decision accepted']);
    for (const script of ['0', ...SENDERS]) {
      await page.open(offer.reject);
      expect(await page.run(script)).toMatch(/You accepted this|Nothing was decided/);
    }
    expect(await accepted(offer)).toEqual(['handoff accepted', 'decision accepted']);
  });

  it('take a rejection with the reason that was chosen', async () => {
    const offer = await offered();
    const page = await chromium.newPage();
    await page.open(offer.reject);
    const unchosen = await page.run(`document.querySelector('button[value="reject"]').click()`);
    expect(unchosen).not.toContain('rejected this');
    expect(await decisions(offer)).toEqual([]);
    const shown = await page.run(
      `document.querySelector('input[value="not_ready"]').click(); document.querySelector('button[value="reject"]').click()`,
    );
    expect(shown).toContain('You rejected this');
    await baton.inState(offer.lead.id, 'returning');
  });
});

/** What was decided by now, without the audit's and the engine's own marks of it. */
const accepted = async (offer: Offer): Promise<string[]> =>
  (await decisions(offer)).filter((what) => what.startsWith('handoff') || what.startsWith('decision'));

/** Scanners call themselves what they like. */
function scannerHeaders(round: number): Record<string, string> {
  const agents = ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/142.0', 'SafeLinks/1.0', 'curl/8', ''];
  return { 'user-agent': agents[round % agents.length] ?? '', purpose: round % 2 === 0 ? 'prefetch' : 'preview' };
}
