import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NoticesService } from '../../src/touches/notices.service.js';
import { atStep, leadBody, mailsOf, newLead, noticesAbout, type TestLead } from '../support/lead-steps.js';
import { startSalesApp } from '../support/sales-app.js';
import { mailbox, waitFor } from '../support/stack.js';
import { publishDocument } from '../support/publish-document.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

const MINUTE = 60_000;

let baton: TestBaton;
beforeAll(async () => {
  baton = await startTestBaton();
}, 120_000);
afterAll(() => baton.stop());

interface Touch {
  readonly id: string;
  readonly state: string;
  readonly reason: string | null;
  readonly step: string;
}

const touchesOf = async (lead: TestLead): Promise<readonly Touch[]> =>
  (await baton.call<{ items: Touch[] }>('GET', `/v1/touches?leadId=${lead.id}`)).body.items;

const touchIs = (lead: TestLead, state: string): Promise<Touch> =>
  waitFor(async () => (await touchesOf(lead)).find((touch) => touch.state === state), {
    what: `a touch of ${lead.email} is ${state}`,
    timeoutMs: 30_000,
  });

async function publishWelcome(subject: string): Promise<void> {
  const html = '<p><a href="{{ links.page }}">welcome</a></p>';
  const links = { page: 'https://testwerk.example/' };
  // A touch that goes within a second may still go by the version before.
  await publishDocument(baton, 'templates', 'welcome', { subject, html, language: 'en', links });
}

describe('a touch in doubt', () => {
  async function inDoubt(): Promise<{ lead: TestLead; touch: Touch }> {
    const body = leadBody('patient');
    await mailbox.setFaults({ stage: 'after_dot_drop', to: String(body['email']) });
    const lead = await newLead(baton, 'patient', body);
    return { lead, touch: await touchIs(lead, 'in_doubt') };
  }
  const resolve = (touch: Touch, body: object, key?: string) =>
    baton.call<Touch>('POST', `/v1/touches/${touch.id}/resolve`, body, key === undefined ? {} : { key });

  it('is listed, and resolved by a person as not sent; nothing sends it again', async () => {
    const { lead, touch } = await inDoubt();
    const listed = await baton.call<{ items: Touch[] }>('GET', '/v1/touches?state=in_doubt');
    expect(listed.body.items.map(({ id }) => id)).toContain(touch.id);
    const mails = await mailsOf(lead);
    const answer = await resolve(touch, { as: 'not_sent', note: 'Not in the log of the relay' }, baton.keys.marketing);
    expect(answer).toMatchObject({ status: 200, body: { state: 'failed', reason: 'resolved_not_sent' } });
    expect((await resolve(touch, { as: 'not_sent' })).status).toBe(200);
    expect(await resolve(touch, { as: 'sent' })).toMatchObject({ status: 409, body: { state: 'failed' } });
    await atStep(baton, lead, 'response');
    await baton.virtual.settled(lead.id);
    await baton.virtual.live(lead.id, Date.now() + 60 * MINUTE);
    expect(await mailsOf(lead)).toEqual(mails);
    const audited = await baton.dataSource.query<unknown[]>(
      `select data, note from audit_entries where action = 'touch.resolve' and subject_id = $1`,
      [touch.id],
    );
    expect(audited).toEqual([
      { data: { as: 'not_sent', leadId: lead.id, step: 'welcome' }, note: 'Not in the log of the relay' },
    ]);
  });

  it('is resolved as sent; who may not is refused, and what is not in doubt has nothing to resolve', async () => {
    const { touch } = await inDoubt();
    expect((await resolve(touch, { as: 'sent' }, baton.keys.sales)).status).toBe(403);
    expect((await resolve(touch, { as: 'perhaps' })).status).toBe(422);
    expect(await resolve(touch, { as: 'sent' })).toMatchObject({ status: 200, body: { state: 'sent' } });
    const lead = await newLead(baton, 'patient');
    expect((await resolve(await touchIs(lead, 'sent'), { as: 'not_sent' })).status).toBe(409);
    expect((await resolve({ ...touch, id: lead.id }, { as: 'sent' })).status).toBe(404);
  });
});

describe('a touch that is refused again and again', () => {
  it('ends as failed, and the cadence goes on', async () => {
    const body = leadBody('patient');
    await mailbox.setFaults({ stage: 'data', code: 554, count: 2, to: String(body['email']) });
    const lead = await newLead(baton, 'patient', body);
    await touchIs(lead, 'planned');
    const { now } = await baton.virtual.settled(lead.id);
    await baton.dataSource.query('update touches set attempts = 11 where lead_id = $1', [lead.id]);
    await baton.virtual.live(lead.id, now + 2 * MINUTE);
    expect(await touchesOf(lead)).toMatchObject([{ state: 'failed', reason: 'refused_at_dot', attempts: 12 }]);
    await atStep(baton, lead, 'response');
    expect(await mailsOf(lead)).toEqual([]);
  });
});

describe('a held touch', () => {
  it('names the marketer once, and goes out when a version is published that cures it', async () => {
    await publishWelcome('welcome for {{ lead.title }}');
    const lead = await newLead(baton, 'patient');
    expect(await touchIs(lead, 'held')).toMatchObject({ reason: 'missing_variable:lead.title' });
    await waitFor(
      async () => {
        const { body } = await baton.call<{ sentence: string }>('GET', `/v1/leads/${lead.id}/explain`);
        return body.sentence.includes('is held: missing variable lead.title');
      },
      { what: 'explain says why', timeoutMs: 30_000 },
    );
    const notice = await waitFor(async () => (await noticesAbout(lead, 'A mail is held'))[0], {
      what: 'the marketer is told',
      timeoutMs: 30_000,
    });
    expect(notice).toMatchObject({ to: ['mara@testwerk.example'], text: expect.stringContaining('lead.title') });

    // Still missing: held again, and nobody is told twice.
    await publishWelcome('welcome: {{ lead.title }}');
    await waitFor(
      async () => {
        const rows = await baton.dataSource.query<unknown[]>(
          `select 1 from touches t join document_versions v on v.id = t.template_version_id
            where t.lead_id = $1 and v.version = 3 and t.state = 'held'`,
          [lead.id],
        );
        return rows.length > 0;
      },
      { what: 'the new version is tried', timeoutMs: 30_000 },
    );
    await publishWelcome("welcome for {{ lead.title | default: 'you' }}");
    await touchIs(lead, 'sent');
    expect(await mailsOf(lead)).toEqual(['welcome']);
    expect(await noticesAbout(lead, 'A mail is held')).toHaveLength(1);
    await atStep(baton, lead, 'response');
  });
});

describe('a notice that is refused again and again', () => {
  it('is tried a number of times and ends as failed, visibly', async () => {
    const app = await startSalesApp();
    try {
      const lead = await app.workspace.lead({ state: 'offered' });
      await app.workspace.handoff(lead.id);
      const [rep] = await app.dataSource.query<{ email: string }[]>('select email from people where id = $1', [
        app.workspace.people.jonas,
      ]);
      const to = rep?.email ?? '';
      await mailbox.setFaults({ stage: 'data', code: 554, count: 2, to });
      const notices = app.app.get(NoticesService, { strict: false });
      const send = () =>
        notices.sendNotice({ leadId: lead.id, handoffNo: 1, kind: 'offer', ordinal: 1, now: Date.now() });
      const stored = () => app.dataSource.query('select state, attempts from notices where lead_id = $1', [lead.id]);
      await expect(send()).rejects.toThrow('refused at dot');
      expect(await stored()).toEqual([{ state: 'planned', attempts: 1 }]);
      await app.dataSource.query('update notices set attempts = 9 where lead_id = $1', [lead.id]);
      expect(await send()).toMatchObject({ result: 'failed' });
      expect(await stored()).toEqual([{ state: 'failed', attempts: 10 }]);
      expect(await send()).toMatchObject({ result: 'failed' });
      await mailbox.clearFaults(to);
      expect(await mailbox.messages({ to })).toEqual([]);
    } finally {
      await app.close();
    }
  });
});
