// What follows an acceptance, through the whole machine: the lead's checklist by the worker, the tries of the playbook.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decide, newLead, noticesAbout, offerOf, type TestHandoff, type TestLead } from '../support/lead-steps.js';
import { publishDocument } from '../support/publish-document.js';
import { mailbox, waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

let baton: TestBaton;
beforeAll(async () => {
  baton = await startTestBaton();
  const items = [{ key: 'list', ask: 'Send us your machine list', kind: 'confirm' }];
  await publishDocument(baton, 'policies', 'prep', [{ key: 'demo', items, remind: ['P1D'] }]);
  await publishDocument(baton, 'policies', 'playbook', {
    ...{ attempts: 2, gap: 'P1D', dispositions: ['reached', 'no_answer'] },
  });
});
afterAll(() => baton.stop());

async function offered(): Promise<{ lead: TestLead; handoff: TestHandoff }> {
  const lead = await newLead(baton, 'patient', { handRaise: { kind: 'demo_request', purpose: 'a visit' } });
  return { lead, handoff: await offerOf(baton, lead) };
}

interface Detail {
  readonly meetingAt: string | null;
  readonly decidedAt: string;
  readonly prep: { readonly mails: readonly { ordinal: number; state: string; dueAt: string }[] } | null;
  readonly playbook: { made: number; exhausted: boolean; nextDueAt: string | null; items: { disposition: string }[] };
}

const detail = async ({ id }: TestHandoff): Promise<Detail> =>
  (await baton.call<Detail>('GET', `/v1/handoffs/${id}`, undefined, { key: baton.keys.sales })).body;

describe('after an acceptance', () => {
  it('the checklist waits for the end of the undo, and the worker sends it once it is due', async () => {
    const { lead, handoff } = await offered();
    const meetingAt = new Date(Date.now() + 5 * 86_400_000).toISOString();
    await decide(baton, handoff, 'accept', { meetingAt });
    await baton.inState(lead.id, 'accepted');
    const shown = await detail(handoff);
    expect(shown.meetingAt).toBe(meetingAt);
    expect(shown.prep?.mails).toMatchObject([
      { ordinal: 0, state: 'planned', dueAt: new Date(Date.parse(shown.decidedAt) + 305_000).toISOString() },
      { ordinal: 1, state: 'planned' },
    ]);
    // The five minutes are over.
    await baton.dataSource.query('update prep_mails set due_at = $2 where handoff_id = $1 and ordinal = 0', [
      handoff.id,
      new Date(),
    ]);
    const mail = await waitFor(
      async () => (await mailbox.messages({ to: lead.email, subject: 'Before you meet' }))[0],
      { what: 'the mail with the checklist', timeoutMs: 60_000 },
    );
    expect(mail.text).toContain('Send us your machine list');
    expect((await detail(handoff)).prep?.mails[1]).toMatchObject({ state: 'planned' });
    const timeline = await baton.call<{ items: { sentence: string }[] }>(
      'GET',
      `/v1/leads/${lead.id}/timeline?kind=prep`,
    );
    expect(timeline.body.items.map(({ sentence }) => sentence)).toEqual([
      'Checklist sent',
      'Reminder of the checklist planned',
    ]);
  });

  it('an undo takes the mails back', async () => {
    const { lead, handoff } = await offered();
    await decide(baton, handoff, 'accept');
    await decide(baton, handoff, 'undo');
    await baton.inState(lead.id, 'offered');
    expect((await detail(handoff)).prep?.mails).toEqual([]);
  });

  it('every try is kept, others than the playbook knows are refused, and the rep is told when they are used up', async () => {
    const { lead, handoff } = await offered();
    await decide(baton, handoff, 'accept');
    const refused = await decide(baton, handoff, 'touches', { disposition: 'shrugged' }, 422);
    expect(refused.body).toMatchObject({
      errors: [
        {
          path: 'disposition',
          code: 'unknown_disposition',
          message: 'The playbook has no such disposition: use one of reached, no_answer',
        },
      ],
    });
    await decide(baton, handoff, 'touches', { disposition: 'no_answer' });
    const first = await detail(handoff);
    expect(first.playbook).toMatchObject({ made: 1, exhausted: false, items: [{ disposition: 'no_answer' }] });
    expect(Date.parse(first.playbook.nextDueAt ?? '')).toBeGreaterThan(Date.now() + 22 * 3_600_000);
    await decide(baton, handoff, 'touches', { disposition: 'no_answer', note: 'Only the machine' });
    expect((await detail(handoff)).playbook).toMatchObject({
      ...{ made: 2, exhausted: true, nextDueAt: null },
      items: [{ note: null }, { note: 'Only the machine' }],
    });
    const told = await waitFor(
      async () => {
        const all = await noticesAbout(lead, 'Tried as often as agreed');
        return all.length > 0 && all;
      },
      { what: 'the notice of the last try', timeoutMs: 60_000 },
    );
    expect(told[0]?.text).toContain(`/v1/handoffs/${handoff.id}/return`);
    await decide(baton, handoff, 'touches', { disposition: 'no_answer' });
    const notices = await baton.dataSource.query<{ state: string }[]>(
      `select state from notices where lead_id = $1 and kind = 'playbook_over'`,
      [lead.id],
    );
    expect(notices).toEqual([{ state: 'sent' }]);
  });
});
