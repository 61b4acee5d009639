import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AppModule } from '../../src/app.module.js';
import { AuditService } from '../../src/common/audit/audit.service.js';
import { CommonModule, HttpFrameModule } from '../../src/common/common.module.js';
import type { Config } from '../../src/config/config.js';
import { ConfigModule } from '../../src/config/config.module.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import { DocumentsService } from '../../src/documents/documents.service.js';
import type { MailAnswer, MailMessage } from '../../src/integrations/mail/mail-message.js';
import { Mailer } from '../../src/integrations/mail/mailer.js';
import { TemplatesHttpModule } from '../../src/templates/templates-http.module.js';
import type { SendTouchInput } from '../../src/touches/send-touch.js';
import { TouchClaimsService } from '../../src/touches/touch-claims.service.js';
import { writeFailed, writeInDoubt, writeRefused, writeRefusedRecipient } from '../../src/touches/touch-ledger.js';
import { TouchesHttpModule } from '../../src/touches/touches-http.module.js';
import { TouchesModule } from '../../src/touches/touches.module.js';
import { uuidV7 } from '../../src/database/uuid-v7.js';
import { TouchesService } from '../../src/touches/touches.service.js';
import { type SeededLead, seedWorkspace, type Workspace } from '../factories/sales-workspace.factory.js';
import { createTestDatabase, mailbox, type MailFault, type TestDatabase, waitFor } from '../support/stack.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let database: TestDatabase;
let app: TestApp;
let workspace: Workspace;
let touches: TouchesService;

/** A mailer that dies at the worst moment, as a killed process does. */
class DyingMailer extends Mailer {
  constructor(
    config: Config,
    private readonly when: 'before' | 'after_dot',
  ) {
    super(config);
  }

  override async send(message: MailMessage): Promise<MailAnswer> {
    if (this.when === 'after_dot') await super.send(message);
    throw new Error('killed');
  }
}

class ImpatientMailer extends Mailer {
  override send(message: MailMessage): Promise<MailAnswer> {
    return super.send(message, { totalMs: 300 });
  }
}

/** What ingest leaves when a fact matches the interest: it stays when the relay has delivered it. */
const poke = (leadId: string, seq: number): Promise<unknown> =>
  app.dataSource.query(
    `INSERT INTO outbox (id, lane, lead_id, seq, created_at, attempts) VALUES ($1, 'poke', $2, $3, $4, 0)`,
    [uuidV7(), leadId, seq, new Date()],
  );

const withMailer = (mailer: Mailer): TouchesService =>
  new TouchesService(app.dataSource, app.app.get(TouchClaimsService), mailer);

beforeAll(async () => {
  database = await createTestDatabase();
  app = await startTestApp(database.url, (config) => ({
    module: AppModule,
    imports: [
      ConfigModule.forRoot(config),
      DatabaseModule,
      CommonModule,
      HttpFrameModule,
      TouchesModule,
      TouchesHttpModule,
      TemplatesHttpModule,
    ],
  }));
  workspace = await seedWorkspace(app.dataSource);
  await workspace.publish('template', 'again', { key: 'again', subject: 'Again', html: '<p>Again</p>' });
  const window = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:00' };
  const steps = (template: string) => [{ id: template, email: { template } }];
  await workspace.publish('cadence', 'narrow', { key: 'narrow', name: 'Narrow', window, steps: steps('welcome') });
  await workspace.publish('cadence', 'second', {
    ...{ key: 'second', name: 'Second', window: 'any', frequency: 'nurture' },
    steps: steps('again'),
  });
  touches = app.app.get(TouchesService);
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

type Settled = Parameters<typeof writeInDoubt>;

const struck: string[] = [];
afterEach(async () => {
  for (const to of struck.splice(0)) await mailbox.clearFaults(to);
});

async function fault(lead: SeededLead, what: Omit<MailFault, 'to'>): Promise<void> {
  struck.push(lead.email);
  await mailbox.setFaults({ ...what, to: lead.email });
}

const inputOf = (leadId: string, overrides: Partial<SendTouchInput> = {}): SendTouchInput => ({
  leadId,
  enrollmentNo: 1,
  step: 'welcome',
  visit: 1,
  cursor: 0,
  rev: 0,
  dueAt: Date.now(),
  now: Date.now(),
  ...overrides,
});

async function enrolled(overrides: Parameters<Workspace['lead']>[0] = {}): Promise<SeededLead> {
  const lead = await workspace.lead(overrides);
  await workspace.enrollment(lead.id);
  return lead;
}

async function touchRow(leadId: string): Promise<Record<string, unknown> | undefined> {
  const rows: Record<string, unknown>[] = await app.dataSource.query('SELECT * FROM touches WHERE lead_id = $1', [
    leadId,
  ]);
  return rows[0];
}

const mailsTo = async (lead: SeededLead) => mailbox.messages({ to: lead.email });

describe('sendTouch', () => {
  it('sends one complete mail', async () => {
    const lead = await enrolled();
    const result = await touches.sendTouch(inputOf(lead.id));
    expect(result.result).toBe('sent');
    const [mail, second] = await mailsTo(lead);
    expect(second).toBeUndefined();
    const row = await touchRow(lead.id);
    expect(row).toMatchObject({ state: 'sent', subject: 'Your handbook, Marek', attempts: 0 });
    expect(mail?.subject).toBe('Your handbook, Marek');
    expect(mail?.headers['message-id']).toBe(`<${String(row?.['id'])}@kelvara.example>`);
    expect(mail?.headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');
    expect(mail?.headers['list-unsubscribe']).toMatch(/^<http:\/\/127\.0\.0\.1:4100\/u\/[^>]+>, <mailto:b-[^>]+>$/);
    expect(mail?.envelope).toEqual({
      from: expect.stringMatching(/^b-[0-9a-f]{32}-[0-9a-f]{16}@kelvara\.example$/),
      to: [lead.email],
    });
    expect(mail?.html).toContain('Uferweg 3, 8000 Zurich');
    expect(mail?.text).toMatch(/The guide\s\[http:\/\/127\.0\.0\.1:4100\/t\/c\//);
  });

  it('answers a repeated call the same and sends nothing again', async () => {
    const lead = await enrolled();
    const first = await touches.sendTouch(inputOf(lead.id));
    expect(await touches.sendTouch(inputOf(lead.id))).toEqual(first);
    expect(await mailsTo(lead)).toHaveLength(1);
  });

  it('sends one mail when many calls race', async () => {
    const lead = await enrolled();
    await Promise.all(Array.from({ length: 8 }, () => touches.sendTouch(inputOf(lead.id))));
    expect(await mailsTo(lead)).toHaveLength(1);
    expect(await touchRow(lead.id)).toMatchObject({ state: 'sent' });
  });
});

describe('mail faults', () => {
  it.each<[Omit<MailFault, 'to'>]>([
    [{ stage: 'rcpt', code: 451 }],
    [{ stage: 'data', code: 451 }],
    [{ stage: 'data', code: 554 }],
  ])('tries again after %j, one mail in the end', async (what) => {
    const lead = await enrolled();
    await fault(lead, what);
    const failed = await touches.sendTouch(inputOf(lead.id));
    expect(failed).toMatchObject({ result: 'failed' });
    expect((failed.until ?? 0) - failed.at).toBe(60_000);
    expect(await touchRow(lead.id)).toMatchObject({ state: 'planned', attempts: 1, claimed_at: null });
    expect(await touches.sendTouch(inputOf(lead.id))).toMatchObject({ result: 'sent' });
    expect(await mailsTo(lead)).toHaveLength(1);
  });

  it('takes a mailbox that does not exist for final', async () => {
    const lead = await enrolled();
    await fault(lead, { stage: 'rcpt', code: 550 });
    expect(await touches.sendTouch(inputOf(lead.id))).toMatchObject({ result: 'skipped', reason: 'refused_recipient' });
    expect(await touches.sendTouch(inputOf(lead.id))).toMatchObject({ result: 'skipped', reason: 'refused_recipient' });
    expect(await mailsTo(lead)).toHaveLength(0);
  });

  it.each([
    ['in doubt', writeInDoubt],
    ['free again', writeRefused],
    ['skipped', writeRefusedRecipient],
    ['failed', (...[manager, id, at, error]: Settled) => writeFailed(manager, id, at, 'refused_at_rcpt', error)],
  ] as const)(
    'keeps no word of the server about a lead that was erased while its mail was under way: %s',
    async (_how, settle) => {
      for (const [state, kept] of [
        ['nurturing', '550 nobody@lead.example is unknown'],
        ['erased', null],
      ] as const) {
        const lead = await enrolled();
        await touches.sendTouch(inputOf(lead.id));
        await app.dataSource.query(`UPDATE touches SET state = 'claimed' WHERE lead_id = $1`, [lead.id]);
        await app.dataSource.query('UPDATE leads SET state = $2 WHERE id = $1', [lead.id, state]);
        const [row] = await app.dataSource.query<{ id: string }[]>('SELECT id FROM touches WHERE lead_id = $1', [
          lead.id,
        ]);
        // Long ago: a breaker counts the failures of a day.
        await settle(
          app.dataSource.manager,
          row?.id ?? '',
          Date.now() - 3 * 86_400_000,
          '550 nobody@lead.example is unknown',
        );
        expect(await touchRow(lead.id)).toMatchObject({ error: kept });
      }
    },
  );

  it('has a doubt, and never a second mail, when the server keeps the mail and drops the connection', async () => {
    const lead = await enrolled();
    await fault(lead, { stage: 'after_dot_drop' });
    const doubt = await touches.sendTouch(inputOf(lead.id));
    expect(doubt.result).toBe('in_doubt');
    expect(await touches.sendTouch(inputOf(lead.id))).toEqual(doubt);
    expect(await touchRow(lead.id)).toMatchObject({ state: 'in_doubt' });
    expect(await mailsTo(lead)).toHaveLength(1);
  });

  it('sends at most one mail when the server hangs up inside the message', async () => {
    const lead = await enrolled();
    await fault(lead, { stage: 'data_drop' });
    // A short mail may be written to its dot before we can see that nobody listens: then it is a doubt.
    const first = await touches.sendTouch(inputOf(lead.id));
    expect(['failed', 'in_doubt']).toContain(first.result);
    const second = await touches.sendTouch(inputOf(lead.id));
    expect(second.result).toBe(first.result === 'failed' ? 'sent' : 'in_doubt');
    expect(await mailsTo(lead)).toHaveLength(first.result === 'failed' ? 1 : 0);
  });

  it('has a doubt when the answer comes after we gave up', async () => {
    const lead = await enrolled();
    await fault(lead, { stage: 'slow', delayMs: 1_000 });
    const impatient = new ImpatientMailer(app.config);
    expect(await withMailer(impatient).sendTouch(inputOf(lead.id))).toMatchObject({ result: 'in_doubt' });
    impatient.onApplicationShutdown();
    await waitFor(async () => (await mailsTo(lead)).length > 0, { what: 'the mail was kept' });
    expect(await touches.sendTouch(inputOf(lead.id))).toMatchObject({ result: 'in_doubt' });
    expect(await mailsTo(lead)).toHaveLength(1);
  });

  it.each<['before' | 'after_dot', number]>([
    ['before', 0],
    ['after_dot', 1],
  ])('finds a claim without an outcome after a kill %s: in doubt, %i mail', async (when, mails) => {
    const lead = await enrolled();
    const dying = new DyingMailer(app.config, when);
    await expect(withMailer(dying).sendTouch(inputOf(lead.id))).rejects.toThrow('killed');
    dying.onApplicationShutdown();
    expect(await touchRow(lead.id)).toMatchObject({ state: 'claimed' });
    expect(await touches.sendTouch(inputOf(lead.id))).toMatchObject({ result: 'in_doubt' });
    expect(await mailsTo(lead)).toHaveLength(mails);
  });
});

describe('what stops a touch', () => {
  it('holds it when a variable is missing, and names it', async () => {
    const lead = await workspace.lead({ company: null });
    await workspace.enrollment(lead.id, { step: 'guide' });
    const input = inputOf(lead.id, { step: 'guide' });
    expect(await touches.sendTouch(input)).toMatchObject({ result: 'held', reason: 'missing_variable:lead.company' });
    expect(await touchRow(lead.id)).toMatchObject({ state: 'held' });
    await app.dataSource.query(`UPDATE leads SET company = 'Ostrava Valves' WHERE id = $1`, [lead.id]);
    expect(await touches.sendTouch(input)).toMatchObject({ result: 'sent' });
  });

  it('is stale while a fact waits that the process does not know', async () => {
    const lead = await enrolled();
    await poke(lead.id, 1);
    expect(await touches.sendTouch(inputOf(lead.id))).toMatchObject({ result: 'stale' });
    expect(await touches.sendTouch(inputOf(lead.id, { cursor: 1 }))).toMatchObject({ result: 'sent' });
  });

  it('is stale when a condition changes between the look of the process and the claim', async () => {
    const lead = await enrolled();
    const changesAt = async (nextChangeAt: number | undefined) =>
      app.dataSource.query<unknown>('UPDATE leads SET process = $2 WHERE id = $1', [
        lead.id,
        { process: { nextChangeAt } },
      ]);
    await changesAt(Date.now() - 1);
    expect(await touches.sendTouch(inputOf(lead.id))).toMatchObject({ result: 'stale' });
    await changesAt(Date.now() + 3_600_000);
    expect(await touches.sendTouch(inputOf(lead.id))).toMatchObject({ result: 'sent' });
  });

  it('is stale once the lead has been looked at since the touch was begun', async () => {
    const lead = await enrolled();
    await app.dataSource.query('UPDATE leads SET rev = 7 WHERE id = $1', [lead.id]);
    // The sync of revision 7 may have found that the score crossed a threshold; revision 8 would store it.
    expect(await touches.sendTouch(inputOf(lead.id, { rev: 6 }))).toMatchObject({ result: 'stale', reason: 'look' });
    // A wait that was left without a sync is stored by whatever sync comes between.
    const between = inputOf(lead.id, { rev: 7, synced: 6 });
    expect(await touches.sendTouch(between)).toMatchObject({ result: 'stale', reason: 'look' });
    expect(await mailsTo(lead)).toHaveLength(0);
    expect(await touches.sendTouch(inputOf(lead.id, { rev: 7, synced: 7 }))).toMatchObject({ result: 'sent' });
  });

  it.each(['suspended', 'ended'])('is stale in an enrollment that is %s', async (state) => {
    const lead = await workspace.lead();
    await workspace.enrollment(lead.id, { state });
    expect(await touches.sendTouch(inputOf(lead.id))).toMatchObject({ result: 'stale' });
  });

  it.each(['qualified', 'offered', 'accepted', 'returning', 'disqualified'])(
    'is stale for a lead that is %s',
    async (state) => {
      const lead = await enrolled({ state });
      expect(await touches.sendTouch(inputOf(lead.id))).toMatchObject({ result: 'stale' });
      expect(await mailsTo(lead)).toHaveLength(0);
    },
  );

  it('skips a template of an earlier enrollment', async () => {
    const lead = await workspace.lead();
    await workspace.enrollment(lead.id, { state: 'running' });
    await touches.sendTouch(inputOf(lead.id));
    await workspace.enrollment(lead.id, { no: 2 });
    const again = await touches.sendTouch(inputOf(lead.id, { enrollmentNo: 2 }));
    expect(again).toMatchObject({ result: 'skipped', reason: 'already_sent' });
    expect(await mailsTo(lead)).toHaveLength(1);
  });

  it('waits for the window in the zone of the lead', async () => {
    const lead = await workspace.lead({ timeZone: 'America/New_York', clockOffsetMs: -1 });
    await workspace.enrollment(lead.id, { cadence: 'narrow' });
    // Friday 20:00 in Berlin is 14:00 in New York; Friday 23:30 in Berlin is past five there.
    const friday = Date.parse('2026-03-06T22:30:00Z');
    const deferred = await touches.sendTouch(inputOf(lead.id, { now: friday }));
    expect(deferred).toEqual({
      result: 'deferred',
      at: friday,
      until: Date.parse('2026-03-09T13:00:00Z'),
      reason: 'window',
    });
    expect(await touches.sendTouch(inputOf(lead.id, { now: deferred.until ?? 0 }))).toMatchObject({ result: 'sent' });
  });

  it("waits for the end of the organisation's days off, as they are when it would go", async () => {
    const window = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:00', holidays: true };
    const steps = [{ id: 'welcome', email: { template: 'welcome' } }];
    await workspace.publish('cadence', 'closed', { key: 'closed', name: 'Closed', window, steps, spread: 'PT0S' });
    const lead = await workspace.lead({ clockOffsetMs: -1 });
    await workspace.enrollment(lead.id, { cadence: 'closed' });
    const now = Date.parse('2026-03-09T10:00:00Z');
    const until = Date.parse('2026-03-10T08:00:00Z');
    const setDaysOff = (dates: readonly string[]): Promise<unknown> =>
      app.dataSource.query('UPDATE organisation SET holidays = $1', [
        JSON.stringify(dates.map((date) => ({ date, name: 'Closed' }))),
      ]);
    await setDaysOff(['2026-03-09']);
    expect(await touches.sendTouch(inputOf(lead.id, { now }))).toEqual({
      ...{ result: 'deferred', at: now, until, reason: 'window' },
    });
    await setDaysOff([]);
    expect(await touches.sendTouch(inputOf(lead.id, { now }))).toMatchObject({ result: 'sent' });
  });

  it('keeps the frequency cap over enrollments, in days of the lead', async () => {
    const lead = await workspace.lead({ clockOffsetMs: -1 });
    await workspace.enrollment(lead.id);
    const now = Date.parse('2026-04-21T10:00:00Z');
    expect(await touches.sendTouch(inputOf(lead.id, { now }))).toMatchObject({ result: 'sent' });
    await atStep(lead.id, 'guide');
    expect(await touches.sendTouch(inputOf(lead.id, { step: 'guide', now }))).toMatchObject({ result: 'sent' });
    await workspace.enrollment(lead.id, { no: 2, cadence: 'second', step: 'again' });
    const third = inputOf(lead.id, { enrollmentNo: 2, step: 'again', now });
    // Midnight in Prague.
    const until = Date.parse('2026-04-21T22:00:00Z');
    expect(await touches.sendTouch(third)).toEqual({ result: 'deferred', at: now, until, reason: 'frequency' });
    expect(await touches.sendTouch({ ...third, now: until })).toMatchObject({ result: 'sent' });
  });
});

describe('links of a mail', () => {
  async function linkOf(lead: SeededLead, pattern: RegExp): Promise<string> {
    const [mail] = await mailsTo(lead);
    const link = pattern.exec(mail?.text ?? '')?.[0];
    if (link === undefined) throw new Error('the mail has no such link');
    return new URL(link).pathname;
  }

  const engagementsOf = async (leadId: string): Promise<{ kind: string; properties: unknown }[]> =>
    app.dataSource.query('SELECT kind, properties FROM engagements WHERE lead_id = $1 ORDER BY seq', [leadId]);

  it('leads to the stored address and records the click', async () => {
    const lead = await enrolled();
    await touches.sendTouch(inputOf(lead.id));
    const path = await linkOf(lead, /http\S+\/t\/c\/[^\]\s]+/);
    const answer = await app.call('GET', path);
    expect(answer.status).toBe(302);
    expect(answer.headers['location']).toBe('https://kelvara.example/guide?a=1&b=2');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['referrer-policy']).toBe('no-referrer');
    expect(await engagementsOf(lead.id)).toEqual([
      {
        kind: 'email_click',
        properties: { touch: 'welcome', link: 'guide', url: 'https://kelvara.example/guide?a=1&b=2' },
      },
    ]);
    await app.call('HEAD', path);
    expect(await engagementsOf(lead.id)).toHaveLength(1);
    const foreign = await app.call('GET', `${path}x?url=https://evil.example`);
    expect(foreign.status).toBe(404);
  });

  it('unsubscribes on POST alone, at once and without a cookie', async () => {
    const lead = await enrolled();
    await touches.sendTouch(inputOf(lead.id));
    const path = await linkOf(lead, /http\S+\/u\/\S+/);
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'GET']) await app.call(method, path);
    expect(await engagementsOf(lead.id)).toEqual([]);
    const stopped = await app.call('POST', path, {
      payload: 'List-Unsubscribe=One-Click',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(stopped.status).toBe(200);
    expect((await engagementsOf(lead.id)).map((row) => row.kind)).toEqual(['unsubscribed']);
    expect(await app.dataSource.query('SELECT cause FROM suppressions WHERE address = $1', [lead.email])).toEqual([
      { cause: 'unsubscribed' },
    ]);
    // The stop holds for every later touch, whatever the process knows.
    await atStep(lead.id, 'guide');
    expect(await touches.sendTouch(inputOf(lead.id, { step: 'guide' }))).toMatchObject({ result: 'stale' });
    expect(await touches.sendTouch(inputOf(lead.id, { step: 'guide', cursor: 1 }))).toMatchObject({
      result: 'skipped',
      reason: 'suppressed',
    });
    expect(await mailsTo(lead)).toHaveLength(1);
    expect((await app.call('POST', path)).status).toBe(200);
    expect(await engagementsOf(lead.id)).toHaveLength(1);
  });

  it('takes the one-click form as multipart too', async () => {
    const lead = await enrolled();
    await touches.sendTouch(inputOf(lead.id));
    const path = await linkOf(lead, /http\S+\/u\/\S+/);
    const payload = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n';
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };
    expect((await app.call('POST', path, { payload, headers })).status).toBe(200);
    expect((await engagementsOf(lead.id)).map((row) => row.kind)).toEqual(['unsubscribed']);
    expect((await app.call('POST', '/v1/engagements', { payload, headers, key: await app.key('intake') })).status).toBe(
      415,
    );
  });

  it('does not let a click link unsubscribe or the other way round', async () => {
    const lead = await enrolled();
    await touches.sendTouch(inputOf(lead.id));
    const click = await linkOf(lead, /http\S+\/t\/c\/[^\]\s]+/);
    const stop = await linkOf(lead, /http\S+\/u\/\S+/);
    expect((await app.call('POST', click.replace('/t/c/', '/u/'))).status).toBe(404);
    expect((await app.call('GET', stop.replace('/u/', '/t/c/'))).status).toBe(404);
    expect(await engagementsOf(lead.id)).toEqual([]);
  });
});

describe('a template in several languages', () => {
  const polyglot = {
    ...{ key: 'polyglot', language: 'en', subject: 'Hello', html: '<p><a href="{{ links.guide }}">Guide</a></p>' },
    links: { guide: 'https://kelvara.example/guide' },
    translations: {
      cs: { subject: 'Dobrý den', html: '<p><a href="{{ links.guide }}">Průvodce</a></p>' },
      de: {
        ...{ subject: 'Guten Tag', html: '<p><a href="{{ links.guide }}">Leitfaden</a></p>' },
        links: { guide: 'https://kelvara.example/de/leitfaden' },
      },
    },
  };
  beforeAll(async () => {
    await workspace.publish('template', 'polyglot', polyglot);
    const steps = [{ id: 'welcome', email: { template: 'polyglot' } }];
    await workspace.publish('cadence', 'tongues', { key: 'tongues', name: 'Tongues', window: 'any', steps });
    app.app.get(DocumentsService).forget('template');
    await app.dataSource.query(
      `INSERT INTO campaigns (key, source, owner_id, language, start_score) VALUES
         ('messe', 'trade_show', $1, 'de', 0), ('salon', 'trade_show', $1, 'fr', 0)`,
      [workspace.people.ines],
    );
  });
  afterAll(() => app.dataSource.query('UPDATE organisation SET language = NULL'));

  async function speaking(language: string | null, campaign: string | null): Promise<SeededLead> {
    const lead = await workspace.lead();
    await app.dataSource.query('UPDATE leads SET language = $2, campaign_key = $3 WHERE id = $1', [
      ...[lead.id, language, campaign],
    ]);
    await workspace.enrollment(lead.id, { cadence: 'tongues' });
    return lead;
  }
  const preview = async (lead: SeededLead, more: object = {}) =>
    app.call('POST', '/v1/templates/polyglot/preview', {
      key: await app.key('marketing'),
      body: { leadId: lead.id, ...more },
    });

  it("goes out in the lead's language, else the campaign's, else the organisation's, else its own", async () => {
    const asked: [string | null, string | null, string | null, string, string, string][] = [
      ['cs', 'messe', null, 'Dobrý den', 'cs', 'lead'],
      [null, 'messe', null, 'Guten Tag', 'de', 'campaign'],
      // Nobody wrote it in French: who comes next says.
      ['fr', 'messe', null, 'Guten Tag', 'de', 'campaign'],
      [null, 'salon', 'cs', 'Dobrý den', 'cs', 'organisation'],
      ['fr', 'salon', null, 'Hello', 'en', 'template'],
    ];
    for (const [lead, campaign, organisation, subject, language, languageFrom] of asked) {
      await app.dataSource.query('UPDATE organisation SET language = $1', [organisation]);
      const one = await speaking(lead, campaign);
      expect((await preview(one)).json()).toMatchObject({ subject, language, languageFrom });
      expect(await touches.sendTouch(inputOf(one.id))).toMatchObject({ result: 'sent' });
      const [mail] = await mailsTo(one);
      expect(mail?.subject).toBe(subject);
      expect(mail?.html).toContain(`<html lang="${language}">`);
    }
  });

  it('leads where the language says, and counts as one template', async () => {
    const lead = await speaking('de', null);
    expect(await touches.sendTouch(inputOf(lead.id))).toMatchObject({ result: 'sent' });
    const links = await app.dataSource.query<{ url: string }[]>(
      'SELECT k.url FROM touch_links k JOIN touches t ON t.id = k.touch_id WHERE t.lead_id = $1',
      [lead.id],
    );
    expect(links).toEqual([{ url: 'https://kelvara.example/de/leitfaden' }]);
    await app.dataSource.query(`UPDATE leads SET language = 'cs' WHERE id = $1`, [lead.id]);
    await workspace.enrollment(lead.id, { no: 2, cadence: 'tongues' });
    expect(await touches.sendTouch(inputOf(lead.id, { enrollmentNo: 2 }))).toMatchObject({ reason: 'already_sent' });
  });

  it('is shown and tried in any of its languages, and in no other', async () => {
    const lead = await speaking('de', null);
    expect((await preview(lead, { language: 'cs' })).json()).toMatchObject({
      ...{ subject: 'Dobrý den', language: 'cs', languageFrom: 'request' },
    });
    const french = await preview(lead, { language: 'fr' });
    expect([french.status, french.json<{ errors: { path: string; message: string }[] }>().errors]).toEqual([
      422,
      [expect.objectContaining({ path: 'language', message: expect.stringContaining('use one of en, cs, de') })],
    ]);
    const sent = await app.call('POST', '/v1/templates/polyglot/test-send', {
      key: await app.key('marketing'),
      body: { leadId: lead.id, language: 'cs' },
    });
    expect(sent.json()).toMatchObject({ subject: '[Test] Dobrý den' });
  });
});

describe('template preview', () => {
  const preview = async (key: string, leadId: string) =>
    app.call('POST', `/v1/templates/${key}/preview`, { key: await app.key('marketing'), body: { leadId } });

  it('shows what a lead would read, with links to where they lead', async () => {
    const lead = await workspace.lead();
    const answer = await preview('welcome', lead.id);
    expect(answer.json()).toMatchObject({ version: 1, subject: 'Your handbook, Marek', problem: null });
    expect(answer.json<{ html: string }>().html).toContain('href="https://kelvara.example/guide?a=1&amp;b=2"');
    expect(await mailsTo(lead)).toEqual([]);
  });

  it('says what keeps the mail from going out', async () => {
    const lead = await workspace.lead({ company: null });
    expect((await preview('guide', lead.id)).json()).toMatchObject({
      subject: null,
      problem: { code: 'missing_variable', name: 'lead.company' },
    });
    expect((await preview('nothing', lead.id)).status).toBe(404);
    await app.dataSource.query(`UPDATE leads SET state = 'erased' WHERE id = $1`, [lead.id]);
    expect((await preview('welcome', lead.id)).status).toBe(422);
    expect((await preview('guide', '01890a5d-ac96-774b-bcce-b302099a8057')).status).toBe(422);
  });
});

describe('test send of a template', () => {
  const sender = async (): Promise<{ key: string; email: string; personId: string }> => {
    const key = await app.key('marketing');
    const [row] = await app.dataSource.query<{ id: string; email: string }[]>(
      'SELECT p.id, p.email FROM api_keys k JOIN people p ON p.id = k.person_id ORDER BY k.id DESC LIMIT 1',
    );
    return { key, email: row?.email ?? '', personId: row?.id ?? '' };
  };
  const testSend = (key: string, leadId: string, more: object = {}) =>
    app.call('POST', '/v1/templates/welcome/test-send', { key, body: { leadId, ...more } });

  it('mails what the lead would read to the caller alone, marked, and leaves no touch and no engagement', async () => {
    const lead = await workspace.lead();
    const { key, email } = await sender();
    const answer = await testSend(key, lead.id);
    expect([answer.status, answer.json()]).toEqual([
      200,
      { to: email, version: 1, subject: '[Test] Your handbook, Marek' },
    ]);
    const [mail, ...others] = await mailbox.messages({ to: email });
    expect(others).toEqual([]);
    expect(mail).toMatchObject({ subject: '[Test] Your handbook, Marek', to: [email], envelope: { to: [email] } });
    expect(mail?.html).toContain('href="https://kelvara.example/guide?a=1&amp;b=2"');
    expect(mail?.headers['list-unsubscribe']).toBeUndefined();
    expect(await mailsTo(lead)).toEqual([]);
    for (const table of ['touches', 'engagements']) {
      expect(await app.dataSource.query(`SELECT 1 FROM ${table} WHERE lead_id = $1`, [lead.id])).toEqual([]);
    }
  });

  it('goes to nobody else, and not for a lead that would not get the mail', async () => {
    const lead = await workspace.lead({ company: null });
    const { key, email } = await sender();
    expect((await testSend(key, lead.id, { to: 'somebody@else.example' })).status).toBe(422);
    const held = await app.call('POST', '/v1/templates/guide/test-send', { key, body: { leadId: lead.id } });
    expect([held.status, held.json<{ errors: object[] }>().errors]).toEqual([
      422,
      [{ path: 'leadId', code: 'missing_variable', message: 'This lead has no lead.company' }],
    ]);
    expect((await testSend(await app.key('sales'), lead.id)).status).toBe(403);
    expect(await mailbox.messages({ to: email })).toEqual([]);
  });

  it('ends after twenty in an hour, for that person', async () => {
    const lead = await workspace.lead();
    const { key, personId } = await sender();
    const ago = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);
    const audit = app.app.get(AuditService);
    const entry = { actorId: personId, action: 'template.test_send', subjectKind: 'person', subjectId: personId };
    await audit.record(app.dataSource.manager, entry, ago(61));
    for (let n = 0; n < 19; n += 1) await audit.record(app.dataSource.manager, entry, ago(30));
    expect((await testSend(key, lead.id)).status).toBe(200);
    const refused = await testSend(key, lead.id);
    expect(refused.status).toBe(429);
    // The first of the twenty falls out of the hour in half an hour.
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(29 * 60);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(30 * 60);
    expect((await testSend((await sender()).key, lead.id)).status).toBe(200);
  });
});

async function atStep(leadId: string, step: string): Promise<void> {
  await app.dataSource.query('UPDATE enrollments SET step = $2 WHERE lead_id = $1', [leadId, step]);
}
