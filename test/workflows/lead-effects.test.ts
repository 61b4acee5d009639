import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EngagementsService } from '../../src/engagements/engagements.service.js';
import { decide, engage, newLead, noticesAbout, offerOf, qualify, type TestLead } from '../support/lead-steps.js';
import { waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

const MINUTE = 60_000;

let baton: TestBaton;
beforeAll(async () => {
  baton = await startTestBaton();
});
afterAll(() => baton.stop());

const query = <Row>(text: string, values: unknown[] = []): Promise<Row[]> =>
  baton.dataSource.query<Row[]>(text, values);

describe('while offers of a lead can not be made', () => {
  const refuseOffersOf = async (lead: TestLead): Promise<void> => {
    await query(`create or replace function refuse_offer() returns trigger language plpgsql as
      $$ begin raise exception 'bad row'; end $$`);
    await query(
      `create trigger refuse_offer before insert on handoffs for each row
        when (new.lead_id = '${lead.id}') execute function refuse_offer()`,
    );
  };
  const allowOffers = () => query('drop trigger if exists refuse_offer on handoffs');

  const makeQualified = async (lead: TestLead): Promise<void> => {
    await engage(baton, lead, 'form_submitted', { properties: { form: 'pricing' } });
    await engage(baton, lead, 'form_submitted', { properties: { form: 'demo' } });
    await baton.inState(lead.id, 'qualified');
  };

  it('it stands as qualified with the reason, takes commands, and is offered later', async () => {
    const lead = await newLead(baton, 'patient');
    await refuseOffersOf(lead);
    try {
      await makeQualified(lead);
      const { process } = await baton.virtual.settled(lead.id);
      expect(process).toMatchObject({
        state: 'qualified',
        handoff: { no: 1, waiting: { why: 'offer_failed', tries: 1 } },
      });
      const explained = await baton.call<{ sentence: string }>('GET', `/v1/leads/${lead.id}/explain`);
      expect(explained.text).toContain('making the offer failed');
    } finally {
      await allowOffers();
    }
    await baton.virtual.live(lead.id, Date.now() + 2 * MINUTE);
    expect(await offerOf(baton, lead)).toMatchObject({ no: 1, state: 'offered' });
  });

  it('a person can take it out', async () => {
    const lead = await newLead(baton, 'patient');
    await refuseOffersOf(lead);
    try {
      await makeQualified(lead);
      const answer = await baton.call('POST', `/v1/leads/${lead.id}/disqualify`, {}, { key: baton.keys.marketing });
      expect(answer.status).toBe(200);
      expect(await baton.inState(lead.id, 'disqualified')).toBe('disqualified');
    } finally {
      await allowOffers();
    }
  });
});

describe('a hand-raise in the very turn in which the lead closes', () => {
  it('is told to its person, once', async () => {
    const lead = await newLead(baton, 'patient');
    const handoff = await qualify(baton, lead);
    await decide(baton, handoff, 'accept');
    await baton.virtual.settled(lead.id);
    const ingest = baton.app.get(EngagementsService, { strict: false });
    let closing: Promise<unknown> | undefined;
    // Ingest holds the lead and sees it accepted; the outcome waits for the lead with what ingest is about to commit.
    await baton.dataSource.transaction(async (manager) => {
      await manager.query('select 1 from leads where id = $1 for update', [lead.id]);
      closing = baton.call('POST', `/v1/leads/${lead.id}/outcome`, { outcome: 'won' });
      await waitFor(
        async () => {
          const waiting = await query(
            `select 1 from pg_stat_activity
              where datname = current_database() and wait_event_type = 'Lock' and query like '%LeadEntity%'`,
          );
          return waiting.length > 0;
        },
        { what: 'the sync of the outcome waits for the lead', timeoutMs: 40_000 },
      );
      const event = { source: 'test', eventId: `raise-${lead.id}`, lead: { id: lead.id }, kind: 'demo_request' };
      await ingest.ingestIn(manager, [{ ...event, occurredAt: new Date(), purpose: 'Another line' }], new Date());
    });
    await closing;
    expect(await baton.inState(lead.id, 'won')).toBe('won');
    const rows = () =>
      query<{ state: string }>(`select state, ordinal from notices where lead_id = $1 and kind = 'hand_raise'`, [
        lead.id,
      ]);
    await waitFor(async () => (await rows()).some(({ state }) => state === 'sent'), {
      what: 'the notice',
      timeoutMs: 30_000,
    });
    expect(await rows()).toHaveLength(1);
    expect((await noticesAbout(lead, '')).filter(({ subject }) => subject.startsWith('Asked for sales'))).toHaveLength(
      1,
    );
  });
});
