import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LeadInterest } from '../../domain/lead/interest.js';
import { newLeadProcess } from '../../domain/lead/new-lead-process.js';
import type { ScoreModel } from '../../domain/scoring/score-model.js';
import { EngagementsService } from '../../src/engagements/engagements.service.js';
import { LeadSyncService } from '../../src/leads/lead-sync.service.js';
import { ProfileFactsService } from '../../src/leads/profile-facts.service.js';
import { uuidV7 } from '../../src/database/uuid-v7.js';
import { insertLead, insertOrganisation, noInterest, publishScoreModel } from '../support/records.js';
import { createTestDatabase, type TestDatabase } from '../support/stack.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const model: ScoreModel = {
  key: 'default',
  fit: {
    rules: [{ id: 'buyer', when: { field: 'insight.buying_role', op: 'exists' }, points: 80 }],
    grades: { A: 70, B: 50, C: 30, D: 0 },
  },
  engagement: { rules: [] },
  handRaises: ['demo_request'],
};

let database: TestDatabase;
let api: TestApp;
let personId: string;
let leadId: string;
let ingest: EngagementsService;
let numbers = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApp(database.url);
  personId = await api.person();
  await publishScoreModel(api.dataSource, personId, model);
  await insertOrganisation(api.dataSource, personId);
  ingest = api.app.get(EngagementsService, { strict: false });
});

beforeEach(async () => {
  leadId = await insertLead(api.dataSource, personId);
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

const withInterest = (interest: Partial<LeadInterest>) =>
  api.dataSource.query('update leads set interest = $2 where id = $1', [leadId, { ...noInterest, ...interest }]);

const take = (kind: string, more: { class?: 'machine' } = {}) => {
  numbers += 1;
  const event = { source: 'web', eventId: `f${numbers}`, lead: { id: leadId }, kind, occurredAt: new Date() };
  return ingest.ingest([{ ...event, ...more }]);
};

const pokesOf = () =>
  api.dataSource.query<{ seq: number }[]>('select seq from outbox where lead_id = $1 order by id', [leadId]);

const leadRow = async () => {
  const [row] = await api.dataSource.query<{ grade: string; last_seq: number }[]>(
    'select grade, last_seq from leads where id = $1',
    [leadId],
  );
  return row;
};

describe('a lead whose grade an ingest changes, since another model is in force', () => {
  beforeEach(async () => {
    await api.dataSource.query(
      'insert into insights (id, lead_id, kind, text, by_person_id, at) values ($1, $2, $3, $4, $5, $6)',
      [uuidV7(), leadId, 'buying_role', 'decides', personId, new Date()],
    );
  });

  it('wakes its process when that looks at the profile', async () => {
    await withInterest({ profile: true });
    await take('page_view');
    expect(await leadRow()).toEqual({ grade: 'A', last_seq: 1 });
    expect(await pokesOf()).toEqual([{ seq: 1 }]);
    // The grade stays, so nothing more is to be told.
    await take('page_view');
    expect(await pokesOf()).toHaveLength(1);
  });

  it('wakes nobody else', async () => {
    await withInterest({ profile: false });
    await take('page_view');
    expect(await leadRow()).toEqual({ grade: 'A', last_seq: 1 });
    expect(await pokesOf()).toEqual([]);
  });
});

describe('a program', () => {
  it.each(['bounced', 'unsubscribed', 'complained'])('that reports "%s" is heard by the process', async (kind) => {
    await withInterest({});
    await take(kind, { class: 'machine' });
    expect(await pokesOf()).toEqual([{ seq: 1 }]);
    const process = newLeadProcess(Date.now());
    const answers = await api.app
      .get(LeadSyncService, { strict: false })
      .sync({ leadId, chain: 'chain', now: Date.now(), process: { ...process, rev: 1 }, records: [], ask: {} });
    expect(answers.facts).toMatchObject([{ seq: 1, kind }]);
  });

  it('that answers, opens or raises a hand is not', async () => {
    await withInterest({ any: true });
    for (const kind of ['email_reply', 'email_open', 'demo_request']) await take(kind, { class: 'machine' });
    expect(await pokesOf()).toEqual([]);
  });
});

describe('what a person learned about a lead', () => {
  const learn = (text: string) =>
    api.dataSource.transaction((manager) =>
      api.app
        .get(ProfileFactsService, { strict: false })
        .addInsights(manager, leadId, [{ kind: 'buying_role', text }], { personId, wallNow: new Date() }),
    );

  it('is a fact with a seq, changes the grade and wakes a process that looks at the profile', async () => {
    await withInterest({ profile: true });
    await learn('decides');
    expect(await leadRow()).toEqual({ grade: 'A', last_seq: 1 });
    expect(await pokesOf()).toEqual([{ seq: 1 }]);
    await take('page_view');
    expect(await leadRow()).toMatchObject({ last_seq: 2 });
  });

  it('wakes nobody else', async () => {
    await withInterest({});
    await learn('decides');
    expect(await leadRow()).toMatchObject({ last_seq: 1 });
    expect(await pokesOf()).toEqual([]);
  });
});
