// What is refused leaves nothing behind, and instants that can not be are refused.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decide, newLead, qualify, type TestHandoff, type TestLead } from '../support/lead-steps.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

const DAY = 86_400_000;

let baton: TestBaton;
beforeAll(async () => {
  baton = await startTestBaton();
});
afterAll(() => baton.stop());

const post = (path: string, body: object) =>
  baton.call<{ errors?: { path: string; code: string }[] }>('POST', path, body);
const words = async (lead: TestLead): Promise<number> => {
  const [row] = await baton.dataSource.query<{ n: number }[]>(
    `select ((select count(*) from notes where lead_id = $1) + (select count(*) from insights where lead_id = $1))::int as n`,
    [lead.id],
  );
  return row?.n ?? -1;
};
const refusalOf = async (handoff: TestHandoff, call: string, body: object) => {
  const answer = await post(`/v1/handoffs/${handoff.id}/${call}`, body);
  return [answer.status, answer.body.errors?.map(({ path, code }) => `${path} ${code}`)];
};

describe('a decision that is refused', () => {
  it('leaves no words behind, whatever it was', async () => {
    const lead = await newLead(baton, 'patient');
    const handoff = await qualify(baton, lead);
    const note = 'said about nothing';
    const insights = [{ kind: 'pain_point', text: 'nobody said so' }];
    const path = `/v1/handoffs/${handoff.id}`;
    expect((await post(`${path}/return`, { reason: 'not_ready', note, insights })).status).toBe(409);
    expect((await post(`${path}/acknowledge-return`, { note })).status).toBe(409);
    expect((await post(`/v1/leads/${lead.id}/outcome`, { outcome: 'won', note })).status).toBe(409);
    expect((await post(`${path}/touches`, { disposition: 'reached', note })).status).toBe(409);
    expect(await words(lead)).toBe(0);

    // Two at once: the words of the one that came too late are taken back.
    const both = await Promise.all([
      post(`${path}/accept`, { note: 'I take it' }),
      post(`${path}/reject`, { reason: 'not_ready', note: 'I do not' }),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(await words(lead)).toBe(1);
  });
});

describe('an instant that can not be', () => {
  it('is refused by its field', async () => {
    const lead = await newLead(baton, 'patient');
    const handoff = await qualify(baton, lead);
    const at = (ms: number): string => new Date(Date.now() + ms).toISOString();
    expect(await refusalOf(handoff, 'accept', { meetingAt: '9999-12-31T23:59:59Z' })).toEqual([
      422,
      ['meetingAt too_far'],
    ]);
    expect(await refusalOf(handoff, 'accept', { meetingAt: at(-DAY) })).toEqual([422, ['meetingAt in_the_past']]);
    await decide(baton, handoff, 'accept', { meetingAt: at(30 * DAY) });
    const touch = { disposition: 'reached' };
    expect(await refusalOf(handoff, 'touches', { ...touch, at: at(DAY) })).toEqual([422, ['at in_the_future']]);
    expect(await refusalOf(handoff, 'touches', { ...touch, at: at(-DAY) })).toEqual([422, ['at before_offer']]);
    await decide(baton, handoff, 'touches', touch);
  });
});
