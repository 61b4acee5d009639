// What another release wrote, on the real server: release 0.1.0's inputs and projections are gone on from, and what a later
// release wrote waits for a worker of that release.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WorkflowFailedError } from '@temporalio/client';
import { type LeadVersion, NEWEST_LEAD_VERSION } from '../../domain/lead/lead-version.js';
import * as contract from '../../workflows/contracts/lead-lifecycle.contract.js';
import { inputOf, readGolden, replay, runsOf } from '../support/histories.js';
import {
  atStep,
  decide,
  engage,
  mailOf,
  mailsOf,
  newLead,
  noticesAbout,
  offerOf,
  qualify,
  type TestLead,
} from '../support/lead-steps.js';
import { alteredBundle, type Bundle } from '../support/bundles.js';
import { waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

const DAY = 86_400_000;
const NEWER = NEWEST_LEAD_VERSION + 1;

let baton: TestBaton;
let later: Bundle;
beforeAll(async () => {
  baton = await startTestBaton();
  later = alteredBundle(
    [`NEWEST_LEAD_VERSION = ${NEWEST_LEAD_VERSION};`, `NEWEST_LEAD_VERSION = ${NEWER};`],
    ['LEAD_VERSIONS = [1, 2, 3];', `LEAD_VERSIONS = [1, 2, 3, ${NEWER}];`],
  );
});
afterAll(async () => {
  later.remove();
  await baton.stop();
});

const handleOf = (lead: TestLead) => baton.client.workflow.getHandle(contract.leadWorkflowId(lead.id));

/** Input of the `n`-th run of the golden history `continued`, which carries a process and a plan of version 1. */
const releasedInput = (n: number): Required<contract.LeadLifecycleInput> => {
  const golden = readGolden().find(({ name }) => name === `continued.0${n}`);
  if (!golden) throw new Error(`no golden history continued.0${n}`);
  return inputOf(golden.history) as Required<contract.LeadLifecycleInput>;
};

/**
 * The released input for another lead in the same place: its ids, and instants that are as long ago as they were. Its
 * revision is beyond the stored one, as that of a run which has just ended.
 */
async function addressedTo(lead: TestLead, n: number): Promise<contract.LeadLifecycleInput> {
  const { process } = await baton.virtual.settled(lead.id);
  const released = releasedInput(n);
  const ids: [string | undefined, string | undefined][] = [
    [released.leadId, lead.id],
    [released.plan.versionId, process.enrollment?.versionId],
    [released.process.handoff?.definitionVersionId ?? undefined, process.handoff?.definitionVersionId ?? undefined],
    [released.process.handoff?.assigneeId, process.handoff?.assigneeId],
  ];
  let text = JSON.stringify(released).replaceAll(/\b\d{13}\b/g, (at) =>
    String(Number(at) - released.process.since + process.since),
  );
  for (const [from, to] of ids) if (from !== undefined) text = text.replaceAll(from, to ?? from);
  const input = JSON.parse(text) as typeof released;
  expect(input.process.state).toBe(process.state);
  return { ...input, ioQueue: baton.config.temporal.ioQueue, process: { ...input.process, rev: process.rev + 1 } };
}

/** Ends the lead's workflow and starts it with that input, as the engine does when a run continues as new. */
async function restart(lead: TestLead, input: object): Promise<void> {
  await handleOf(lead).terminate('started again with another input');
  await baton.client.workflow.start(contract.LEAD_LIFECYCLE, {
    workflowId: contract.leadWorkflowId(lead.id),
    taskQueue: baton.config.temporal.leadsQueue,
    args: [input],
  });
}

async function restingLead(): Promise<TestLead> {
  const lead = await newLead(baton, 'patient');
  await mailOf(lead, 'welcome');
  await engage(baton, lead, 'download');
  await mailOf(lead, 'guide');
  await atStep(baton, lead, 'rest');
  await baton.virtual.settled(lead.id);
  return lead;
}

const storedVersion = async (lead: TestLead): Promise<number | undefined> => {
  const [row] = await baton.dataSource.query<{ v: number }[]>(
    "select (process->'process'->>'v')::int as v from leads where id = $1",
    [lead.id],
  );
  return row?.v;
};

const storeVersion = (lead: TestLead, v: number): Promise<unknown> =>
  baton.dataSource.query(
    `update leads set process = jsonb_set(process, '{process,v}', to_jsonb($2::int)) where id = $1`,
    [lead.id, v],
  );

/** How often a workflow task of the lead's present run failed. */
async function failedTasks(lead: TestLead): Promise<string[]> {
  const [run] = (await runsOf(baton.client, lead.id)).slice(-1);
  return (run?.events ?? [])
    .filter(({ eventType }) => eventType === 'EVENT_TYPE_WORKFLOW_TASK_FAILED')
    .map((event) => JSON.stringify(event));
}

describe('an input of release 0.1.0', () => {
  it('goes on in the middle of a wait, to the end of its cadence', async () => {
    const lead = await restingLead();
    await restart(lead, await addressedTo(lead, 2));
    const { process } = await baton.virtual.settled(lead.id);
    expect(process).toMatchObject({ v: 1, state: 'nurturing', enrollment: { step: 'rest' } });
    await baton.virtual.live(lead.id, Date.now() + 30 * DAY);
    expect(await mailsOf(lead)).toEqual(['welcome', 'guide', 'last', 'reminder']);
    expect(await storedVersion(lead)).toBe(1);
  });

  it('goes on with an offer and its ladder, and takes the answer', async () => {
    const lead = await restingLead();
    const handoff = await qualify(baton, lead);
    const input = await addressedTo(lead, 3);
    await restart(lead, input);
    expect((await baton.virtual.settled(lead.id)).process.ladder).toEqual(input.process?.ladder);
    await decide(baton, handoff, 'accept');
    await decide(baton, handoff, 'touches', { disposition: 'reached' });
    await baton.inState(lead.id, 'working');
    expect(await noticesAbout(lead, 'New lead')).toHaveLength(1);
  });

  it('goes on in a return, and resumes when that is acknowledged', async () => {
    const lead = await restingLead();
    const handoff = await qualify(baton, lead);
    await decide(baton, handoff, 'reject', { reason: 'premature' });
    await restart(lead, await addressedTo(lead, 4));
    await baton.virtual.settled(lead.id);
    await decide(baton, handoff, 'acknowledge-return');
    await baton.inState(lead.id, 'nurturing');
    await atStep(baton, lead, 'rest');
  });

  it('keeps its version when it continues as new', async () => {
    const lead = await restingLead();
    await restart(lead, { ...(await addressedTo(lead, 2)), testMaxHistory: 8 });
    for (let seq = 0; seq < 4; seq += 1) {
      await handleOf(lead).signal(contract.pokeSignal, { seq });
      await baton.virtual.settled(lead.id);
    }
    const runs = await runsOf(baton.client, lead.id);
    expect(runs.length).toBeGreaterThan(1);
    expect(runs.map(inputOf)).toEqual(runs.map(() => expect.objectContaining({ v: 1 })));
    expect(await replay(runs.map((history, index) => ({ name: `run ${index}`, history })))).toEqual({});
  });
});

describe('a projection of release 0.1.0', () => {
  it('starts a lost workflow again where the lead stood', async () => {
    const lead = await restingLead();
    const { process } = await addressedTo(lead, 2);
    await handleOf(lead).terminate('lost on purpose');
    await baton.dataSource.query('update leads set process = $2 where id = $1', [
      lead.id,
      { process, chain: 'the run that was lost', syncedAt: Date.now() },
    ]);
    await baton.dataSource.query('update leads set rev = $2 where id = $1', [lead.id, process?.rev]);
    const handoff = await qualify(baton, lead);
    await decide(baton, handoff, 'accept');
    expect(await mailsOf(lead)).toEqual(['welcome', 'guide']);
    // A new chain of runs: it starts with the newest version.
    expect(await storedVersion(lead)).toBe(NEWEST_LEAD_VERSION);
  });
});

describe('what a later release wrote', () => {
  it('an input waits for a worker of that release, and loses nothing', async () => {
    const lead = await restingLead();
    const { process } = await baton.virtual.settled(lead.id);
    const carried = { ...process, v: NEWER as LeadVersion, rev: process.rev + 1 };
    await restart(lead, {
      v: NEWER,
      leadId: lead.id,
      ioQueue: baton.config.temporal.ioQueue,
      process: carried,
    });
    const failed = await waitFor(async () => (await failedTasks(lead))[0], { what: 'the task fails' });
    expect(failed).toContain('needs a worker of a later release');
    expect((await handleOf(lead).describe()).status.name).toBe('RUNNING');
    // What comes meanwhile waits as well.
    await engage(baton, lead, 'demo_request');
    expect(await storedVersion(lead)).toBe(NEWEST_LEAD_VERSION);

    await baton.stopWorker();
    await baton.startWorker(later.path);
    const handoff = await offerOf(baton, lead);
    expect(handoff.no).toBe(1);
    expect(await storedVersion(lead)).toBe(NEWER);
    await baton.stopWorker();
    await baton.startWorker();
  });

  it('a projection is not started from', async () => {
    const lead = await restingLead();
    await handleOf(lead).terminate('lost on purpose');
    await storeVersion(lead, NEWER);
    await engage(baton, lead, 'demo_request');
    await waitFor(async () => (await handleOf(lead).describe()).status.name === 'RUNNING', { what: 'it runs again' });
    // The database-away pause: the sync has been refused, and is to be tried again.
    await waitFor(async () => JSON.stringify(await runsOf(baton.client, lead.id)).includes('TIMER_STARTED'), {
      what: 'the workflow waits',
    });
    expect(await storedVersion(lead)).toBe(NEWER);
    // As if its release were back.
    await storeVersion(lead, NEWEST_LEAD_VERSION);
    await offerOf(baton, lead);
    expect(await mailsOf(lead)).toEqual(['welcome', 'guide']);
  });
});

describe('what no release can have written', () => {
  it('fails the workflow, naming the field', async () => {
    const lead = await restingLead();
    await restart(lead, { leadId: lead.id });
    const refused: unknown = await handleOf(lead)
      .result()
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(WorkflowFailedError);
    expect(String((refused as WorkflowFailedError).cause)).toContain('v of the input of leadLifecycle');
    // Failed, so the next poke starts it again from the record.
    await engage(baton, lead, 'demo_request');
    await offerOf(baton, lead);
  });
});
