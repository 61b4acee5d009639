import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LeadsService } from '../../src/leads/leads.service.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

const START = Date.parse('2026-03-01T10:00:00Z');
const END = Date.parse('2026-04-30T10:00:00Z');
/** What the engine and the worker need to act on an instant that was reached. */
const ACT_WITHIN_MS = 5_000;

let baton: TestBaton;
beforeAll(async () => {
  baton = await startTestBaton();
});
afterAll(() => baton.stop());

async function createWalker(country: string, timeZone: string): Promise<string> {
  const { lead } = await baton.app.get(LeadsService).create(
    {
      email: `walker.${country}.${Date.now()}@walk.example`,
      company: 'Walk Ltd',
      country,
      timeZone,
      source: 'walk',
      consent: { basis: 'contract', at: '2026-01-01T00:00:00Z' },
    },
    { personId: await baton.personId('mara-marketer') },
    { clockOffsetMs: START - Date.now() },
  );
  return lead.id;
}

async function instantsOf(leadId: string): Promise<Record<string, string>> {
  const touches = await baton.dataSource.query<{ step: string; claimed_at: Date; state: string }[]>(
    `select t.step, t.claimed_at, t.state from touches t join enrollments e on e.id = t.enrollment_id
      where t.lead_id = $1 and e.cadence_key = 'walk' order by t.claimed_at`,
    [leadId],
  );
  expect(touches.every((touch) => touch.state === 'sent')).toBe(true);
  const [end] = await baton.dataSource.query<{ ended_at: Date; exit_reason: string }[]>(
    `select ended_at, exit_reason from enrollments where lead_id = $1 and cadence_key = 'walk'`,
    [leadId],
  );
  const seen: Record<string, string> = {};
  for (const { step, claimed_at } of touches) seen[step] = claimed_at.toISOString();
  seen[`exit ${end?.exit_reason}`] = end?.ended_at.toISOString() ?? 'never';
  return seen;
}

function expectInstants(seen: Record<string, string>, computed: Record<string, string>): void {
  const late = (what: string, at: string): string => {
    const ms = Date.parse(seen[what] ?? '') - Date.parse(at);
    return ms >= 0 && ms <= ACT_WITHIN_MS ? at : (seen[what] ?? 'never');
  };
  expect(Object.keys(seen)).toEqual(Object.keys(computed));
  expect(Object.fromEntries(Object.entries(computed).map(([what, at]) => [what, late(what, at)]))).toEqual(computed);
}

describe('sixty days of a cadence in virtual time', () => {
  it('keeps windows, calendar days and the time-out in Berlin over the change of 29 March', async () => {
    const leadId = await createWalker('DE', 'Europe/Berlin');
    await baton.virtual.live(leadId, END);
    expectInstants(await instantsOf(leadId), {
      // Sunday, so Monday 09:00 CET.
      welcome: '2026-03-02T08:00:00Z',
      // Seven calendar days later, still CET.
      guide: '2026-03-09T08:00:00Z',
      // Nobody registered: 72 elapsed hours, Thursday 09:00 CET.
      reminder: '2026-03-12T08:00:00Z',
      // Three weeks end on Thursday 2 April 09:00 CEST; the weekend night opens on Saturday 22:00 CEST.
      late: '2026-04-04T20:00:00Z',
      // Fourteen days later at the same local time; the branch sends Germany out.
      'exit completed': '2026-04-18T20:00:00Z',
    });
  });

  it('keeps them in New York over the change of 8 March, and takes the branch of an awaited engagement', async () => {
    const leadId = await createWalker('US', 'America/New_York');
    const registeredAt = Date.parse('2026-03-10T15:00:00Z');
    await baton.virtual.live(leadId, END, [
      {
        at: registeredAt,
        do: async () => {
          const sent = await baton.call('POST', '/v1/engagements', {
            source: 'walk',
            eventId: leadId,
            lead: { id: leadId },
            kind: 'webinar_registered',
            occurredAt: new Date(registeredAt).toISOString(),
          });
          expect(sent.status).toBe(202);
        },
      },
    ]);
    expectInstants(await instantsOf(leadId), {
      // Monday 09:00 EST.
      welcome: '2026-03-02T14:00:00Z',
      // Monday 09:00 EDT: one hour less than seven times 24.
      guide: '2026-03-09T13:00:00Z',
      // Registered on Tuesday 11:00 EDT, inside the window.
      story: '2026-03-10T15:00:00Z',
      // Three weeks end on Tuesday 31 March; the weekend night opens on Saturday 4 April 22:00 EDT.
      late: '2026-04-05T02:00:00Z',
      // Fourteen days end on Saturday 18 April 22:00 EDT; the branch sends the US on to Monday 09:00 EDT.
      american: '2026-04-20T13:00:00Z',
      'exit completed': '2026-04-20T13:00:00Z',
    });
  });
});
