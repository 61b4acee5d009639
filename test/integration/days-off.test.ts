import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CadenceDocument } from '../../domain/cadence/cadence.schema.js';
import { cadenceSchema } from '../../domain/cadence/cadence.schema.js';
import { newLeadProcess } from '../../domain/lead/new-lead-process.js';
import { LeadAnswersService } from '../../src/leads/lead-answers.service.js';
import { type LeadFacts, LeadFactsService } from '../../src/leads/lead-facts.service.js';
import { LeadPlanningService } from '../../src/leads/lead-planning.service.js';
import { seedWorkspace, type Workspace } from '../factories/sales-workspace.factory.js';
import { createTestDatabase, type TestDatabase } from '../support/stack.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** Monday 20 April 2026: everybody is at the works outing. Nothing else is a holiday anywhere. */
const OUTING = { date: '2026-04-20', name: 'Works outing' };
const WINDOW = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:00' };

const cadence: CadenceDocument = cadenceSchema.parse({
  ...{ key: 'days-off', name: 'Days off', window: { ...WINDOW, holidays: true }, spread: 'PT0S' },
  steps: [
    { id: 'mail', email: { template: 'welcome' } },
    { id: 'always', email: { template: 'guide', window: WINDOW } },
    { id: 'days', wait: { businessDays: 2 } },
    { id: 'call', todo: { do: 'Call', due: { businessDays: 1 }, dispositions: { reached: 'days' }, overdue: 'days' } },
  ],
});

let database: TestDatabase;
let app: TestApp;
let workspace: Workspace;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await startTestApp(database.url);
  workspace = await seedWorkspace(app.dataSource);
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

const close = (...holidays: (typeof OUTING)[]): Promise<unknown> =>
  app.dataSource.query('update organisation set holidays = $1', [JSON.stringify(holidays)]);

async function leadOf(place: { country: string | null; timeZone: string }): Promise<LeadFacts> {
  const { id } = await workspace.lead(place);
  const known = await app.app.get(LeadFactsService).load(app.dataSource.manager, id);
  if (!known) throw new Error('no lead');
  return known;
}

/** When the step that began at `from` is due, in UTC. */
async function dueOf(known: LeadFacts, step: string, from: string): Promise<string> {
  const stepAt = Date.parse(from);
  const ids = { versionId: 'none', enrollmentNo: 1, enteredAt: stepAt, visit: 1 };
  const planning = app.app.get(LeadPlanningService);
  const { dueAt } = await planning.instantsOf(app.dataSource.manager, known, cadence, { ...ids, step, stepAt });
  return new Date(dueAt ?? Number.NaN).toISOString().slice(0, 16);
}

const BERLIN = { country: 'DE', timeZone: 'Europe/Berlin' };
/** There is no calendar of that country. */
const NEW_YORK = { country: 'US', timeZone: 'America/New_York' };

describe("the organisation's days off", () => {
  it('close the send window that minds holidays, in whatever country and zone the lead is', async () => {
    await close(OUTING);
    const [german, american] = [await leadOf(BERLIN), await leadOf(NEW_YORK)];
    // Saturday noon: Tuesday 09:00 instead of Monday, in summer time.
    expect(await dueOf(german, 'mail', '2026-04-18T10:00:00Z')).toBe('2026-04-21T07:00');
    expect(await dueOf(american, 'mail', '2026-04-18T10:00:00Z')).toBe('2026-04-21T13:00');
    expect(await dueOf(german, 'always', '2026-04-18T10:00:00Z')).toBe('2026-04-20T07:00');
    await close();
    expect(await dueOf(german, 'mail', '2026-04-18T10:00:00Z')).toBe('2026-04-20T07:00');
  });

  it('are compared on the local date of the lead', async () => {
    await close(OUTING);
    // Monday 15:00 UTC is Tuesday in Auckland, where Monday was over before; in New York it is still Monday.
    const far = await leadOf({ country: null, timeZone: 'Pacific/Auckland' });
    expect(await dueOf(far, 'mail', '2026-04-20T22:00:00Z')).toBe('2026-04-20T22:00');
    expect(await dueOf(await leadOf(NEW_YORK), 'mail', '2026-04-20T22:00:00Z')).toBe('2026-04-21T13:00');
  });

  it('are no business days, neither for a wait nor for a to-do', async () => {
    await close(OUTING);
    // The calendar of Germany is open all week here: Saturday, Sunday. Elsewhere Friday and Tuesday.
    expect(await dueOf(await leadOf(BERLIN), 'days', '2026-04-18T08:00:00Z')).toBe('2026-04-21T08:00');
    expect(await dueOf(await leadOf(NEW_YORK), 'days', '2026-04-16T14:00:00Z')).toBe('2026-04-21T14:00');
    // Asked on Sunday: the marketer's calendar is open on Monday, were it not for the outing.
    expect(await dueOf(await leadOf(BERLIN), 'call', '2026-04-19T08:00:00Z')).toBe('2026-04-21T08:00');
    await close();
    expect(await dueOf(await leadOf(BERLIN), 'call', '2026-04-19T08:00:00Z')).toBe('2026-04-20T08:00');
  });

  it("leave ladders alone, which keep the rep's own calendar", async () => {
    await close(OUTING);
    const known = await leadOf(BERLIN);
    const from = Date.parse('2026-04-20T08:00:00Z');
    const { answers } = await app.app.get(LeadAnswersService).answer(app.dataSource.manager, known, {
      ...{ leadId: known.lead.id, chain: 'none', now: from, records: [], process: newLeadProcess(from) },
      ask: { ladder: { purpose: 'accept', from, assigneeId: workspace.people.jonas } },
    });
    expect(new Date(answers.ladder?.breachAt ?? 0).toISOString()).toBe('2026-04-20T12:00:00.000Z');
  });
});
