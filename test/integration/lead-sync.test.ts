import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandLead } from '../../domain/lead/advance-lead.js';
import { fakeEnrollment, fakeHandoff, nurturing, offered, qualified } from '../../domain/lead/fake-process.js';
import type { LeadCommand } from '../../domain/lead/lead-command.js';
import type { LeadProcess, LeadRecord } from '../../domain/lead/lead-process.js';
import type { LeadTurn } from '../../domain/lead/lead-turn.js';
import { AppModule } from '../../src/app.module.js';
import { ConfigModule } from '../../src/config/config.module.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import { LeadSyncModule } from '../../src/leads/lead-sync.module.js';
import { LeadSyncService } from '../../src/leads/lead-sync.service.js';
import { CommonModule, HttpFrameModule } from '../../src/common/common.module.js';
import { seedWorkspace, type Workspace } from '../factories/sales-workspace.factory.js';
import { TemporalModule } from '../../src/temporal/temporal.module.js';
import { createTestDatabase, type TestDatabase } from '../support/stack.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const NOW = Date.parse('2026-03-02T09:00:00Z');
const MINUTE = 60_000;

let database: TestDatabase;
let app: TestApp;
let workspace: Workspace;
let sync: LeadSyncService;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await startTestApp(database.url, (config) => ({
    module: AppModule,
    imports: [
      ConfigModule.forRoot(config),
      DatabaseModule,
      CommonModule,
      HttpFrameModule,
      LeadSyncModule,
      TemporalModule.forRoot(),
    ],
  }));
  workspace = await seedWorkspace(app.dataSource);
  sync = app.app.get(LeadSyncService, { strict: false });
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

const query = <Row>(text: string, id: string): Promise<Row[]> => app.dataSource.query<Row[]>(text, [id]);

const store = (leadId: string, process: LeadProcess, rev: number, records: readonly LeadRecord[], now: number) =>
  sync.sync({ leadId, chain: 'chain', now, process: { ...process, rev }, records, ask: {} });

/** An offered lead whose offer and suspended enrollment are stored as revision 1. */
async function offeredLead(): Promise<{ leadId: string; process: LeadProcess }> {
  const { jonas, ines } = workspace.people;
  const { id: leadId } = await workspace.lead({ state: 'nurturing' });
  const versionId = await workspace.publish('cadence', `walk-${leadId}`, { key: `walk-${leadId}`, steps: [] });
  await workspace.handoff(leadId);
  const process = offered({
    handoff: fakeHandoff({ no: 1, assigneeId: jonas, offeredAt: NOW }),
    enrollment: fakeEnrollment({ no: 1, cadence: 'walk', versionId, step: 'guide', suspendedAt: NOW }),
    enrollments: 1,
    handoffs: 1,
    since: NOW,
  });
  await app.dataSource.query(
    `INSERT INTO custody_records (id, lead_id, custody, marketing_person_id, accountable_person_id, since_at, cause)
     VALUES ($1, $1, 'marketing', $2, $2, $3, 'created')`,
    [leadId, ines, new Date(NOW - MINUTE)],
  );
  const shared = { custody: 'shared', accountable: 'marketing', salesPersonId: jonas, handoffNo: 1 };
  const records: LeadRecord[] = [
    { kind: 'enrolled', at: NOW, data: { no: 1, cadence: 'walk', version: 1, versionId } },
    { kind: 'step', at: NOW, data: { no: 1, step: 'guide', visit: 1, kind: 'email' } },
    { kind: 'suspended', at: NOW, data: { no: 1, step: 'guide' } },
    { kind: 'custody', at: NOW, data: { ...shared, cause: 'packet_and_rep_there' } },
    { kind: 'offered', at: NOW, data: { handoffNo: 1, assigneeId: jonas } },
  ];
  await store(leadId, process, 1, records, NOW);
  return { leadId, process };
}

const decide = (process: LeadProcess, command: LeadCommand, at: number) => commandLead(process, command, at, undefined);

describe('a sync run again by a workflow task that decided otherwise', () => {
  it('leaves the last decision in the record and nothing of the lost one', async () => {
    const { jonas, amara, ines } = workspace.people;
    const { leadId, process } = await offeredLead();
    const lost = decide(process, { kind: 'accept', handoffNo: 1, by: jonas, via: 'api' }, NOW + MINUTE);
    await store(leadId, lost.process, 2, lost.records, NOW + MINUTE);
    const rejection = { kind: 'reject', handoffNo: 1, by: amara, via: 'mail', reason: 'not_ready' } as const;
    const stands = decide(process, rejection, NOW + 2 * MINUTE);
    await store(leadId, stands.process, 2, stands.records, NOW + 2 * MINUTE);

    expect(await query('SELECT state, decided_by, reason FROM handoffs WHERE lead_id = $1', leadId)).toEqual([
      { state: 'rejected', decided_by: amara, reason: 'not_ready' },
    ]);
    expect(await query('SELECT kind, by_person_id FROM decisions WHERE lead_id = $1', leadId)).toEqual([
      { kind: 'rejected', by_person_id: amara },
    ]);
    expect(
      await query(
        'SELECT custody, accountable_person_id FROM custody_records WHERE lead_id = $1 ORDER BY since_at',
        leadId,
      ),
    ).toEqual([
      { custody: 'marketing', accountable_person_id: ines },
      { custody: 'shared', accountable_person_id: ines },
    ]);
    expect(await query('SELECT state, custody, accountable_person_id FROM leads WHERE id = $1', leadId)).toEqual([
      { state: 'returning', custody: 'shared', accountable_person_id: ines },
    ]);
  });

  it('writes the same once when it decided the same', async () => {
    const { jonas } = workspace.people;
    const { leadId, process } = await offeredLead();
    for (const at of [NOW + MINUTE, NOW + 2 * MINUTE]) {
      const { process: next, records } = decide(process, { kind: 'accept', handoffNo: 1, by: jonas, via: 'api' }, at);
      await store(leadId, next, 2, records, at);
    }
    expect(await query('SELECT kind, at FROM decisions WHERE lead_id = $1', leadId)).toEqual([
      { kind: 'accepted', at: new Date(NOW + 2 * MINUTE) },
    ]);
    expect(await query('SELECT decided_at FROM handoffs WHERE lead_id = $1', leadId)).toEqual([
      { decided_at: new Date(NOW + 2 * MINUTE) },
    ]);
    expect(
      await query('SELECT custody, since_at FROM custody_records WHERE lead_id = $1 ORDER BY since_at DESC', leadId),
    ).toMatchObject([{ custody: 'shared', since_at: new Date(NOW + 2 * MINUTE) }, {}, {}]);
  });

  it('gives an enrollment back that had ended in the lost try', async () => {
    const { leadId, process } = await offeredLead();
    const ended: LeadRecord = { kind: 'enrollment_ended', at: NOW + MINUTE, data: { no: 1, reason: 'met_us' } };
    await store(leadId, { ...process, enrollment: undefined }, 2, [ended], NOW + MINUTE);
    await store(leadId, process, 2, [], NOW + 2 * MINUTE);
    expect(
      await query('SELECT state, step, ended_at, exit_reason FROM enrollments WHERE lead_id = $1', leadId),
    ).toEqual([{ state: 'suspended', step: 'guide', ended_at: null, exit_reason: null }]);
  });
});

describe('what a sync judges on', () => {
  it('includes what the same sync records', async () => {
    const { leadId, process } = await offeredLead();
    const key = `once-${leadId}`;
    const when = { field: 'handoffs.count', op: '>=', value: 2 };
    const versionId = await workspace.publish('cadence', key, {
      ...{ key, name: 'Once', window: 'any', exits: [{ when, reason: 'offered_twice' }] },
      steps: [{ id: 'guide', email: { template: 'guide' } }],
    });
    const step = { versionId, enrollmentNo: 1, enteredAt: NOW, step: 'guide', visit: 1, stepAt: NOW, suspended: true };
    const again: LeadRecord = { kind: 'offered', at: NOW + MINUTE, data: { handoffNo: 2 } };
    const answers = await sync.sync({
      ...{ leadId, chain: 'chain', now: NOW + MINUTE, process: { ...process, rev: 2 }, records: [again] },
      ask: { step },
    });
    expect(answers.guard?.index).toBe(0);
  });
});

describe('an offer that a lost workflow task made', () => {
  const rowOf = (leadId: string) => query('SELECT no, state, decided_at FROM handoffs WHERE lead_id = $1', leadId);
  const lostOffer = async (): Promise<string> => {
    const { id: leadId } = await workspace.lead({ state: 'nurturing' });
    await store(leadId, nurturing({ handoffs: 0, enrollment: undefined }), 1, [], NOW);
    await workspace.handoff(leadId);
    return leadId;
  };

  it('is taken back when the task that replaces it goes another way', async () => {
    const leadId = await lostOffer();
    await store(leadId, nurturing({ state: 'disqualified', handoffs: 0, enrollment: undefined }), 2, [], NOW + MINUTE);
    expect(await rowOf(leadId)).toEqual([{ no: 1, state: 'withdrawn', decided_at: new Date(NOW + MINUTE) }]);
  });

  it('stands when that one offers it too', async () => {
    const leadId = await lostOffer();
    await store(leadId, qualified({ handoff: fakeHandoff({ no: 1 }), enrollment: undefined }), 2, [], NOW + MINUTE);
    expect(await rowOf(leadId)).toEqual([{ no: 1, state: 'offered', decided_at: null }]);
  });

  it('is left alone by a sync that runs late', async () => {
    const leadId = await lostOffer();
    await store(leadId, qualified({ handoff: fakeHandoff({ no: 1 }), enrollment: undefined }), 2, [], NOW + MINUTE);
    await store(leadId, nurturing({ enrollment: undefined }), 1, [], NOW);
    expect(await rowOf(leadId)).toEqual([{ no: 1, state: 'offered', decided_at: null }]);
  });
});

describe('the instant of a breach', () => {
  const MINUTES = 240;
  const due = NOW + MINUTES * MINUTE;
  const rung = (at: number, action: string): LeadRecord => ({
    ...{ kind: 'rung', at },
    data: { handoffNo: 1, purpose: 'accept', do: action },
  });
  const breachOf = async (leadId: string): Promise<number | null> => {
    const [row] = await query<{ at: Date | null }>('select breached_at as at from handoffs where lead_id = $1', leadId);
    return row?.at?.getTime() ?? null;
  };
  const offeredUntilDue = async () => {
    const lead = await offeredLead();
    await app.dataSource.query('update handoffs set accept_due_at = $2 where lead_id = $1', [
      lead.leadId,
      new Date(due),
    ]);
    return lead;
  };

  it('is written when the ladder passes what was agreed, and stays', async () => {
    const { leadId, process } = await offeredUntilDue();
    await store(leadId, process, 2, [rung(due - MINUTE, 'remind')], due - MINUTE);
    expect(await breachOf(leadId)).toBeNull();
    await store(leadId, process, 3, [rung(due, 'escalate')], due);
    expect(await breachOf(leadId)).toBe(due);
    const accepted = decide(process, { kind: 'accept', handoffNo: 1, by: workspace.people.jonas, via: 'api' }, due + 1);
    await store(leadId, accepted.process, 4, accepted.records, due + 1);
    expect(await breachOf(leadId)).toBe(due);
  });

  it.each([
    ['in time', due, null],
    ['late, where no rung stands at that instant', due + 1, due],
  ])('of a handoff decided %s', async (_, at, breach) => {
    const { leadId, process } = await offeredUntilDue();
    const accepted = decide(process, { kind: 'accept', handoffNo: 1, by: workspace.people.jonas, via: 'api' }, at);
    await store(leadId, accepted.process, 2, accepted.records, at);
    expect(await breachOf(leadId)).toBe(breach);
  });

  it('gives way with the records of a sync that was taken back', async () => {
    const { leadId, process } = await offeredUntilDue();
    await store(leadId, process, 2, [rung(due, 'escalate')], due);
    const accepted = decide(process, { kind: 'accept', handoffNo: 1, by: workspace.people.jonas, via: 'api' }, due - 1);
    await store(leadId, accepted.process, 2, accepted.records, due + 1);
    expect(await breachOf(leadId)).toBeNull();
  });
});

describe('a workflow task that was stopped and wakes up late', () => {
  const turn = (length: number, at: number) => ({ run: 'run-1', length, at });
  const ask = (leadId: string, process: LeadProcess, rev: number, now: number, task: LeadTurn, records = noRecords) =>
    sync.sync({ leadId, chain: 'chain', now, turn: task, process: { ...process, rev }, records, ask: {} });
  const noRecords: readonly LeadRecord[] = [];
  const stateOf = (leadId: string) => query('SELECT state, rev FROM leads WHERE id = $1', leadId);

  it('stores nothing over what another one has decided, though its clock runs ahead', async () => {
    const { jonas } = workspace.people;
    const { leadId, process } = await offeredLead();
    // The task begins, its worker is stopped between two syncs, and the task times out.
    const [stopped, live] = [turn(20, NOW), turn(23, NOW + 10_000)];
    await ask(leadId, process, 2, NOW, stopped);
    const accepted = decide(process, { kind: 'accept', handoffNo: 1, by: jonas, via: 'api' }, NOW + 11_000);
    await ask(leadId, process, 2, NOW + 10_000, live);
    await ask(leadId, accepted.process, 3, NOW + 11_000, live, accepted.records);
    // A clock within a task goes on with every local activity: it is the latest of all by now.
    const late = decide(process, { kind: 'disqualify', by: jonas }, NOW + MINUTE);
    await expect(ask(leadId, late.process, 3, NOW + MINUTE, stopped, late.records)).rejects.toThrow(
      expect.objectContaining({ name: 'StaleTurn' }),
    );
    expect(await stateOf(leadId)).toEqual([{ state: 'accepted', rev: 3 }]);
    expect(await query('SELECT kind FROM decisions WHERE lead_id = $1', leadId)).toEqual([{ kind: 'accepted' }]);
  });

  it('leaves its interest, which may be wider', async () => {
    const { leadId, process } = await offeredLead();
    await ask(leadId, process, 2, NOW + MINUTE, turn(23, NOW + MINUTE));
    await app.dataSource.query(
      `UPDATE leads SET interest = '{"any":true,"kinds":["download"],"thresholds":[7],"profile":false}' WHERE id = $1`,
      [leadId],
    );
    await expect(ask(leadId, process, 2, NOW, turn(20, NOW))).rejects.toThrow('gone on');
    expect(await query('SELECT interest FROM leads WHERE id = $1', leadId)).toMatchObject([
      { interest: { any: true, kinds: ['download'], thresholds: [7] } },
    ]);
  });

  it('is told from a sync that runs again after its commit, and from a task run again', async () => {
    const { leadId, process } = await offeredLead();
    const task = turn(20, NOW);
    for (const now of [NOW, NOW]) await ask(leadId, process, 2, now, task);
    await ask(leadId, process, 3, NOW + 5, task);
    // The task was lost: its repeat begins with the revision before and supersedes.
    await ask(leadId, process, 2, NOW + 10_000, turn(23, NOW + 10_000));
    expect(await stateOf(leadId)).toEqual([{ state: 'offered', rev: 2 }]);
    // Reset by an operator, the history of the new run is shorter.
    await ask(leadId, process, 1, NOW + MINUTE, { run: 'run-2', length: 4, at: NOW + MINUTE });
    expect(await stateOf(leadId)).toEqual([{ state: 'offered', rev: 1 }]);
  });
});
