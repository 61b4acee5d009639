import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { MetricsRegistry } from '../../src/common/metrics/metrics-registry.js';
import { createDataSource } from '../../src/database/data-source.js';
import { RecordGaugesReadModel } from '../../src/operations/record-gauges.read-model.js';
import { mailOf, newLead, qualify, type TestLead } from '../support/lead-steps.js';
import { valueOf } from '../support/metrics.js';
import { createTestDatabase, type TestDatabase, waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

describe('metrics of a real run', () => {
  let baton: TestBaton;
  let lead: TestLead;
  beforeAll(async () => {
    baton = await startTestBaton();
    lead = await newLead(baton, 'patient');
  });
  afterAll(() => baton.stop());

  /** Gauges of the record are kept for some seconds. */
  const shows = (scrape: () => Promise<string>, series: string, value: number): Promise<string> =>
    waitFor(
      async () => {
        const text = await scrape();
        return (valueOf(text, series) ?? 0) >= value ? text : undefined;
      },
      { what: `${series} reaches ${value}`, timeoutMs: 30_000, intervalMs: 200 },
    );
  const workerMetrics = (): Promise<string> => baton.workerMetrics();
  const apiMetrics = async (): Promise<string> => (await baton.call('GET', '/metrics')).text;

  it('move with a lead from intake to an escalated offer', async () => {
    const before = await baton.workerMetrics();
    expect(valueOf(before, 'baton_rung_lateness_seconds_count{purpose="accept",action="remind"}')).toBeUndefined();
    await mailOf(lead, 'welcome');
    const touched = await shows(workerMetrics, 'baton_touches_total{result="sent"}', 1);
    expect(valueOf(touched, 'baton_relay_delivered_total{lane="new"}')).toBe(1);
    expect(valueOf(touched, 'baton_relay_lag_seconds_count{lane="new"}')).toBe(1);
    await shows(apiMetrics, 'baton_leads{state="nurturing"}', 1);

    await qualify(baton, lead);
    const offered = await shows(apiMetrics, 'baton_handoffs_offered', 1);
    expect(valueOf(offered, 'baton_engagements_ingested_total{result="stored"}')).toBe(2);
    expect(valueOf(offered, 'baton_leads{state="offered"}')).toBe(1);
    expect(valueOf(offered, 'baton_leads{state="nurturing"}')).toBe(0);

    await baton.virtual.live(lead.id, Date.now() + 10 * 86_400_000);
    const text = await shows(workerMetrics, 'baton_leads{state="returning"}', 1);
    expect(valueOf(text, 'baton_rung_lateness_seconds_count{purpose="accept",action="remind"}')).toBe(1);
    expect(valueOf(text, 'baton_notices_total{result="sent"}')).toBeGreaterThanOrEqual(2);
    expect(valueOf(text, 'baton_activity_duration_seconds_count{activity="syncLead",result="done"}')).toBeGreaterThan(
      5,
    );
    expect(valueOf(text, 'baton_activity_duration_seconds_count{activity="openHandoff",result="done"}')).toBe(1);
    expect(valueOf(text, 'baton_touches_unsettled{state="in_doubt"}')).toBe(0);
    expect(text).not.toContain(lead.id);
    expect(text).not.toContain('@');
  }, 120_000);
});

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly Plan[];
}

describe('gauges at 100,000 leads', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = createDataSource({ url: database.url, poolSize: 2 });
    await dataSource.initialize();
    await generate(dataSource);
  }, 180_000);
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('are read by index, never by reading every lead or touch', async () => {
    const scans: string[] = [];
    const note = (plan: Plan): void => {
      const relation = plan['Relation Name'];
      if (plan['Node Type'] === 'Seq Scan' && relation !== undefined) scans.push(relation);
      plan.Plans?.forEach(note);
    };
    let asked = 0;
    const explaining = {
      query: async (sql: string, parameters: unknown[]) => {
        asked += 1;
        const [row] = await dataSource.query<{ 'QUERY PLAN': { Plan: Plan }[] }[]>(
          `explain (format json) ${sql}`,
          parameters,
        );
        row?.['QUERY PLAN'].forEach(({ Plan: plan }) => note(plan));
        return dataSource.query<unknown[]>(sql, parameters);
      },
    } as unknown as DataSource;
    const metrics = new MetricsRegistry();
    await new RecordGaugesReadModel(explaining, metrics).refresh(Date.now());
    const text = await metrics.registry.metrics();
    expect(valueOf(text, 'baton_record_up')).toBe(1);
    expect(valueOf(text, 'baton_leads{state="nurturing"}')).toBe(90_000);
    expect(valueOf(text, 'baton_lead_wakes_late')).toBe(99);
    expect(valueOf(text, 'baton_touches_unsettled{state="in_doubt"}')).toBe(10);
    expect(asked).toBe(9);
    expect(scans.filter((relation) => ['leads', 'touches', 'outbox'].includes(relation))).toEqual([]);
  }, 60_000);
});

/** 100,000 leads with a projection of usual size, 200,000 touches, 100,000 delivered outbox rows. */
async function generate(dataSource: DataSource): Promise<void> {
  await dataSource.transaction(async (manager) => {
    // Only the sizes matter here, not that every row has its parents.
    await manager.query(`set local session_replication_role = replica`);
    await manager.query(
      `insert into leads (id, profile, tags, source, state, custody, state_since_at, accountable_person_id, process,
                          next_wake_at, contactable, created_at, updated_at)
       select gen_random_uuid(), '{}', '{}', 'form', case when n % 10 = 0 then 'lost' else 'nurturing' end, 'marketing',
              now() - n * interval '1 second', gen_random_uuid(), jsonb_build_object('process', repeat(md5(n::text), 40)),
              case when n < 100 then now() - interval '1 hour' else now() + n * interval '1 minute' end, true, now(), now()
         from generate_series(1, 100000) n`,
    );
    await manager.query(
      `insert into touches (id, lead_id, enrollment_id, step, visit, template_version_id, state, due_at)
       select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 's', 1, gen_random_uuid(),
              case when n <= 10 then 'in_doubt' else 'sent' end, now()
         from generate_series(1, 200000) n`,
    );
    await manager.query(
      `insert into outbox (id, lane, lead_id, seq, created_at, delivered_at)
       select gen_random_uuid(), 'poke', gen_random_uuid(), 1, now(), now() from generate_series(1, 100000) n`,
    );
  });
  for (const table of ['leads', 'touches', 'outbox', 'handoffs']) await dataSource.query(`vacuum analyze ${table}`);
}
