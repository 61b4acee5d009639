import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PeopleService } from '../../src/people/people.service.js';
import { createOrganisation, type TestOrganisation } from '../factories/organisation.factory.js';
import { keyOf, startRecordApp } from '../factories/record-app.js';
import { createTestDatabase, type TestDatabase } from '../support/stack.js';
import type { TestApp } from '../support/test-app.js';

let database: TestDatabase;
let app: TestApp;
let people: TestOrganisation;
let admin: string;
let marketing: string;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await startRecordApp(database.url);
  people = await createOrganisation(app.app);
  admin = await keyOf(app, people.miriam.id, 'admin');
  marketing = await keyOf(app, people.tomas.id, 'marketing');
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

const put = (path: string, body: unknown, key = admin) => app.call('PUT', `/v1/${path}`, { key, body });
const get = (path: string, key = marketing) => app.call('GET', `/v1/${path}`, { key });

const lena = {
  ...{ name: 'Lena Hofer', email: 'lena@kelvara.example', team: 'dach-sales', roles: ['rep'] },
  ...{ zone: 'Europe/Vienna', calendar: 'ch', deputy: 'jonas-weidner' },
};

describe('people', () => {
  it('are set and read by their key', async () => {
    const answer = await put('people/lena-hofer', lena);
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({
      ...{ key: 'lena-hofer', team: 'dach-sales', capacity: 6, weight: 1, active: true },
      deputy: { key: 'jonas-weidner', name: 'Jonas Weidner' },
    });
    const { rerouting, ...person } = answer.json<Record<string, unknown>>();
    expect(rerouting).toBeNull();
    expect((await get('people/lena-hofer')).json()).toEqual(person);
    expect((await get('people/nobody')).status).toBe(404);
  });

  it('are refused with every field that is wrong', async () => {
    const wrong = { ...lena, team: 'moon', calendar: 'moon', zone: 'Europe/Wien', deputy: 'nobody', salary: 1 };
    const unknown = await put('people/wrong', wrong);
    expect(unknown.status).toBe(422);
    expect(unknown.json<{ errors: { path: string }[] }>().errors.map((error) => error.path)).toEqual(['salary']);
    const { salary: _no, ...known } = wrong;
    const errors = (await put('people/wrong', known)).json<{ errors: { path: string; code: string }[] }>().errors;
    expect(errors.map(({ path, code }) => [path, code])).toEqual([
      ['zone', 'unknown_zone'],
      ['team', 'unknown_team'],
      ['calendar', 'unknown_calendar'],
      ['deputy', 'unknown_person'],
    ]);
  });

  it('are changed by admin alone', async () => {
    expect((await put('people/lena-hofer', lena, marketing)).status).toBe(403);
    expect((await put('organisation', {}, marketing)).status).toBe(403);
  });

  it('come in pages', async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`;
      const page = (await get(`people?limit=2${query}`)).json<{
        items: { key: string }[];
        nextCursor: string | null;
      }>();
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map((person) => person.key));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual([...seen].sort());
    expect(seen).toEqual(expect.arrayContaining(['amara-diallo', 'lena-hofer', 'tomas-ribeiro']));
  });

  it('never leave the organisation without an accountable owner', async () => {
    const miriam = {
      ...{ name: 'Miriam Castell', email: 'miriam@kelvara.example', team: 'marketing' },
      ...{ roles: ['accountable_owner'], zone: 'Europe/Zurich', calendar: 'ch' },
    };
    expect((await put('people/miriam-castell', { ...miriam, active: false })).status).toBe(409);
  });
});

describe('the organisation, teams, calendars, campaigns and reasons', () => {
  it('are set by PUT and say who is meant', async () => {
    const organisation = (await get('organisation')).json();
    expect(organisation).toMatchObject({ zone: 'Europe/Zurich', accountableOwner: { key: 'miriam-castell' } });
    const holidays = [{ date: '2026-12-28', name: 'Works holidays' }];
    const { updatedAt: _at, language: _none, ...settings } = organisation;
    const closed = { ...settings, language: 'de', accountableOwner: 'miriam-castell', holidays };
    expect((await put('organisation', closed)).json()).toMatchObject({ language: 'de', holidays });
    const noDay = await put('organisation', { ...closed, holidays: [{ date: '28.12.2026', name: 'Nothing' }] });
    expect(noDay.json<{ errors: { path: string }[] }>().errors.map(({ path }) => path)).toEqual(['holidays.0.date']);
    const team = { side: 'marketing', owner: 'tomas-ribeiro', covers: { field: 'language', op: '=', value: 'fr' } };
    expect((await put('teams/romandie', team)).json()).toMatchObject({
      owner: { key: 'tomas-ribeiro' },
      covers: team.covers,
    });
    const calendar = {
      days: ['mon'],
      from: '09:00',
      to: '12:00',
      holidays: [{ date: '2026-12-25', name: 'Christmas' }],
    };
    expect((await put('calendars/short', calendar)).json()).toEqual({ key: 'short', ...calendar });
    const campaign = { source: 'webinar', owner: 'tomas-ribeiro', cost: { amount: '2400.00', currency: 'EUR' } };
    expect((await put('campaigns/webinar', campaign, marketing)).json()).toMatchObject({
      ...{ key: 'webinar', owner: { key: 'tomas-ribeiro' }, cost: campaign.cost, startScore: 0 },
    });
    const reason = { label: 'No budget', needsNote: true };
    expect((await put('reasons/no_budget', reason, marketing)).json()).toEqual({ code: 'no_budget', ...reason });
    expect((await get('reasons')).json<{ items: unknown[] }>().items).toHaveLength(3);
  });

  it('belong to the key of their address', async () => {
    const answer = await put('teams/one', { key: 'two', side: 'sales' });
    expect(answer.json<{ errors: unknown[] }>().errors).toEqual([
      { path: 'key', code: 'other_key', message: 'this address is for one' },
    ]);
  });

  it('write one audit entry per change and none when nothing changes', async () => {
    const entries = (): Promise<{ actor_id: string; note: string | null; data: { fields: string[] } }[]> =>
      app.dataSource.query(
        `select actor_id, note, data from audit_entries where subject_kind = 'reason' and subject_id = 'other' order by seq`,
      );
    const before = (await entries()).length;
    await put('reasons/other', { label: 'Other', needsNote: true });
    expect(await entries()).toHaveLength(before);
    await put('reasons/other', { label: 'Something else', needsNote: true, note: 'clearer' });
    const after = await entries();
    expect(after).toHaveLength(before + 1);
    expect(after.at(-1)).toEqual({ actor_id: people.miriam.id, note: 'clearer', data: { fields: ['label'] } });
  });
});

describe("who answers for a lead on marketing's side", () => {
  const answering = (lead: { campaignKey?: string; language?: string }) =>
    app.app.get(PeopleService).marketingPersonFor(app.dataSource.manager, {
      ...{ campaignKey: null, source: 'website', country: 'DE', language: null },
      ...lead,
    });

  it("is the campaign's owner", async () => {
    expect((await answering({ campaignKey: 'expo' })).key).toBe('tomas-ribeiro');
  });

  it('else the owner of the first marketing team that covers the lead', async () => {
    const team = { side: 'marketing', owner: 'lena-hofer', covers: { field: 'language', op: '=', value: 'it' } };
    await put('teams/a-ticino', team);
    expect((await answering({ language: 'it' })).key).toBe('lena-hofer');
    expect((await answering({ language: 'de' })).key).toBe('tomas-ribeiro');
  });

  it('else the accountable owner', async () => {
    await put('teams/marketing', { side: 'marketing', covers: { field: 'country', op: '=', value: 'XX' } });
    expect((await answering({ language: 'de' })).key).toBe('miriam-castell');
  });
});
