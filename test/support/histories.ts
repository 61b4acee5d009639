import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Client } from '@temporalio/client';
import type { DataSource } from 'typeorm';
import { type InjectedSinks, Worker } from '@temporalio/worker';
import { globalHandlers } from '@temporalio/worker/lib/workflow/vm-shared.js';
import type { Sinks } from '@temporalio/workflow';
import { type History, historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { leadWorkflowId } from '../../workflows/contracts/lead-lifecycle.contract.js';
import { alteredBundle, BUILT_BUNDLE } from './bundles.js';
import type { TestLead } from './lead-steps.js';
import { installTemporalRuntime } from './temporal-runtime.js';

/** One event as JSON: `eventType` and one `…EventAttributes`. */
export type HistoryEvent = Readonly<Record<string, unknown>> & { readonly eventId: string; readonly eventType: string };

/** The history of one run, in the form the Temporal CLI and UI export. */
export interface RunHistory {
  readonly events: readonly HistoryEvent[];
}

export interface GoldenHistory {
  /** Name of the path and number of the run. */
  readonly name: string;
  readonly history: RunHistory;
}

const FOLDER = fileURLToPath(new URL('../fixtures/histories/', import.meta.url));
const SUFFIX = '.json.gz';
const WRITTEN_BY_SDK: ReadonlySet<string> = new Set(['identity', 'workerVersion', 'prevAutoResetPoints']);

/** All runs of a lead's workflow, oldest first: what was left behind by continue-as-new or a lost workflow too. */
export async function runsOf(client: Client, leadId: string): Promise<RunHistory[]> {
  const runs: RunHistory[] = [];
  let runId: string | undefined;
  do {
    const handle = client.workflow.getHandle(leadWorkflowId(leadId), runId);
    const history = asJson(await handle.fetchHistory());
    runs.unshift(history);
    const started = history.events[0]?.['workflowExecutionStartedEventAttributes'] as Record<string, string>;
    runId = started['continuedExecutionRunId'] === '' ? undefined : started['continuedExecutionRunId'];
  } while (runId !== undefined);
  return runs;
}

/** Replays against the built bundle, or that of another release; answers what went wrong by name. */
export async function replay(
  histories: readonly GoldenHistory[],
  codePath = BUILT_BUNDLE,
  sinks: InjectedSinks<Sinks> = {},
): Promise<Record<string, string>> {
  if (!existsSync(codePath)) throw new Error(`${codePath} is missing: run \`npm run build\``);
  installTemporalRuntime();
  const given = histories.map(({ name, history }) => ({ workflowId: name, history: fromJson(history) }));
  const failed: Record<string, string> = {};
  const takeBack = rememberProcess();
  try {
    for await (const { workflowId, error } of Worker.runReplayHistories(
      { workflowBundle: { codePath }, sinks },
      given,
    )) {
      if (error) failed[workflowId] = `${error.name}: ${error.message}`;
    }
  } finally {
    takeBack();
  }
  return failed;
}

/**
 * Replays run in this thread, and for the sake of stacks in workflow code the SDK then follows each promise of the process,
 * at the price of a call of \`Function\`, and hears of each rejection that nobody handles. It leaves both behind.
 */
function rememberProcess(): () => void {
  const prepareStackTrace: unknown = Reflect.get(Error, 'prepareStackTrace');
  const before = process.listeners('unhandledRejection');
  return () => {
    globalHandlers.uninstall();
    Reflect.set(Error, 'prepareStackTrace', prepareStackTrace);
    for (const listener of process.listeners('unhandledRejection'))
      if (!before.includes(listener)) process.off('unhandledRejection', listener);
  };
}

/** One edge of the transition table, as `from → to (cause)`. */
export type Edge = `${string} → ${string} (${string})`;

/**
 * The edges that the process takes when the histories are replayed, by name. The history does not say them (arguments of local
 * activities are not kept), so the replayed code is made to tell each move.
 */
export async function edgesOf(histories: readonly GoldenHistory[]): Promise<Record<string, readonly Edge[]>> {
  const recorded = `this.record('state', at, { from, to, cause });`;
  const told = `{ const activator = globalThis.__TEMPORAL_ACTIVATOR__; activator.sinkCalls.push({
    ifaceName: 'edges', fnName: 'taken', workflowInfo: activator.info, args: [from, to, cause] }); }`;
  const bundle = alteredBundle([recorded, `${recorded} ${told}`]);
  const edges: Record<string, Edge[]> = {};
  const fn = ({ workflowId }: { workflowId: string }, from: string, to: string, cause: string): void => {
    (edges[workflowId] ??= []).push(`${from} → ${to} (${cause})`);
  };
  try {
    const failed = await replay(histories, bundle.path, { edges: { taken: { fn, callDuringReplay: true } } });
    if (Object.keys(failed).length > 0) throw new Error(`not replayed: ${JSON.stringify(failed)}`);
    return edges;
  } finally {
    bundle.remove();
  }
}

/** The input that a run was started with. */
export function inputOf({ events }: RunHistory): unknown {
  const started = events[0]?.['workflowExecutionStartedEventAttributes'] as {
    readonly input: { readonly payloads: readonly { readonly data: string }[] };
  };
  return JSON.parse(Buffer.from(started.input.payloads[0]?.data ?? '', 'base64').toString());
}

/** The version whose histories this run of the tests records, if any. */
export const recordedVersion = (): number | undefined => {
  const version = process.env['RECORD_HISTORIES'];
  return version === undefined ? undefined : Number(version);
};

/**
 * The history of a lead's whole path: it replays and holds ids only. Recorded as a golden history when the run of the tests
 * records and the path has none: one that is there is what running leads have lived, and stays as it is.
 */
export async function keepGolden(client: Client, path: string, lead: TestLead): Promise<RunHistory[]> {
  const runs = await runsOf(client, lead.id);
  const failed = await replay(runs.map((history, index) => ({ name: `${path}.${index + 1}`, history })));
  const words = runs.flatMap((history) => findWords(history, ['@', lead.company, lead.email]));
  if (Object.keys(failed).length > 0 || words.length > 0) throw new Error(JSON.stringify({ path, failed, words }));
  const version = recordedVersion();
  if (version !== undefined) writeGolden(version === 1 ? path : `${path}-v${version}`, runs);
  return runs;
}

/** `keepGolden` of the first leads of a test file, numbered, in a run of the tests that records; other runs have nothing to do. */
export async function keepLives(
  { client, dataSource }: { readonly client: Client; readonly dataSource: DataSource },
  path: string,
  most = 50,
): Promise<void> {
  if (recordedVersion() === undefined) return;
  const leads = await dataSource.query<TestLead[]>(
    `select id, coalesce(email, '@') as email, coalesce(company, '@') as company from leads order by id limit $1`,
    [most],
  );
  for (const [index, lead] of leads.entries()) {
    await keepGolden(client, `${path}-${String(index + 1).padStart(2, '0')}`, lead);
  }
}

/** The golden histories in the order of their names. */
export function readGolden(): GoldenHistory[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(SUFFIX))
    .sort()
    .map((file) => ({
      name: file.slice(0, -SUFFIX.length),
      history: JSON.parse(gunzipSync(readFileSync(`${FOLDER}${file}`)).toString()) as RunHistory,
    }));
}

/** Keeps the histories of a path that has none yet: `<path>.json.gz`, or `<path>.<n>.json.gz` for several runs. */
function writeGolden(path: string, runs: readonly RunHistory[]): void {
  mkdirSync(FOLDER, { recursive: true });
  const isOfPath = ({ name }: GoldenHistory): boolean => name.replace(/[.]\d+$/, '') === path;
  if (readGolden().some(isOfPath)) return;
  for (const [index, run] of runs.entries()) {
    const name = runs.length === 1 ? path : `${path}.${String(index + 1).padStart(2, '0')}`;
    writeFileSync(`${FOLDER}${name}${SUFFIX}`, gzipSync(JSON.stringify(withoutHost(run)), { level: 9 }));
  }
}

/**
 * Which of the words stand anywhere in what we wrote into a history (payloads, memo, search attributes, summaries,
 * failures, names, ids), as `<event type>: <word>`. Who polled is written by the SDK and no part of it.
 */
export function findWords({ events }: RunHistory, words: readonly string[]): string[] {
  return events.flatMap((event) => {
    const text = decoded(event).toLowerCase();
    return words.filter((word) => text.includes(word.toLowerCase())).map((word) => `${event.eventType}: ${word}`);
  });
}

function decoded(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) => {
    if (WRITTEN_BY_SDK.has(key) || isSticky(part)) return undefined;
    return isPayload(part) ? { ...part, data: Buffer.from(part.data, 'base64').toString() } : part;
  });
}

function isPayload(value: unknown): value is { readonly data: string } {
  return typeof value === 'object' && value !== null && 'data' in value && typeof value.data === 'string';
}

/** A queue of one process, named after its host. */
function isSticky(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'TASK_QUEUE_KIND_STICKY';
}

/** Which machine recorded a history is of no use to anybody. */
function withoutHost(history: RunHistory): RunHistory {
  return JSON.parse(JSON.stringify(history).replaceAll(/"\d+@[\w.-]+"/g, '"worker@test"')) as RunHistory;
}

function asJson(history: History): RunHistory {
  return JSON.parse(historyToJSON(history)) as RunHistory;
}

function fromJson(history: RunHistory): History {
  return historyFromJSON(JSON.parse(JSON.stringify(history)));
}
