import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '../support/load.js';
import { startSmtpGate } from '../support/smtp-gate.js';
import { mailbox, testStack, waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';
import { LEAD_LIFECYCLE } from '../../workflows/contracts/lead-lifecycle.contract.js';
import { leadStart } from '../../src/temporal/lead-start.js';
import { Clients, type Ledger, newLedger } from './clients.js';
import { Member } from './crew.js';
import { cadenceBody, catchAll, definitionBody, scoreModelBody, type StressCadence } from './documents.js';
import { Faults, type Fault, SHORT_RUN } from './faults.js';
import { judgeRun } from './judge-run.js';
import { type OwnTemporal, startOwnTemporal } from './own-temporal.js';
import { OBSERVERS } from './places.js';
import { generateScenario } from './scenario.js';

export interface StressOptions {
  readonly seed: number;
  readonly leads: number;
  /** In this order, spread over the run. */
  readonly faults: readonly Fault[];
  /** A Temporal of its own, which may be killed. */
  readonly ownTemporal: boolean;
  readonly say: (line: string) => void;
}

export interface StressSummary {
  readonly seed: number;
  readonly leads: number;
  readonly engagements: number;
  readonly touches: number;
  readonly inDoubt: number;
  readonly handoffs: number;
  readonly shortRuns: number;
  /** Fault → how often it struck. */
  readonly struck: Readonly<Record<string, number>>;
  readonly missed: readonly Fault[];
  readonly mismatches: readonly string[];
}

const QUIET_WITHIN_MS = 180_000;

/** One scenario against real processes, with faults; settles when all is quiet, with what the reference model says of it. */
export async function runStress(options: StressOptions): Promise<StressSummary> {
  const temporal = options.ownTemporal ? await startOwnTemporal() : undefined;
  if (temporal) process.env['BATON_TEST_TEMPORAL_ADDRESS'] = temporal.address;
  const gate = await startSmtpGate(testStack.smtpUrl);
  let baton: TestBaton | undefined;
  const crew: Member[] = [];
  try {
    if (temporal) await temporal.prepare(await bootstrapEnv(temporal));
    baton = await startTestBaton({ smtpUrl: gate.url });
    await baton.stopWorker();
    await baton.dataSource.query(OBSERVERS);
    const workers = await Promise.all(['worker-a', 'worker-b'].map((name) => Member.worker(name, baton?.env ?? {})));
    const api = Member.api('api', baton.env);
    crew.push(...workers, api);
    await Promise.all(crew.map((member) => member.ready()));
    return await live(options, { baton, gate, temporal, workers, api });
  } finally {
    for (const member of crew) await member.end();
    await baton?.stop();
    await gate.shut();
    await temporal?.remove();
  }
}

/** The command that makes the namespace wants a database too; any with the schema will do. */
async function bootstrapEnv(temporal: OwnTemporal): Promise<Record<string, string>> {
  const { createTestDatabase } = await import('../support/stack.js');
  const { url } = await createTestDatabase();
  return {
    ...{ DATABASE_URL: url, TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: testStack.namespace },
    ...{ SMTP_URL: testStack.smtpUrl, MAIL_FROM_DOMAIN: 'testwerk.example', LOG_LEVEL: 'silent' },
    SIGNING_KEYS: `test:${Buffer.alloc(32, 1).toString('base64url')}`,
  };
}

interface Stage {
  readonly baton: TestBaton;
  readonly gate: Awaited<ReturnType<typeof startSmtpGate>>;
  readonly temporal: OwnTemporal | undefined;
  readonly workers: readonly Member[];
  readonly api: Member;
}

async function live({ seed, leads, faults, say }: StressOptions, stage: Stage): Promise<StressSummary> {
  const { baton, api } = stage;
  const scenario = generateScenario(seed, leads, faults.length);
  const cadences = [...scenario.cadences, catchAll];
  await publishAll(baton, cadences);
  const run = `s${seed}-${Date.now().toString(36)}`;
  const ledger = newLedger();
  const clients = new Clients(
    run,
    () => api.url,
    baton.keys.admin,
    ledger,
    () => api.said,
  );
  const shortLeads: string[] = [];
  const started = async (leadId: string, short: boolean, source: string): Promise<void> => {
    if (!short) return;
    await startShort(baton, leadId, source);
    shortLeads.push(leadId);
  };
  const deciding = clients.decideAll(baton.dataSource);
  const lives = Promise.all(
    scenario.leads.map((lead) => clients.live(lead, (leadId) => started(leadId, lead.shortRuns, lead.cadence))),
  );
  const struck: Record<string, number> = {};
  const missed: Fault[] = [];
  const strikes = strikeAll();
  async function strikeAll(): Promise<void> {
    const { client } = baton;
    const scene = { ...stage, databaseUrl: baton.env['DATABASE_URL'] ?? '', client, shortLeads: () => shortLeads };
    const hand = await Faults.open({ ...scene, random: seededRandom(seed) });
    const spanMs = Math.max(...scenario.leads.map(({ beginsMs }) => beginsMs)) + 12_000;
    const begin = Date.now();
    const later: Promise<void>[] = [];
    for (const [index, fault] of faults.entries()) {
      await pause(Math.max(0, begin + ((index + 0.4) * spanMs) / faults.length - Date.now()));
      await Promise.all([...stage.workers, api].map((member) => member.ready()));
      const hit = await hand.strike(fault).catch((error: unknown) => {
        say(`seed ${seed}: ${fault}: ${String(error)}`);
        return false;
      });
      const note = (isHit: boolean): void => {
        if (isHit) struck[fault] = (struck[fault] ?? 0) + 1;
        else missed.push(fault);
        say(`seed ${seed}: ${((Date.now() - begin) / 1000).toFixed(0)} s, ${isHit ? 'struck' : 'missed'} ${fault}`);
      };
      if (typeof hit === 'boolean') note(hit);
      else later.push(hit.later.then(note));
    }
    await Promise.all(later);
    await hand.close();
  }
  await Promise.all([lives, strikes]);
  await Promise.all([...stage.workers, api].map((member) => member.ready()));
  say(`seed ${seed}: all acknowledged, ${ledger.facts.size} engagements of ${ledger.leads.size} leads`);
  const restless = await quiet(baton, ledger);
  clients.stop();
  await deciding;
  const mails = await mailbox.messages({ to: `@${run}.example` });
  const offers = await mailbox.messages({ to: '@testwerk.example', subject: run });
  const wrong = await judgeRun(baton.dataSource, ledger, cadences, { mails, offers });
  return {
    seed,
    leads,
    ...(await count(baton)),
    shortRuns: shortLeads.length,
    struck,
    missed,
    mismatches: [...restless, ...wrong],
  };
}

/** As the relay does, with a small cap on the history of a run. */
async function startShort(baton: TestBaton, leadId: string, source: string): Promise<void> {
  const { args, ...options } = leadStart({ id: leadId, source, clockOffsetMs: 0 }, baton.config.temporal);
  const [input] = args;
  for (;;) {
    try {
      await baton.client.workflow.start(LEAD_LIFECYCLE, {
        ...options,
        args: [{ ...input, testMaxHistory: SHORT_RUN }],
      });
      return;
    } catch (error) {
      // A poke was first: the lead runs as any other.
      if (error instanceof Error && error.name === 'WorkflowExecutionAlreadyStartedError') return;
      await pause(300);
    }
  }
}

async function publishAll(baton: TestBaton, cadences: readonly StressCadence[]): Promise<void> {
  const put = async (path: string, body: Record<string, unknown>, signed = false): Promise<void> => {
    const calls: [string, string, unknown, string][] = [['PUT', `${path}/draft`, body, baton.keys.admin]];
    if (signed) calls.push(['POST', `${path}/sign`, { as: 'marketing' }, baton.keys.marketing]);
    if (signed) calls.push(['POST', `${path}/sign`, { as: 'sales' }, baton.keys.sales]);
    calls.push(['POST', `${path}/publish`, {}, baton.keys.admin]);
    for (const [method, to, sent, key] of calls) {
      const { status, text } = await baton.call(method, to, sent, { key });
      if (status >= 300) throw new Error(`${method} ${to} answered ${status}: ${text}`);
    }
  };
  await put('/v1/score-models/default', { key: 'default', ...scoreModelBody() });
  await put('/v1/definitions/default', { key: 'default', ...definitionBody() }, true);
  for (const cadence of cadences)
    await put(`/v1/cadences/${cadence.key}`, { key: cadence.key, ...cadenceBody(cadence) });
  // Every process believes for a second what it has looked up.
  await pause(1_500);
}

/** Waits until nothing is due, under way or undelivered; says what is, when that never comes. */
async function quiet(baton: TestBaton, ledger: Ledger): Promise<string[]> {
  let last = '';
  const restless = async (): Promise<string[]> => {
    const rows = await baton.dataSource.query<{ what: string }[]>(
      `select 'lead ' || lead_id || ': a poke was not delivered' as what from outbox where delivered_at is null
       union all select 'lead ' || lead_id || ': touch ' || step || ' is claimed' from touches where state = 'claimed'
       union all select 'lead ' || lead_id || ': a notice is ' || state from notices where state in ('planned', 'claimed')
       union all select 'lead ' || id || ': is ' || state || ', next at ' || coalesce(next_wake_at::text, 'none') from leads
         where state in ('raw', 'qualified', 'offered') or (state = 'nurturing' and next_wake_at < now() + interval '1 hour')
       union all select 'lead ' || lead_id || ': stands on ' || step from enrollments
         where state = 'running' and cadence_key like 'stress-%'`,
    );
    return rows.map(({ what }) => what);
  };
  const settled = async (): Promise<boolean> => {
    if ((await restless()).length > 0) return false;
    const [row] = await baton.dataSource.query<{ revs: string }[]>('select sum(rev)::text as revs from leads');
    const now = `${row?.revs} ${ledger.decisions.size}`;
    const same = now === last;
    last = now;
    return same;
  };
  try {
    await waitFor(settled, { what: 'all is quiet', timeoutMs: QUIET_WITHIN_MS, intervalMs: 1_500 });
    return [];
  } catch {
    return (await restless()).map((what) => `never quiet: ${what}`);
  }
}

async function count({ dataSource }: TestBaton) {
  const [row] = await dataSource.query<{ engagements: number; touches: number; inDoubt: number; handoffs: number }[]>(
    `select (select count(*)::int from engagements) as engagements, (select count(*)::int from handoffs) as handoffs,
            (select count(*)::int from touches where claimed_at is not null) as touches,
            (select count(*)::int from touches where state = 'in_doubt') as "inDoubt"`,
  );
  return row ?? { engagements: 0, touches: 0, inDoubt: 0, handoffs: 0 };
}
