// Old → new → old under load. The workers run the workflow code of release 0.1.0 and of today by turns, and both at once, while
// leads of version 1 live. Api, activities and schema are today's all the time: a release's own are not kept.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { startWorker } from '../../src/worker-host.js';
import { type HistoryEvent, inputOf, readGolden, replay, type RunHistory, runsOf } from '../support/histories.js';
import {
  atStep,
  engage,
  mailOf,
  mailsOf,
  newLead,
  noticesAbout,
  offerOf,
  type TestHandoff,
  type TestLead,
} from '../support/lead-steps.js';
import { BUILT_BUNDLE, bundleRelease, type Bundle } from '../support/bundles.js';
import { waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

const LEADS_PER_LIFE = 1;
const PATIENCE = { timeoutMs: 60_000 };

let baton: TestBaton;
let old: Bundle;
beforeAll(async () => {
  old = await bundleRelease('0.1.0');
  baton = await startTestBaton({ leadVersion: 1 });
}, 120_000);
afterAll(async () => {
  old.remove();
  await baton.stop();
});

/** As people do it while workers come and go: the same call again until it is answered. */
async function decide(handoff: TestHandoff, decision: string, body: object = {}): Promise<void> {
  await waitFor(
    async () => {
      const { status, text } = await baton.call('POST', `/v1/handoffs/${handoff.id}/${decision}`, body);
      if (status !== 200 && status !== 503) throw new Error(`${decision} answered ${status}: ${text}`);
      return status === 200;
    },
    { ...PATIENCE, what: `${decision} of handoff ${handoff.no}` },
  );
}

const inState = (lead: TestLead, state: string): Promise<boolean> =>
  waitFor(
    async () => {
      const [row] = await baton.dataSource.query<{ state: string }[]>('select state from leads where id = $1', [
        lead.id,
      ]);
      return row?.state === state;
    },
    { ...PATIENCE, what: `${lead.email} is ${state}` },
  );

async function restingLead(): Promise<TestLead> {
  const lead = await newLead(baton, 'patient');
  await mailOf(lead, 'welcome');
  await engage(baton, lead, 'download');
  await mailOf(lead, 'guide');
  await atStep(baton, lead, 'rest');
  return lead;
}

async function offered(lead: TestLead): Promise<TestHandoff> {
  await engage(baton, lead, 'form_submitted', { properties: { form: 'pricing' } });
  await engage(baton, lead, 'form_submitted', { properties: { form: 'demo' } });
  return offerOf(baton, lead);
}

/** Lives, each up to the state at its end; `turn` waits until the workers have changed since the last one. */
const LIVES: Record<string, (turn: () => Promise<void>) => Promise<TestLead>> = {
  won: async (turn) => {
    const lead = await restingLead();
    await turn();
    const handoff = await offered(lead);
    await turn();
    await decide(handoff, 'accept');
    await turn();
    await decide(handoff, 'touches', { disposition: 'reached' });
    await inState(lead, 'working');
    await turn();
    await waitFor(
      async () => (await baton.call('POST', `/v1/leads/${lead.id}/outcome`, { outcome: 'won' })).status === 200,
      { ...PATIENCE, what: 'the outcome' },
    );
    await inState(lead, 'won');
    return lead;
  },
  nurturing: async (turn) => {
    const lead = await restingLead();
    const handoff = await offered(lead);
    await turn();
    await decide(handoff, 'reject', { reason: 'premature' });
    await turn();
    await decide(handoff, 'acknowledge-return');
    await turn();
    await inState(lead, 'nurturing');
    return lead;
  },
  accepted: async (turn) => {
    const lead = await newLead(baton, 'patient', { handRaise: { kind: 'demo_request' } });
    const first = await offerOf(baton, lead);
    await turn();
    const reps = [await baton.personId('rita-rep'), await baton.personId('rolf-rep')];
    await decide(first, 'reassign', { to: reps.find((id) => id !== first.assigneeId) });
    await turn();
    await decide(await offerOf(baton, lead, 2), 'accept');
    await turn();
    await inState(lead, 'accepted');
    return lead;
  },
  disqualified: async (turn) => {
    const lead = await restingLead();
    await turn();
    await engage(baton, lead, 'unsubscribed');
    await engage(baton, lead, 'demo_request');
    const handoff = await offerOf(baton, lead);
    await turn();
    await decide(handoff, 'reject', { reason: 'out_of_area' });
    await turn();
    await decide(handoff, 'acknowledge-return');
    await inState(lead, 'disqualified');
    return lead;
  },
};

/** The bundles that completed workflow tasks of a run, in order, without repetitions. */
function codesOf(runs: readonly RunHistory[]): string[] {
  const codes = runs
    .flatMap(({ events }) => events)
    .map(
      (event) => event['workflowTaskCompletedEventAttributes'] as { workerVersion?: { buildId?: string } } | undefined,
    )
    .flatMap((completed) => completed?.workerVersion?.buildId ?? []);
  return codes.filter((code, index) => code !== codes[index - 1]);
}

const isNonDeterminism = (event: HistoryEvent): boolean =>
  event.eventType === 'EVENT_TYPE_WORKFLOW_TASK_FAILED' && JSON.stringify(event).includes('NON_DETERMINISTIC');

describe('the golden histories of version 1', () => {
  it('are replayed by release 0.1.0 too: what today runs as version 1 is what it ran', async () => {
    const ofVersion1 = readGolden().filter(({ history }) => (inputOf(history) as { v: number }).v === 1);
    expect(ofVersion1.length).toBeGreaterThan(30);
    expect(await replay(ofVersion1, old.path)).toEqual({});
  });
});

describe('old → new → old under load', () => {
  it('strands no lead of the version that both run', async () => {
    let [turns, waiting, alive] = [0, 0, 0];
    const turn = async (): Promise<void> => {
      const before = turns;
      waiting += 1;
      await waitFor(() => Promise.resolve(turns > before), { timeoutMs: 120_000, what: 'the workers change' });
      waiting -= 1;
    };
    const lives = Object.entries(LIVES).flatMap(([state, live]) =>
      Array.from({ length: LEADS_PER_LIFE }, async () => {
        alive += 1;
        try {
          return { state, lead: await live(turn) };
        } finally {
          alive -= 1;
        }
      }),
    );
    let over = false;
    const all = Promise.all(lives).finally(() => {
      over = true;
    });
    // Whatever becomes of the lives, the workers have to be put back.
    all.catch(() => undefined);
    const load = (async () => {
      const noisy = await newLead(baton, 'patient');
      while (!over) {
        await engage(baton, noisy, 'page_view', { properties: { path: '/' } });
        await engage(baton, noisy, 'download');
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    while (!over) {
      await baton.stopWorker();
      // Old, new, then both at once: tasks go to whoever asks first. Whoever lives for three turns meets either alone.
      const phase = turns % 3;
      await baton.startWorker(phase === 0 ? old.path : BUILT_BUNDLE);
      turns += 1;
      const other = phase === 2 ? await startWorker(baton.config, pino({ level: 'silent' }), old.path) : undefined;
      // Half of the leads have got to where they wait for the change, the others are in the midst of something.
      await waitFor(() => Promise.resolve(over || waiting * 2 >= alive), {
        timeoutMs: 90_000,
        what: 'the leads get on',
      });
      await other?.stop();
    }
    await load;
    const ended = await all;
    await baton.stopWorker();
    await baton.startWorker();

    const mixed = new Set<string>();
    for (const { state, lead } of ended) {
      const runs = await runsOf(baton.client, lead.id);
      expect(runs.map(inputOf)).toEqual([expect.objectContaining({ v: 1 })]);
      expect(runs.flatMap(({ events }) => events.filter(isNonDeterminism))).toEqual([]);
      const named = runs.map((history, index) => ({ name: `${state} ${index}`, history }));
      expect(await replay(named)).toEqual({});
      expect(await replay(named, old.path)).toEqual({});
      for (const code of codesOf(runs)) mixed.add(code);
      expect(codesOf(runs).length).toBeGreaterThan(1);
      expect(new Set(await mailsOf(lead)).size).toBe((await mailsOf(lead)).length);
      expect((await noticesAbout(lead, 'New lead')).length).toBe(state === 'accepted' ? 2 : 1);
    }
    expect(mixed.size).toBe(2);
    expect(turns).toBeGreaterThanOrEqual(4);
  }, 240_000);
});
