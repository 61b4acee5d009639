// What the rep was shown at the offer stays as it was, to the byte, whatever is learned or renamed since.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LinkSigner } from '../../src/integrations/mail/link-signer.js';
import { decide, engage, newLead, noticesAbout, offerOf, type TestHandoff } from '../support/lead-steps.js';
import { publishDocument } from '../support/publish-document.js';
import { waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

let baton: TestBaton;
beforeAll(async () => {
  baton = await startTestBaton();
});
afterAll(() => baton.stop());

/** The packet as its bytes stand in the answer of the API. */
async function packetBytes(handoff: TestHandoff, key: string): Promise<string> {
  const answer = await baton.call<{ packet: object }>('GET', `/v1/handoffs/${handoff.id}`, undefined, { key });
  const packet = JSON.stringify(answer.body.packet);
  expect(answer.text).toContain(`"packet":${packet}`);
  return packet;
}

/** What the page behind the link of the mail shows of the lead. */
async function pageBytes(path: string): Promise<{ open: string; details: string }> {
  const { status, text } = await baton.call('GET', path, undefined, { key: '' });
  expect(status).toBe(200);
  return {
    open: /<main>.*<\/main>/s.exec(text)?.[0] ?? 'no lead',
    details: /<details><summary>Whole packet.*<\/details>/s.exec(text)?.[0] ?? 'no packet',
  };
}

async function told(method: string, path: string, body: object): Promise<void> {
  const { status, text } = await baton.call(method, path, body);
  if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text}`);
}

/** The person as the API takes it, with another name. */
async function rename(key: string, name: string): Promise<void> {
  const { body } = await baton.call<Record<string, unknown>>('GET', `/v1/people/${key}`);
  const { id: _id, key: _key, deputy: _deputy, ...person } = body;
  await told('PUT', `/v1/people/${key}`, { ...person, name });
}

async function changeEverything(leadId: string, keyOfRep: string): Promise<void> {
  const lead = { id: leadId, email: '', company: '' };
  await rename(keyOfRep, 'Renamed Rep');
  await rename('theo-teamowner', 'Renamed Owner');
  await told('PUT', '/v1/campaigns/fair', {
    ...{ name: 'Another fair', source: 'ad', owner: 'olga-owner', country: 'US', language: 'fr' },
    ...{ zone: 'America/New_York', cost: { amount: '1.00', currency: 'USD' }, startScore: 0 },
  });
  await publishDocument(baton, 'score-models', 'default', {
    fit: {
      rules: [{ id: 'tiny', when: { field: 'profile.employees', op: '<', value: 10 }, points: 1, group: 'size' }],
      grades: { A: 70, B: 50, C: 30, D: 0 },
    },
    engagement: { rules: [{ id: 'form', kind: 'form_submitted', points: 70 }] },
    handRaises: ['demo_request', 'quote_request'],
  });
  await publishDocument(baton, 'definitions', 'default', {
    rank: 10,
    mandatory: ['email'],
    rules: [{ id: 'hand-raise', when: { field: 'hand_raise', op: 'exists' } }],
    effectiveFrom: '2020-01-01T00:00',
  });
  await publishDocument(baton, 'policies', 'sla', {
    ...{ accept: { within: 'PT9H' }, firstTouch: { within: 'PT9H' }, acknowledge: { within: 'PT9H' }, grace: 'P1D' },
  });
  await told('PATCH', `/v1/leads/${leadId}`, {
    ...{ name: 'Nora Anders', company: 'Anders Holding', title: 'Chair', phone: '+49 555 019 911' },
    ...{ country: 'US', language: 'fr', timeZone: 'America/New_York', tags: ['renamed'], profile: { employees: 3 } },
  });
  await engage(baton, lead, 'form_submitted', { properties: { form: 'price list' } });
  await engage(baton, lead, 'quote_request', { purpose: 'a hundred more' });
  await waitFor(
    async () => {
      const [row] = await baton.dataSource.query<{ name: string; score: number; grade: string }[]>(
        'select name, score::float8 as score, grade from leads where id = $1',
        [leadId],
      );
      // At the offer: A, for a large company in Germany, with nothing done.
      return row?.name === 'Nora Anders' && row.score === 70 && row.grade === 'D';
    },
    { what: 'the lead is another one', timeoutMs: 30_000 },
  );
}

describe('the packet of an offer', () => {
  it('is equal to the byte before and after its acceptance, in API, page and mail', async () => {
    const lead = await newLead(baton, 'patient', {
      ...{ name: 'Petra Quast', title: 'Plant manager', phone: '+49 555 014 772', campaign: 'fair' },
      handRaise: { kind: 'demo_request', purpose: 'two pumps for spring' },
    });
    const handoff = await offerOf(baton, lead);
    const [rep] = await baton.dataSource.query<{ key: string }[]>('select key from people where id = $1', [
      handoff.assigneeId,
    ]);
    const keyOfRep = rep?.key ?? '';
    const key = await baton.keyOf(keyOfRep, 'sales');
    const link = baton.app
      .get(LinkSigner, { strict: false })
      .sign('decide', [handoff.id, handoff.assigneeId], Date.now() + 3_600_000);
    const path = `/l/${link}`;
    const shown = { api: await packetBytes(handoff, key), page: await pageBytes(path) };
    expect(shown.api).toContain('two pumps for spring');
    expect(shown.api).not.toContain('014 772');
    expect(shown.page.open).toContain('two pumps for spring');
    const stored = () =>
      baton.dataSource.query<{ packet: string; routing: string; versions: string }[]>(
        'select packet::text, routing::text, versions::text from handoffs where id = $1',
        [handoff.id],
      );
    const frozen = await stored();

    await changeEverything(lead.id, keyOfRep);
    await baton.virtual.settled(lead.id);
    expect(await packetBytes(handoff, key)).toBe(shown.api);
    expect(await pageBytes(path)).toEqual(shown.page);
    expect(await stored()).toEqual(frozen);

    await decide(baton, handoff, 'accept', { by: keyOfRep });
    await baton.virtual.settled(lead.id);
    const revealed = await packetBytes(handoff, key);
    const masked = JSON.parse(shown.api) as { reach: object };
    // Acceptance reveals how to reach the lead, as it stood at the offer, and changes nothing else.
    expect(JSON.parse(revealed)).toEqual({
      ...masked,
      reach: { ...masked.reach, email: lead.email, phone: '+49 555 014 772' },
    });
    expect(await stored()).toEqual(frozen);
    expect(await noticesAbout(lead, 'New lead')).toHaveLength(1);
  }, 60_000);
});
