import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { leadWorkflowId } from '../../workflows/contracts/lead-lifecycle.contract.js';
import { findWords, type RunHistory, runsOf } from '../support/histories.js';
import {
  decide,
  engage,
  leadBody,
  mailOf,
  newLead,
  offerOf,
  type TestHandoff,
  type TestLead,
  uniqueWord,
} from '../support/lead-steps.js';
import { mailbox, waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

let baton: TestBaton;
beforeAll(async () => {
  baton = await startTestBaton();
});
afterAll(() => baton.stop());

/** Words that stand nowhere else, one for every place where people write something. */
class Canaries {
  readonly words: string[] = [];

  word(where: string): string {
    const word = uniqueWord(`canary${where}`);
    this.words.push(word);
    return word;
  }
}

async function nestOf(canaries: Canaries): Promise<TestLead> {
  const lead = await newLead(
    baton,
    'patient',
    leadBody('patient', {
      email: `${canaries.word('local')}@${canaries.word('domain')}.example`,
      name: `${canaries.word('first')} ${canaries.word('last')}`,
      company: canaries.word('company'),
      title: canaries.word('title'),
      phone: `+49 ${canaries.word('phone')}`,
      profile: { employees: 500, plant: canaries.word('profile'), topics: [canaries.word('topic')] },
      tags: [canaries.word('tag')],
      externalIds: [canaries.word('external')],
      consent: { basis: 'consent', at: '2026-01-01T00:00:00Z', text: canaries.word('consent') },
      handRaise: { kind: 'demo_request', purpose: canaries.word('purpose') },
      note: canaries.word('intake'),
    }),
  );
  return lead;
}

const noted = (canaries: Canaries, what: string): { note: string } => ({ note: `about ${canaries.word(what)}` });

/** Everything of all runs that Temporal keeps: events, the live details, memo and search attributes of the visibility. */
async function leaks(lead: TestLead, words: readonly string[]): Promise<string[]> {
  const handle = baton.client.workflow.getHandle(leadWorkflowId(lead.id));
  const runs = await runsOf(baton.client, lead.id);
  const description = await handle.describe();
  const details = await handle.query<unknown, []>('__temporal_workflow_metadata');
  const snapshot = await handle.query<unknown, []>('leadSnapshot');
  const { searchAttributes, memo, raw: _, ...shown } = description;
  const rest = JSON.stringify([searchAttributes, memo, shown.workflowId, details, snapshot]).toLowerCase();
  return [
    ...runs.flatMap((run) => findWords(run, words)),
    ...words.filter((word) => rest.includes(word.toLowerCase())).map((word) => `outside the history: ${word}`),
  ];
}

/** Names of people whole: parts of them are words of our own, such as rep. */
async function staffWords(): Promise<string[]> {
  const people = await baton.dataSource.query<{ name: string; email: string }[]>('select name, email from people');
  return ['.example', ...people.flatMap(({ name, email }) => [name, email])];
}

describe('histories', () => {
  it('hold nothing that anybody wrote about a lead, over a whole life', async () => {
    const canaries = new Canaries();
    const lead = await nestOf(canaries);
    const first = await offerOf(baton, lead);
    await engage(baton, lead, 'page_view', {
      source: canaries.word('source'),
      eventId: canaries.word('event'),
      properties: { path: `/${canaries.word('path')}`, [canaries.word('property')]: canaries.word('value') },
    });
    await engage(baton, lead, 'quote_request', { purpose: canaries.word('again') });
    await decide(baton, first, 'reject', {
      reason: 'other',
      quality: 2,
      insights: [{ kind: 'pain_point', text: canaries.word('insight') }],
      ...noted(canaries, 'reject'),
    });
    await baton.virtual.settled(lead.id);
    await decide(baton, first, 'acknowledge-return', noted(canaries, 'acknowledge'));
    await mailOf(lead, 'welcome');
    const name = `${canaries.word('changed')} ${canaries.word('again')}`;
    const changed = { name, phone: canaries.word('mobile'), profile: { plant: canaries.word('plant') } };
    await baton.call('PATCH', `/v1/leads/${lead.id}`, { ...changed, ...noted(canaries, 'patch') });
    await engage(baton, lead, 'email_reply', { properties: { text: canaries.word('reply') } });
    await baton.virtual.settled(lead.id);
    await engage(baton, lead, 'demo_request', { purpose: canaries.word('third') });
    const second = await offerOf(baton, lead, 2);
    const to = await otherRep(second);
    await decide(baton, second, 'reassign', { to, ...noted(canaries, 'reassign') });
    const third = await offerOf(baton, lead, 3);
    await decide(baton, third, 'accept', { firstContactBy: 'today', ...noted(canaries, 'accept') });
    await decide(baton, third, 'touches', { disposition: 'reached', ...noted(canaries, 'touch') });
    await baton.inState(lead.id, 'working');
    const won = await baton.call('POST', `/v1/leads/${lead.id}/outcome`, {
      outcome: 'won',
      value: { amount: '12000.00', currency: 'EUR' },
      // An id of another system stands in histories as ids do; its schema takes no words.
      externalId: 'OPP-2026-0042',
      ...noted(canaries, 'outcome'),
    });
    expect(won.status).toBe(200);
    await baton.client.workflow.getHandle(leadWorkflowId(lead.id)).result();

    // The words did reach the record and the mails.
    const mails = JSON.stringify(await mailbox.messages({ to: '@testwerk.example', subject: lead.company }));
    expect(mails).toContain(canaries.words.find((word) => word.startsWith('canarypurpose')));
    const [{ count = 0 } = {}] = await baton.dataSource.query<{ count: number }[]>(
      `select count(*)::int as count from notes where lead_id = $1 and text like 'about canary%'`,
      [lead.id],
    );
    expect(count).toBeGreaterThanOrEqual(6);
    expect(canaries.words.length).toBeGreaterThan(30);
    expect(await leaks(lead, [...canaries.words, ...(await staffWords())])).toEqual([]);
  });

  it('hold nothing of them when mail server and database quote what they refuse', async () => {
    const canaries = new Canaries();
    const email = `${canaries.word('failing')}@patient.example`;
    await mailbox.setFaults({ stage: 'rcpt', code: 451, to: email });
    const lead = await newLead(baton, 'patient', { email, name: canaries.word('name') });
    await baton.virtual.settled(lead.id);
    const refusing = await refuseHandoffs();
    await engage(baton, lead, 'demo_request', { purpose: canaries.word('wish') });
    // The process gives up for a while instead of holding its task open; that failure stands in the history.
    await waitFor(async () => (await runsOf(baton.client, lead.id)).some(hasFailedMarker), {
      what: 'a failed offer stands in the history',
      timeoutMs: 20_000,
    });
    await refusing.stop();
    // The next try is a minute away, on the lead's clock.
    await baton.virtual.live(lead.id, Date.now() + 120_000);
    await offerOf(baton, lead);
    expect(await leaks(lead, [...canaries.words, lead.company, ...(await staffWords())])).toEqual([]);
  });
});

function hasFailedMarker({ events }: RunHistory): boolean {
  return events.some((event) => JSON.stringify(event['markerRecordedEventAttributes'] ?? '').includes('"failure":{'));
}

/** Has the database quote the lead's address at every new handoff. */
async function refuseHandoffs(): Promise<{ stop(): Promise<void> }> {
  const run = (sql: string) => baton.dataSource.query<unknown>(sql);
  await run(
    `create function refuse() returns trigger language plpgsql as $$ begin
       raise exception 'no row for %', (select email from leads where id = new.lead_id);
     end $$`,
  );
  await run('create trigger refuse before insert on handoffs for each row execute function refuse()');
  return { stop: async () => void (await run('drop trigger refuse on handoffs')) };
}

async function otherRep({ assigneeId }: TestHandoff): Promise<string> {
  const reps = [await baton.personId('rita-rep'), await baton.personId('rolf-rep')];
  return reps.find((id) => id !== assigneeId) ?? '';
}
