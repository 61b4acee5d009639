import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ScoringService as Scoring } from '../../src/scoring/scoring.service.js';
import { ScoringService } from '../../src/scoring/scoring.service.js';
import { inTransaction } from '../../src/database/transaction.js';
import { scoreModel } from '../factories/documents.factory.js';
import { insertEngagement, insertLead } from '../factories/lead.factory.js';
import { createOrganisation, type TestOrganisation } from '../factories/organisation.factory.js';
import { keyOf, startRecordApp } from '../factories/record-app.js';
import { createTestDatabase, type TestDatabase } from '../support/stack.js';
import type { TestApp } from '../support/test-app.js';

let database: TestDatabase;
let app: TestApp;
let people: TestOrganisation;
let marketing: string;
let scoring: Scoring;

const NOON = Date.parse('2026-03-02T12:00:00Z');
const DAY = 86_400_000;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await startRecordApp(database.url);
  people = await createOrganisation(app.app);
  marketing = await keyOf(app, people.tomas.id, 'marketing');
  scoring = app.app.get(ScoringService);
  await publishModel();
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

async function publishModel(over: object = {}): Promise<void> {
  const body = scoreModel(over);
  await app.call('PUT', '/v1/score-models/default/draft', { key: marketing, body });
  const answer = await app.call('POST', '/v1/score-models/default/publish', { key: marketing, body: {} });
  expect(answer.status).toBe(200);
}

const leadOf = (over: { campaignKey?: string; country?: string } = {}) =>
  insertLead(app.dataSource.manager, { accountablePersonId: people.miriam.id, ...over });

const view = (leadId: string, seq: number, at: number, over: object = {}) =>
  insertEngagement(app.dataSource.manager, {
    ...{ leadId, seq, kind: 'page_view', at: new Date(at), properties: { path: '/pricing' } },
    ...over,
  });

const rescore = (leadId: string, at: number) =>
  inTransaction(app.dataSource, (manager) => scoring.rescore(manager, leadId, new Date(at)));

const ledger = (leadId: string): Promise<{ kind: string; rule_id: string; points: number }[]> =>
  app.dataSource.query('select kind, rule_id, points from score_items where lead_id = $1 order by id', [leadId]);

describe('rescoring a lead', () => {
  it("awards by rule, with the campaign's start score, and stores grade and score", async () => {
    const lead = await leadOf({ campaignKey: 'expo' });
    await view(lead.id, 1, NOON);
    await insertEngagement(app.dataSource.manager, {
      ...{ leadId: lead.id, seq: 2, kind: 'webinar_attended', at: new Date(NOON) },
    });
    const result = await rescore(lead.id, NOON);
    expect(result.score).toBeCloseTo(10 + 8 + 20, 10);
    expect(result.grade).toBe('A');
    const [stored] = await app.dataSource.query<{ score: number; grade: string }[]>(
      'select score, grade from leads where id = $1',
      [lead.id],
    );
    expect(stored).toEqual({ score: 38, grade: 'A' });
    expect((await rescore(lead.id, NOON + 10 * DAY)).score).toBeCloseTo(10 + 4 + 20, 10);
  });

  it('writes nothing when nothing changed', async () => {
    const lead = await leadOf();
    await view(lead.id, 1, NOON);
    await rescore(lead.id, NOON);
    const before = await ledger(lead.id);
    await rescore(lead.id, NOON + DAY);
    expect(await ledger(lead.id)).toEqual(before);
  });

  it('gives the same whatever the order of arrival, by reversals where a cap moves', async () => {
    const instants = [0, 1, 2, 3].map((hour) => NOON + hour * 3_600_000);
    const inOrder = await leadOf();
    for (const [index, at] of instants.entries())
      await view(inOrder.id, index + 1, at, { source: 'a', eventId: `a${at}` });
    const once = await rescore(inOrder.id, NOON + DAY);

    const shuffled = await leadOf();
    let seq = 0;
    for (const at of [instants[3], instants[1], instants[2], instants[0]] as number[]) {
      seq += 1;
      await view(shuffled.id, seq, at, { source: 'b', eventId: `b${at}` });
      await rescore(shuffled.id, NOON + DAY);
    }
    const many = await rescore(shuffled.id, NOON + DAY);
    expect(many.score).toBeCloseTo(once.score, 10);
    const rows = await ledger(shuffled.id);
    expect(rows.filter((row) => row.kind === 'reversal').length).toBeGreaterThan(0);
    expect(rows.reduce((sum, row) => sum + row.points, 0)).toBe(16);
  });

  it('leaves machines out', async () => {
    const lead = await leadOf();
    await view(lead.id, 1, NOON, { class: 'machine' });
    expect((await rescore(lead.id, NOON)).items).toEqual([]);
  });

  it('multiplies what was earned before a decision, late engagements too', async () => {
    const lead = await leadOf();
    const attended = (seq: number, at: number) =>
      insertEngagement(app.dataSource.manager, { leadId: lead.id, seq, kind: 'webinar_attended', at: new Date(at) });
    await attended(1, NOON);
    await rescore(lead.id, NOON);
    const decided = new Date(NOON + DAY);
    const multiply = () =>
      inTransaction(app.dataSource, (manager) =>
        scoring.multiply(manager, lead.id, { at: decided, factor: 0.5 }, decided),
      );
    await multiply();
    await multiply();
    const [row] = await app.dataSource.query<{ score: number }[]>('select score from leads where id = $1', [lead.id]);
    expect(row?.score).toBeCloseTo(10, 10);
    await attended(2, NOON + 2 * DAY);
    expect((await rescore(lead.id, NOON + 3 * DAY)).score).toBeCloseTo(10 + 20, 10);
    await attended(3, NOON - DAY);
    expect((await rescore(lead.id, NOON + 3 * DAY)).score).toBeCloseTo(10 + 10 + 20, 10);
    const known = await scoring.itemsOf(app.dataSource.manager, lead.id);
    expect(known.multipliers).toEqual([{ at: decided.getTime(), factor: 0.5 }]);
    expect(known.items.map((item) => item.points)).toEqual([20, 20, 20]);
  });

  it('replaces what a new model scores otherwise', async () => {
    const lead = await leadOf();
    await view(lead.id, 1, NOON);
    await rescore(lead.id, NOON);
    const { engagement } = scoreModel();
    await publishModel({ engagement: { rules: engagement.rules.map((rule) => ({ ...rule, points: 5 })) } });
    expect((await rescore(lead.id, NOON)).score).toBeCloseTo(5, 10);
    expect((await ledger(lead.id)).map(({ kind, points }) => [kind, points])).toEqual([
      ['award', 8],
      ['reversal', -8],
      ['award', 5],
    ]);
    await publishModel();
  });
});
