import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Client } from '@temporalio/client';
import { type History, historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { leadWorkflowId } from '../../workflows/contracts/lead-lifecycle.contract.js';

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
const BUNDLE = fileURLToPath(new URL('../../dist/workflow-bundle.js', import.meta.url));
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
export async function replay(histories: readonly GoldenHistory[], codePath = BUNDLE): Promise<Record<string, string>> {
  if (!existsSync(codePath)) throw new Error(`${codePath} is missing: run \`npm run build\``);
  // The native part of the SDK is loaded only where something is replayed.
  const { Worker } = await import('@temporalio/worker');
  const given = histories.map(({ name, history }) => ({ workflowId: name, history: fromJson(history) }));
  const failed: Record<string, string> = {};
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle: { codePath } }, given)) {
    if (error) failed[workflowId] = `${error.name}: ${error.message}`;
  }
  return failed;
}

/** The input that a run was started with. */
export function inputOf({ events }: RunHistory): unknown {
  const started = events[0]?.['workflowExecutionStartedEventAttributes'] as {
    readonly input: { readonly payloads: readonly { readonly data: string }[] };
  };
  return JSON.parse(Buffer.from(started.input.payloads[0]?.data ?? '', 'base64').toString());
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

/** Replaces the golden histories of one path: `<path>.json.gz`, or `<path>.<n>.json.gz` for several runs. */
export function writeGolden(path: string, runs: readonly RunHistory[]): void {
  mkdirSync(FOLDER, { recursive: true });
  for (const { name } of readGolden()) {
    if (name === path || name.startsWith(`${path}.`)) rmSync(`${FOLDER}${name}${SUFFIX}`);
  }
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
