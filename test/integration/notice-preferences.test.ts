import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NoticesService, type SendNoticeInput } from '../../src/touches/notices.service.js';
import { type SalesApp, startSalesApp } from '../support/sales-app.js';
import { mailbox } from '../support/stack.js';

interface Preferences {
  readonly mail: string;
  readonly kinds: Readonly<Record<string, boolean>>;
  readonly mailed: Readonly<Record<string, boolean>>;
  readonly detail: string;
  readonly errors: readonly { readonly path: string; readonly code: string; readonly message: string }[];
}

let app: SalesApp;
let jonas: string;

beforeAll(async () => {
  app = await startSalesApp();
  jonas = await app.keyOf(app.workspace.people.jonas, 'sales');
});
afterAll(() => app.close());

const path = (person: string) => `/v1/people/${person}/notifications`;
async function put(person: string, body: object, key = jonas) {
  const answer = await app.call('PUT', path(person), { key, body });
  return { status: answer.status, body: answer.json<Preferences>() };
}

const tell = (leadId: string, kind: SendNoticeInput['kind'], ordinal = 1) =>
  app.app.get(NoticesService, { strict: false }).sendNotice({ leadId, handoffNo: 1, kind, ordinal, now: Date.now() });

async function offered(name: string): Promise<string> {
  const lead = await app.workspace.lead({ state: 'offered', name });
  await app.workspace.handoff(lead.id);
  return lead.id;
}

async function mailsAbout(person: 'jonas' | 'amara' | 'miriam', name: string): Promise<string[]> {
  const [row] = await app.dataSource.query<{ email: string }[]>('select email from people where id = $1', [
    app.workspace.people[person],
  ]);
  return (await mailbox.messages({ to: row?.email ?? '', subject: name })).map(({ subject }) => subject);
}

const ledgerOf = (leadId: string) =>
  app.dataSource.query<object[]>(
    'select kind, ordinal, state, error, claimed_at from notices where lead_id = $1 order by ordinal, kind',
    [leadId],
  );

describe('what a person chooses about notices', () => {
  it('is everything as long as nothing was chosen', async () => {
    const answer = await app.call('GET', path('jonas'), { key: jonas });
    const { mail, kinds, mailed } = answer.json<Preferences>();
    expect([answer.status, mail, kinds]).toEqual([200, 'all', {}]);
    expect(Object.values(mailed)).toEqual(Array.from({ length: 18 }, () => true));
  });

  it('keeps what is left out from the mail, for good, and the ledger says so', async () => {
    const chosen = await put('jonas', { mail: 'important', kinds: { expired: true } });
    expect(chosen).toMatchObject({ status: 200, body: { mail: 'important', kinds: { expired: true } } });
    expect(chosen.body.mailed).toMatchObject({ offer: true, expired: true, reminder: false, mention: false });
    const leadId = await offered('Quiet Quentin');
    expect(await tell(leadId, 'offer')).toMatchObject({ result: 'sent' });
    expect(await tell(leadId, 'reminder', 2)).toMatchObject({ result: 'skipped' });
    expect(await tell(leadId, 'expired', 3)).toMatchObject({ result: 'sent' });
    const subjects = [
      'New lead: Quiet Quentin, Ostrava Valves',
      'Went back to marketing: Quiet Quentin, Ostrava Valves',
    ];
    expect(await mailsAbout('jonas', 'Quiet Quentin')).toEqual(subjects);
    expect(await ledgerOf(leadId)).toMatchObject([
      { kind: 'offer', state: 'sent' },
      { kind: 'reminder', state: 'skipped', error: 'preference', claimed_at: null },
      { kind: 'expired', state: 'sent' },
    ]);
    // A choice made later does not bring it back; the next one is mailed.
    await put('jonas', { mail: 'all' });
    expect(await tell(leadId, 'reminder', 2)).toMatchObject({ result: 'skipped' });
    expect(await tell(leadId, 'reminder', 4)).toMatchObject({ result: 'sent' });
    expect(await mailsAbout('jonas', 'Quiet Quentin')).toHaveLength(3);
  });

  it('is the reader’s own: others of the same handoff are told', async () => {
    await put('jonas', { mail: 'important' });
    const leadId = await offered('Shared Shirin');
    await tell(leadId, 'reminder');
    await tell(leadId, 'team_owner', 2);
    expect(await mailsAbout('jonas', 'Shared Shirin')).toEqual([]);
    expect(await mailsAbout('amara', 'Shared Shirin')).toHaveLength(1);
  });

  it('cannot silence what somebody waits for', async () => {
    const refused = await put('jonas', { mail: 'all', kinds: { offer: false, escalation: false, mention: false } });
    expect(refused.status).toBe(422);
    expect(refused.body.errors.map(({ path: field, code }) => [field, code])).toEqual([
      ['kinds.offer', 'always_mailed'],
      ['kinds.escalation', 'always_mailed'],
    ]);
    const none = await put('jonas', { mail: 'none' });
    expect([none.status, none.body.errors[0]?.path]).toEqual([422, 'mail']);
    expect(none.body.errors[0]?.message).toContain('offer, escalation, return_to_acknowledge');
    const unknown = await put('jonas', { mail: 'all', kinds: { gossip: true, mention: 'yes' } });
    expect(unknown.body.errors.map(({ path: field }) => field).sort()).toEqual(['kinds.gossip', 'kinds.mention']);
  });

  it('is theirs and the admin’s to see and to change, in the audit each time it changes', async () => {
    const lena = await app.keyOf(app.workspace.people.lena, 'sales', 'marketing');
    const refused = await put('jonas', { mail: 'all' }, lena);
    expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining('a key of Jonas Weidner')]);
    expect((await app.call('GET', path('jonas'), { key: lena })).status).toBe(403);
    expect((await app.call('GET', path('nobody'), { key: lena })).status).toBe(404);
    const admin = await app.keyOf(app.workspace.people.miriam, 'admin');
    for (const body of [{ mail: 'important', note: 'on his behalf' }, { mail: 'important' }]) {
      expect((await put('lena', body, admin)).status).toBe(200);
    }
    const audit = await app.dataSource.query<object[]>(
      `select actor_id, action, note from audit_entries where subject_kind = 'notice_preferences' and subject_id = $1`,
      [app.workspace.people.lena],
    );
    const actor_id = app.workspace.people.miriam;
    expect(audit).toEqual([{ actor_id, action: 'notice_preferences.create', note: 'on his behalf' }]);
  });
});
