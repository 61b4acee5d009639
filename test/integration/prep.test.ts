// What the lead brings to the first meeting: mails held until the acceptance stands, at most one each; a page that only a
// pressed button changes; the rep sees the answers.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BreakersReadModel } from '../../src/breakers/breakers.read-model.js';
import { inTransaction } from '../../src/database/transaction.js';
import { HandoffLedgerService } from '../../src/handoffs/handoff-ledger.service.js';
import { PrepMailRelayService } from '../../src/handoffs/prep/prep-mail-relay.service.js';
import { LinkSigner } from '../../src/integrations/mail/link-signer.js';
import { LeadErasureService } from '../../src/leads/lead-erasure.service.js';
import { SuppressionsService } from '../../src/touches/suppressions.service.js';
import { NoticesService } from '../../src/touches/notices.service.js';
import { type CaughtMessage, mailbox } from '../support/stack.js';
import { type SalesApp, startSalesApp } from '../support/sales-app.js';
import type { Answer } from '../support/test-app.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const SCRIPT = '<script>alert(1)</script>';

const POLICY = [
  {
    key: 'quote',
    items: [
      { key: 'list', ask: 'Send us your machine list', hint: 'make & speed', kind: 'confirm' },
      { key: 'hour', ask: 'Block an hour', kind: 'confirm' },
      { key: 'supplier', ask: 'Does something stand in the way?', kind: 'obstacle' },
    ],
    remind: ['P1D'],
  },
];

let app: SalesApp;
let relay: PrepMailRelayService;
let ledger: HandoffLedgerService;
let versionId: string;
let sales: string;

beforeAll(async () => {
  app = await startSalesApp();
  relay = app.app.get(PrepMailRelayService, { strict: false });
  ledger = app.app.get(HandoffLedgerService, { strict: false });
  versionId = await app.workspace.publish('prep', 'default', POLICY);
  sales = await app.keyOf(app.workspace.people.jonas, 'sales');
});

afterAll(async () => {
  await app.close();
});

interface Accepted {
  readonly leadId: string;
  readonly handoffId: string;
  readonly email: string;
  readonly at: number;
}

/** As the sync stores a decision of the process. */
const record = (leadId: string, at: number, data: Record<string, unknown>): Promise<void> =>
  inTransaction(app.dataSource, (manager) =>
    ledger.take(manager, leadId, { kind: 'decided', at, data: { handoffNo: 1, ...data } }),
  );

async function accepted(given: { at?: number; meetingAt?: number; stamped?: boolean } = {}): Promise<Accepted> {
  const lead = await app.workspace.lead({ state: 'accepted', custody: 'shared' });
  const handoffId = await app.workspace.handoff(lead.id);
  if (given.stamped !== false) {
    await app.dataSource.query(`update handoffs set versions = jsonb_build_object('prep', $2::text) where id = $1`, [
      handoffId,
      versionId,
    ]);
  }
  const at = given.at ?? Date.now();
  const { jonas: by } = app.workspace.people;
  await record(lead.id, at, { kind: 'accepted', by, via: 'mail', meetingAt: given.meetingAt });
  return { leadId: lead.id, handoffId, email: lead.email, at };
}

const mailsOf = (handoffId: string) =>
  app.dataSource.query<{ ordinal: number; state: string; reason: string | null; due_at: Date }[]>(
    'select ordinal, state, reason, due_at from prep_mails where handoff_id = $1 order by ordinal',
    [handoffId],
  );
const inbox = (to: string): Promise<readonly CaughtMessage[]> => mailbox.messages({ to });

const pathIn = (mail: CaughtMessage | undefined): string => /\/p\/[\w.-]+/.exec(mail?.text ?? '')?.[0] ?? '';

interface Page {
  readonly answer: Answer;
  readonly cookie: string;
  readonly nonce: string;
}

async function open(path: string): Promise<Page> {
  const answer = await app.call('GET', path);
  const [cookie = ''] = String(answer.headers['set-cookie'] ?? '').split(';');
  return { answer, cookie, nonce: /name="nonce" value="([^"]+)"/.exec(answer.text)?.[1] ?? '' };
}

const press = (path: string, page: Pick<Page, 'cookie' | 'nonce'>, form: Record<string, string>, headers = {}) =>
  app.call('POST', path, {
    payload: new URLSearchParams({ nonce: page.nonce, ...form }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: page.cookie, ...headers },
  });

const seenOn = ({ text }: Answer): string => /name="seen" value="([^"]+)"/.exec(text)?.[1] ?? '';

const linkTo = ({ handoffId, leadId }: Accepted, expiresAt = Date.now() + DAY_MS): string =>
  `/p/${app.app.get(LinkSigner, { strict: false }).sign('prep', [handoffId, leadId], expiresAt)}`;

const answersOf = (handoffId: string) =>
  app.dataSource.query<{ item: string; confirmed: boolean; text: string | null }[]>(
    'select item, confirmed, text from prep_answers where handoff_id = $1 order by item',
    [handoffId],
  );

describe('the mails about a checklist', () => {
  it('wait until nobody can undo the acceptance, and go once, however many look', async () => {
    const { handoffId, email, at } = await accepted();
    await relay.sendDue(at + 5 * MINUTE_MS);
    expect(await inbox(email)).toEqual([]);
    const due = at + 6 * MINUTE_MS;
    await Promise.all([relay.sendDue(due), relay.sendDue(due), relay.sendDue(due)]);
    const [mail, ...more] = await inbox(email);
    expect(more).toEqual([]);
    expect(mail).toMatchObject({ subject: 'Before you meet Jonas Weidner' });
    expect(mail?.html).toContain('make &amp; speed');
    expect(mail?.text).toContain('Send us your machine list');
    expect(mail?.headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');
    expect(await mailsOf(handoffId)).toMatchObject([{ ordinal: 0, state: 'sent' }]);
  });

  it('remind a day before the meeting of what is still open, and not after it', async () => {
    const at = Date.now();
    const meetingAt = at + 3 * DAY_MS;
    const late = await accepted({ at, meetingAt });
    const { handoffId, email } = await accepted({ at, meetingAt });
    const [first, second] = await mailsOf(handoffId);
    expect(first?.due_at.getTime()).toBe(at + 5 * MINUTE_MS + 5_000);
    // The lead lives in Prague; a change of summer time on the way makes the day an hour longer or shorter.
    expect(Math.abs((second?.due_at.getTime() ?? 0) - (meetingAt - DAY_MS))).toBeLessThanOrEqual(60 * MINUTE_MS);
    await relay.sendDue(at + 6 * MINUTE_MS);
    await relay.sendDue((second?.due_at.getTime() ?? 0) + 1);
    const mails = await inbox(email);
    expect(mails.map(({ subject }) => subject)).toEqual([
      expect.stringMatching(/^Before you meet Jonas Weidner, \w{3} /),
      'Still open before you meet Jonas Weidner: 2 things',
    ]);
    await app.dataSource.query(`update prep_mails set state = 'planned' where handoff_id = $1 and ordinal = 1`, [
      late.handoffId,
    ]);
    await relay.sendDue(meetingAt);
    expect((await mailsOf(late.handoffId))[1]).toMatchObject({ state: 'skipped', reason: 'too_late' });
  });

  it('do not go when the acceptance was undone, and go after a second one', async () => {
    const { leadId, handoffId, email, at } = await accepted();
    const { jonas: by } = app.workspace.people;
    await record(leadId, at + MINUTE_MS, { kind: 'undone', by });
    expect(await mailsOf(handoffId)).toEqual([]);
    await relay.sendDue(at + 6 * MINUTE_MS);
    expect(await inbox(email)).toEqual([]);
    await record(leadId, at + 2 * MINUTE_MS, { kind: 'accepted', by, via: 'mail' });
    await relay.sendDue(at + 8 * MINUTE_MS);
    expect(await inbox(email)).toHaveLength(1);
  });

  it.each([
    ['wants no mail', 'suppressed', 'update leads set contactable = false where id = $1'],
    ['came back meanwhile', 'not_accepted', `update leads set state = 'returning' where id = $1`],
    ['has no address', 'no_address', 'update leads set email = null where id = $1'],
  ])('do not go to a lead that %s', async (_who, reason, statement) => {
    const { leadId, handoffId, email, at } = await accepted();
    await app.dataSource.query(statement, [leadId]);
    await relay.sendDue(at + 6 * MINUTE_MS);
    expect(await mailsOf(handoffId)).toMatchObject([{ state: 'skipped', reason }]);
    expect(await inbox(email)).toEqual([]);
  });

  it('wait while a breaker holds their provider, and go once a person has released it', async () => {
    const { leadId, handoffId, email, at } = await accepted();
    await app.dataSource.query(`update leads set email = 'b.novak@held.example' where id = $1`, [leadId]);
    await app.dataSource.query(
      `insert into breakers (id, scope, key, opened_at, touches, failures, touch_id)
       values (gen_random_uuid(), 'provider', 'held.example', now(), 20, 5, gen_random_uuid())`,
    );
    await relay.sendDue(at + 6 * MINUTE_MS);
    expect(await mailsOf(handoffId)).toMatchObject([{ state: 'planned', reason: 'breaker_provider' }]);
    await relay.sendDue(at + 22 * MINUTE_MS);
    expect(await mailsOf(handoffId)).toMatchObject([{ state: 'planned', reason: 'breaker_provider' }]);
    await app.dataSource.query(
      `update breakers set released_at = now(), released_by_id = $1, held_count = 0 where key = 'held.example'`,
      [app.workspace.people.jonas],
    );
    await relay.sendDue(at + 38 * MINUTE_MS);
    expect(await mailsOf(handoffId)).toMatchObject([{ state: 'sent', reason: null }]);
    expect([await inbox(email), await inbox('b.novak@held.example')].map((mails) => mails.length)).toEqual([0, 1]);
  });

  it('that come back count for no touch before them', async () => {
    const reads = app.app.get(BreakersReadModel, { strict: false });
    const failures = () => {
      const keys = { cadence: 'walk', provider: 'nowhere.example' };
      return reads.failures(app.dataSource.manager, keys, { cadence: 0, provider: 0 });
    };
    const bounced = async ({ leadId, at }: Accepted, no: number): Promise<void> => {
      await app.dataSource.query(
        `insert into touches (id, lead_id, enrollment_id, step, visit, template_version_id, state, due_at, claimed_at)
         select gen_random_uuid(), $1::uuid, $2::uuid, 'welcome', 1, id, 'sent', $3::timestamptz, $3 from document_versions where kind = 'template' limit 1`,
        [leadId, await app.workspace.enrollment(leadId), new Date(at - DAY_MS)],
      );
      await app.dataSource.query(
        `insert into engagements (id, lead_id, seq, source, event_id, kind, class, hand_raise, occurred_at, received_at, at, properties, content_hash)
         values (gen_random_uuid(), $1::uuid, $2, 'mail', $1::uuid::text, 'bounced', 'human', false, $3, $3, $3, '{}', '')`,
        [leadId, no, new Date(at + 8 * MINUTE_MS)],
      );
    };
    const checklist = await accepted();
    await relay.sendDue(checklist.at + 6 * MINUTE_MS);
    await bounced(checklist, 1);
    expect(await failures()).toEqual({ cadence: 0, provider: 0 });
    await bounced(await accepted({ stamped: false }), 1);
    expect(await failures()).toEqual({ cadence: 1, provider: 0 });
  });

  it('are in doubt when the server took the mail and said nothing, and tried again when it refused', async () => {
    const [doubt, refused] = [await accepted(), await accepted()];
    await mailbox.setFaults(
      { stage: 'after_dot_drop', to: doubt.email },
      { stage: 'rcpt', code: 451, to: refused.email },
    );
    await relay.sendDue(doubt.at + 6 * MINUTE_MS);
    expect(await mailsOf(doubt.handoffId)).toMatchObject([{ state: 'in_doubt' }]);
    expect(await mailsOf(refused.handoffId)).toMatchObject([{ state: 'planned' }]);
    await relay.sendDue(doubt.at + 8 * MINUTE_MS);
    expect(await mailsOf(refused.handoffId)).toMatchObject([{ state: 'sent' }]);
    expect(await inbox(refused.email)).toHaveLength(1);
    expect(await inbox(doubt.email)).toHaveLength(1);
    await mailbox.clearFaults(doubt.email);
    await mailbox.clearFaults(refused.email);
  });

  it('that were claimed and left without an outcome are in doubt after five minutes', async () => {
    const now = Date.now();
    const [left, underWay, virtual] = [await accepted(), await accepted(), await accepted()];
    const claim = (given: Accepted, minutesAgo: number) =>
      app.dataSource.query(`update prep_mails set state = 'claimed', claimed_at = $2 where handoff_id = $1`, [
        given.handoffId,
        new Date(now - minutesAgo * MINUTE_MS),
      ]);
    await claim(left, 6);
    await claim(underWay, 4);
    await claim(virtual, 600);
    await app.dataSource.query('update leads set clock_offset_ms = -36000000 where id = $1', [virtual.leadId]);
    await relay.sendDue(now);
    const states = [left, underWay, virtual].map(async ({ handoffId }) => (await mailsOf(handoffId))[0]?.state);
    expect(await Promise.all(states)).toEqual(['in_doubt', 'claimed', 'claimed']);
  });

  it('are none for a handoff that fell under no checklists', async () => {
    expect(await mailsOf((await accepted({ stamped: false })).handoffId)).toEqual([]);
  });

  it('carry a way out that works', async () => {
    const { leadId, email, at } = await accepted();
    await relay.sendDue(at + 6 * MINUTE_MS);
    const [mail] = await inbox(email);
    const path = /\/u\/[\w.-]+/.exec(mail?.text ?? '')?.[0] ?? '';
    expect((await app.call('GET', path)).text).toContain('No more mails from');
    expect((await app.call('POST', path)).status).toBe(200);
    const [lead] = await app.dataSource.query<{ contactable: boolean }[]>(
      'select contactable from leads where id = $1',
      [leadId],
    );
    expect(lead?.contactable).toBe(false);
  });
});

describe('a playbook', () => {
  it('whose tries are used up is told of, unless the lead is reached before the mail goes', async () => {
    const playbook = { attempts: 2, gap: 'P1D', dispositions: ['reached', 'no_answer'], again: ['no_answer'] };
    const playbookId = await app.workspace.publish('playbook', 'default', playbook);
    const { leadId, handoffId, at } = await accepted();
    await app.dataSource.query(
      `update handoffs set versions = versions || jsonb_build_object('playbook', $2::text) where id = $1`,
      [handoffId, playbookId],
    );
    const { jonas: by } = app.workspace.people;
    const planned = async () => {
      const rows = await app.dataSource.query<{ kind: string }[]>('select kind from notices where lead_id = $1', [
        leadId,
      ]);
      return rows.map(({ kind }) => kind);
    };
    const attempt = async (disposition: string, after: number): Promise<void> => {
      const data = { disposition, occurredAt: at + after };
      await app.dataSource.query(
        `insert into decisions (id, lead_id, handoff_no, kind, at, by_person_id, data)
         values (gen_random_uuid(), $1, 1, 'first_touch', $2, $3, $4)`,
        [leadId, new Date(at + after), by, JSON.stringify(data)],
      );
      await inTransaction(app.dataSource, (manager) =>
        ledger.take(manager, leadId, { kind: 'first_touch', at: at + after, data: { handoffNo: 1, by, ...data } }),
      );
    };
    await attempt('no_answer', MINUTE_MS);
    expect(await planned()).toEqual([]);
    await attempt('no_answer', 2 * MINUTE_MS);
    expect(await planned()).toEqual(['playbook_over']);
    await attempt('reached', 3 * MINUTE_MS);
    expect(await planned()).toEqual([]);
  });
});

describe('the page of a checklist', () => {
  it('is small, without script, and nothing is ticked', async () => {
    const given = await accepted({ meetingAt: Date.parse('2031-04-30T07:00:00Z') });
    const { answer } = await open(linkTo(given));
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('You meet on Wed 30 Apr 2031, 09:00 CEST');
    expect(answer.text).toContain('0 of 2 done');
    expect(answer.text).toContain('Would another time suit you better?');
    expect(answer.text).not.toMatch(/<script|onload=|checked|autofocus|http-equiv="refresh"/i);
    expect(Buffer.byteLength(answer.text)).toBeLessThan(40_000);
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    expect(String(answer.headers['set-cookie'])).toMatch(
      /^baton_prep=[\w-]{32}; Path=\/p\/\S+; HttpOnly; SameSite=Strict/,
    );
    const calendar = await app.call('GET', `${linkTo(given)}/calendar`);
    expect(calendar.headers['content-type']).toBe('text/calendar; charset=utf-8');
    expect(calendar.text).toContain('DTSTART:20310430T070000Z');
  });

  it('changes nothing however often it is opened, or by a form without the pressed button', async () => {
    const given = await accepted();
    const path = linkTo(given);
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      await Promise.all(Array.from({ length: 10 }, () => app.call(method, `${path}?tick.list=yes&choice=save`)));
    }
    const page = await open(path);
    expect((await press(path, page, { 'tick.list': 'yes' })).status).toBe(422);
    expect(await answersOf(given.handoffId)).toEqual([]);
  });

  it('refuses what does not come from itself', async () => {
    const [given, other] = [await accepted(), await accepted()];
    const path = linkTo(given);
    const [page, foreign] = [await open(path), await open(linkTo(other))];
    const form = { choice: 'save', 'tick.list': 'yes' };
    const tries = [
      press(path, { ...page, nonce: '' }, form),
      press(path, { ...page, cookie: '' }, form),
      press(path, { cookie: page.cookie, nonce: foreign.nonce }, form),
      press(path, page, form, { origin: 'https://evil.example', host: '127.0.0.1:4100' }),
      press(path, page, form, { 'sec-fetch-site': 'cross-site', origin: 'null' }),
    ];
    for (const answer of await Promise.all(tries)) expect(answer.status).toBe(403);
    expect(await answersOf(given.handoffId)).toEqual([]);
  });

  it('opens by no other link, no expired one, and not once the lead came back', async () => {
    const given = await accepted();
    const signer = app.app.get(LinkSigner, { strict: false });
    const subject = [given.handoffId, given.leadId];
    for (const kind of ['decide', 'unsubscribe', 'click'] as const) {
      expect((await app.call('GET', `/p/${signer.sign(kind, subject, Date.now() + DAY_MS)}`)).status).toBe(404);
    }
    const { leadId: stranger } = await accepted();
    expect((await app.call('GET', linkTo({ ...given, leadId: stranger }))).status).toBe(404);
    expect((await app.call('GET', linkTo(given, Date.now() - 1_000))).status).toBe(410);
    expect((await app.call('GET', linkTo(given).replace('/p/', '/l/'))).status).toBe(404);
    const path = linkTo(given);
    const page = await open(path);
    await app.dataSource.query(`update leads set state = 'returning' where id = $1`, [given.leadId]);
    expect((await app.call('GET', path)).status).toBe(410);
    expect((await press(path, page, { choice: 'save', 'tick.list': 'yes' })).status).toBe(410);
    expect(await answersOf(given.handoffId)).toEqual([]);
  });

  it('ends with a handoff that was given back, though the lead is with sales by another', async () => {
    const given = await accepted({ meetingAt: Date.now() + 10 * DAY_MS });
    await relay.sendDue(given.at + 6 * MINUTE_MS);
    const path = pathIn((await inbox(given.email))[0]);
    const page = await open(path);
    await record(given.leadId, given.at + DAY_MS, {
      kind: 'given_back',
      by: app.workspace.people.jonas,
      reason: 'other',
    });
    expect(await mailsOf(given.handoffId)).toMatchObject([{ ordinal: 0, state: 'sent' }]);
    expect((await app.call('GET', path)).status).toBe(410);
    expect((await press(path, page, { choice: 'save', 'tick.list': 'yes' })).status).toBe(410);
    expect(await answersOf(given.handoffId)).toEqual([]);
  });

  it('keeps ticks and words, shows them escaped with the instant, and tells the rep once per submission', async () => {
    const given = await accepted();
    await relay.sendDue(given.at + 6 * MINUTE_MS);
    const path = pathIn((await inbox(given.email))[0]);
    const page = await open(path);
    const form = { choice: 'save', 'tick.list': 'yes', 'words.supplier': SCRIPT };
    const saved = await press(path, page, form);
    expect(saved.status).toBe(200);
    expect(saved.text).toContain('1 of 2 done');
    expect(saved.text).toContain('&lt;script&gt;');
    expect(saved.text).not.toContain('<script');
    expect(saved.text).toMatch(/saved \w{3} \d+ \w{3} \d{4}, \d\d:\d\d CES?T/);
    expect((await press(path, page, form)).text).toContain('Nothing new to save');
    expect(await answersOf(given.handoffId)).toEqual([
      { item: 'list', confirmed: true, text: null },
      { item: 'supplier', confirmed: false, text: SCRIPT },
    ]);
    const planned = await app.dataSource.query<{ kind: string; ordinal: number; person_id: string; state: string }[]>(
      'select kind, ordinal, person_id, state from notices where lead_id = $1',
      [given.leadId],
    );
    const { jonas } = app.workspace.people;
    expect(planned).toEqual([{ kind: 'prep_answered', ordinal: 1, person_id: jonas, state: 'planned' }]);

    const notice = { leadId: given.leadId, handoffNo: 1, kind: 'prep_answered', ordinal: 1, now: Date.now() } as const;
    const sent = await app.app.get(NoticesService, { strict: false }).sendNotice({ ...notice, plannedOnly: true });
    expect(sent.result).toBe('sent');
    const [mail] = await mailbox.messages({ to: jonas.slice(-12), subject: 'Has prepared' });
    expect(mail?.text).toContain('Send us your machine list: done');
    expect(mail?.html).toContain('&lt;script&gt;');

    const shown = await app.call('GET', `/v1/handoffs/${given.handoffId}`, { key: sales });
    expect(shown.json()).toMatchObject({
      prep: {
        ...{ checklist: 'quote', done: 1, of: 2 },
        mails: [{ ordinal: 0, state: 'sent' }],
        items: [
          { key: 'list', confirmed: true, owner: 'lead' },
          { key: 'hour', confirmed: false, answeredAt: null },
          { key: 'supplier', text: SCRIPT, owner: 'rep' },
        ],
      },
    });
    const decide = app.app
      .get(LinkSigner, { strict: false })
      .sign('decide', [given.handoffId, jonas], Date.now() + DAY_MS);
    const decided = await app.call('GET', `/l/${decide}`);
    expect(decided.text).toContain('What they bring (1 of 2)');
    expect(decided.text).not.toContain('<script');
  });

  it('does not let a page that is older take back what was saved since, and shows both', async () => {
    const given = await accepted();
    const path = linkTo(given);
    const page = await open(path);
    const seen = seenOn(page.answer);
    const newer = { choice: 'save', seen, 'tick.list': 'yes', 'words.supplier': 'Written on the phone' };
    const saved = await press(path, page, newer);
    const older = await press(path, page, { choice: 'save', seen, 'words.supplier': 'Written in the old tab' });
    expect(older.status).toBe(409);
    expect(older.text).toContain('Not saved: this page was older');
    expect(older.text).toContain('>Written on the phone</textarea>');
    expect(older.text).toContain('not saved: Written in the old tab');
    expect(await answersOf(given.handoffId)).toEqual([
      { item: 'list', confirmed: true, text: null },
      { item: 'supplier', confirmed: false, text: 'Written on the phone' },
    ]);
    // The same form again wants nothing else than there is, and the page that was shown last may say more.
    expect((await press(path, page, newer)).text).toContain('Nothing new to save');
    expect(seenOn(older)).toBe(seenOn(saved));
    const again = { ...newer, seen: seenOn(older), 'words.supplier': 'Both' };
    expect((await press(path, page, again)).text).toContain('Saved: Jonas Weidner sees it.');
  });

  it('tells the rep of 20 submissions, and in the last mail that there are no more', async () => {
    const given = await accepted();
    const path = linkTo(given);
    const page = await open(path);
    for (let round = 1; round <= 22; round += 1)
      await press(path, page, { choice: 'save', 'words.supplier': `Thought number ${round}` });
    const notices = app.app.get(NoticesService, { strict: false });
    const lastMails = async (): Promise<number> => {
      const mails = await mailbox.messages({ to: app.workspace.people.jonas.slice(-12), subject: 'Has prepared' });
      return mails.filter(({ text }) => text.includes('This is the last mail about it')).length;
    };
    const send = async (ordinal: number): Promise<void> => {
      const about = { leadId: given.leadId, handoffNo: 1, kind: 'prep_answered', ordinal, now: Date.now() } as const;
      expect((await notices.sendNotice({ ...about, plannedOnly: true })).result).toBe('sent');
    };
    const rows = await app.dataSource.query<{ n: number }[]>(
      `select count(*)::int as n from notices where lead_id = $1 and kind = 'prep_answered'`,
      [given.leadId],
    );
    expect(rows).toEqual([{ n: 20 }]);
    await send(19);
    expect(await lastMails()).toBe(0);
    await send(20);
    expect(await lastMails()).toBe(1);
    expect((await app.call('GET', path)).text).toContain('Thought number 22');
  });

  it('takes a tick back, and stops telling when everything is done', async () => {
    const given = await accepted({ meetingAt: Date.now() + 3 * DAY_MS });
    const path = linkTo(given);
    const page = await open(path);
    const all = { choice: 'save', 'tick.list': 'yes', 'tick.hour': 'yes' };
    await press(path, page, all);
    await press(path, page, { choice: 'save', 'tick.list': 'yes' });
    expect(await answersOf(given.handoffId)).toMatchObject([{ confirmed: false }, { confirmed: true }]);
    await press(path, page, all);
    await relay.sendDue(given.at + 3 * DAY_MS - MINUTE_MS);
    expect(await mailsOf(given.handoffId)).toMatchObject([
      { state: 'skipped', reason: 'complete' },
      { state: 'skipped', reason: 'complete' },
    ]);
  });

  it('forgets the words of a lead that is erased', async () => {
    const given = await accepted();
    const path = linkTo(given);
    const page = await open(path);
    await press(path, page, { choice: 'save', 'words.supplier': 'Ask for Marek in hall 2' });
    const erasure = new LeadErasureService(new SuppressionsService());
    await inTransaction(app.dataSource, async (manager) => {
      await manager.query(`update leads set state = 'erased' where id = $1`, [given.leadId]);
      await erasure.forget(manager, { id: given.leadId, email: given.email }, new Date());
    });
    expect(await answersOf(given.handoffId)).toEqual([]);
    expect((await app.call('GET', path)).status).toBe(404);
    await relay.sendDue(given.at + 6 * MINUTE_MS);
    expect(await mailsOf(given.handoffId)).toMatchObject([{ state: 'skipped', reason: 'erased' }]);
  });
});
