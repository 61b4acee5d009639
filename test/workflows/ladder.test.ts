// The acceptance ladder passes a lead on, on the real server in virtual time, against instants by hand.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keepLives } from '../support/histories.js';
import { decide, newLead, noticesAbout, offerOf, type TestHandoff, type TestLead } from '../support/lead-steps.js';
import { publishDocument } from '../support/publish-document.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

const HOUR = 3_600_000;

let baton: TestBaton;
beforeAll(async () => {
  baton = await startTestBaton();
  await publishDocument(baton, 'policies', 'sla', {
    accept: {
      within: 'PT4H',
      rungs: [
        { after: 'PT2H', do: 'remind' },
        { after: 'PT5H', do: 'reassign' },
      ],
      reassignments: 1,
      then: 'return',
    },
    firstTouch: { within: 'PT8H' },
    acknowledge: { within: 'PT8H', rungs: [{ after: 'PT8H', do: 'escalate' }] },
    grace: 'P2D',
  });
});
afterAll(async () => {
  await keepLives(baton, 'passed-on');
  await baton.stop();
});

interface HandoffRow {
  readonly no: number;
  readonly state: string;
  readonly by: string | null;
  readonly offeredAt: Date;
  readonly decidedAt: Date | null;
  readonly assigneeId: string;
}

const handoffsOf = (lead: TestLead): Promise<HandoffRow[]> =>
  baton.dataSource.query(
    `select no, state, decided_by as by, offered_at as "offeredAt", decided_at as "decidedAt", assignee_id as "assigneeId"
       from handoffs where lead_id = $1 order by no`,
    [lead.id],
  );

const raised = async (): Promise<{ lead: TestLead; first: TestHandoff }> => {
  const lead = await newLead(baton, 'patient', { handRaise: { kind: 'demo_request' } });
  return { lead, first: await offerOf(baton, lead) };
};

const since = ({ offeredAt, decidedAt }: HandoffRow): number | undefined =>
  decidedAt === null ? undefined : decidedAt.getTime() - offeredAt.getTime();

interface CustodyItem {
  readonly custody: string;
  readonly cause: string;
  readonly since: string;
  readonly until: string | null;
  readonly marketing: { readonly name: string } | null;
  readonly sales: { readonly id: string } | null;
}

async function custodyOf(lead: TestLead): Promise<CustodyItem[]> {
  const answer = await baton.call<{ items: CustodyItem[] }>('GET', `/v1/leads/${lead.id}/custody`);
  return answer.body.items;
}

describe('a rung that reassigns', () => {
  it('offers the lead to the next rep with an SLA of its own, then returns it', async () => {
    const { lead, first } = await raised();
    const [{ offeredAt } = { offeredAt: new Date() }] = await handoffsOf(lead);
    await baton.virtual.live(lead.id, offeredAt.getTime() + 5 * HOUR + 60_000);
    const second = await offerOf(baton, lead, 2);
    expect(second.assigneeId).not.toBe(first.assigneeId);
    const [one, two] = await handoffsOf(lead);
    expect([one?.state, one?.by, one && since(one)]).toEqual(['expired', null, 5 * HOUR]);
    const late = await decide(baton, first, 'accept', {}, 409);
    expect(late.text).toContain('expired');
    expect(await noticesAbout(lead, 'Went to the next rep')).toHaveLength(1);
    expect(await noticesAbout(lead, 'New lead')).toHaveLength(2);

    await baton.virtual.live(lead.id, (two?.offeredAt.getTime() ?? 0) + 6 * HOUR);
    await baton.inState(lead.id, 'returning');
    const rows = await handoffsOf(lead);
    expect(rows.map(({ no, state }) => [no, state])).toEqual([
      [1, 'expired'],
      [2, 'expired'],
    ]);
    expect(rows.map(since)).toEqual([5 * HOUR, 5 * HOUR]);
    const custody = await custodyOf(lead);
    for (const [index, item] of custody.entries()) expect(item.until).toBe(custody[index + 1]?.since ?? null);
    expect(custody.map(({ custody: who, sales }) => [who, sales?.id ?? null])).toEqual([
      ['marketing', null],
      ['shared', first.assigneeId],
      ['marketing', null],
      ['shared', second.assigneeId],
    ]);
    await decide(baton, second, 'acknowledge-return');
  });

  it('returns the lead at once when nobody else can take it', async () => {
    const { lead, first } = await raised();
    await baton.dataSource.query(`update people set active = id = $1 where 'rep' = any(roles)`, [first.assigneeId]);
    try {
      const [{ offeredAt } = { offeredAt: new Date() }] = await handoffsOf(lead);
      await baton.virtual.live(lead.id, offeredAt.getTime() + 5 * HOUR + 60_000);
      await baton.inState(lead.id, 'returning');
      expect((await handoffsOf(lead)).map(({ no, state }) => [no, state])).toEqual([[1, 'expired']]);
      expect((await custodyOf(lead)).at(-1)).toMatchObject({ custody: 'shared', sales: { id: first.assigneeId } });
      expect(await noticesAbout(lead, 'Comes back from sales')).toHaveLength(1);
      await decide(baton, first, 'acknowledge-return');
      await baton.inState(lead.id, 'nurturing');
    } finally {
      await baton.dataSource.query(`update people set active = true where 'rep' = any(roles)`);
    }
  });
});
