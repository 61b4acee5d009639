import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { uniqueWord } from './lead-steps.js';

/** One answer as a client saw it; status 0 = no answer came back. */
export interface Reply {
  readonly what: string;
  readonly status: number;
  readonly ms: number;
  readonly retryAfter: string | null;
  readonly type: string | null;
  readonly body: unknown;
}

export interface LoadLead {
  readonly id: string;
}

interface Target {
  /** Asked before every request: the api may have moved. */
  readonly url: () => string;
  readonly key: string;
}

export interface LoadOptions extends Target {
  readonly leads: readonly LoadLead[];
  readonly clients: number;
  /** Kinds of the engagements, drawn at random. */
  readonly kinds: readonly string[];
  readonly random: () => number;
  /** Between two requests of one client. */
  readonly pauseMs?: number;
}

/** Clients that send engagements and repeat each, unchanged, until it is acknowledged. */
export interface Load {
  /** Event id → lead id of everything acknowledged so far: the clients' own ledger. */
  readonly acknowledged: ReadonlyMap<string, string>;
  readonly replies: readonly Reply[];
  /** No new events; what is open is repeated until it is acknowledged. */
  finish(): Promise<void>;
}

const LIMIT_MS = 90_000;
const REPEAT_AFTER_MS = 200;

/** A generator of numbers in [0, 1) that a seed repeats (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One request; never throws. */
export async function ask(
  { url, key }: Target,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const begin = performance.now();
  const what = `${method} ${path.replace(/[0-9a-f-]{36}/g, '…')}`;
  try {
    const response = await fetch(`${url()}${path}`, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(LIMIT_MS),
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const type = response.headers.get('content-type');
    const answer: unknown = type?.includes('json') ? await response.json() : await response.text();
    return {
      ...{ what, status: response.status, ms: performance.now() - begin, type, body: answer },
      retryAfter: response.headers.get('retry-after'),
    };
  } catch {
    return { what, status: 0, ms: performance.now() - begin, type: null, body: null, retryAfter: null };
  }
}

export function startLoad({ leads, clients, kinds, random, pauseMs = 20, ...target }: LoadOptions): Load {
  const acknowledged = new Map<string, string>();
  const replies: Reply[] = [];
  let open = true;

  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const newEvent = () => ({
    ...{ source: 'load', eventId: uniqueWord('e'), lead: { id: pick(leads).id }, kind: pick(kinds) },
    ...{ occurredAt: new Date().toISOString(), properties: { path: '/blog' } },
  });
  /** A client that was answered 503, or not at all, sends the very same request again. */
  const untilDone = async (send: () => Promise<Reply>): Promise<void> => {
    for (;;) {
      const reply = await send();
      replies.push(reply);
      if (reply.status === 202) return;
      await pause(REPEAT_AFTER_MS);
    }
  };
  const client = async (number: number): Promise<void> => {
    while (open) {
      // A third of the clients send batches, a third keys.
      const events = Array.from({ length: number % 3 === 0 ? 5 : 1 }, newEvent);
      const headers: Record<string, string> = number % 3 === 1 ? { 'idempotency-key': uniqueWord('key') } : {};
      const [path, body] =
        events.length > 1 ? ['/v1/engagements/batch', { items: events }] : ['/v1/engagements', events[0]];
      await untilDone(() => ask(target, 'POST', path, body, headers));
      for (const event of events) acknowledged.set(event.eventId, event.lead.id);
      await pause(pauseMs);
    }
  };
  const all = Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  return {
    acknowledged,
    replies,
    finish: async () => {
      open = false;
      await all;
    },
  };
}

/** How often each status came. */
export function statuses(replies: readonly Reply[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of replies) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/**
 * What is wrong with the record, given what clients were told: acknowledged engagements that are missing or another lead's,
 * leads whose numbers have gaps. Nothing when all is well.
 */
export async function reconcile(
  dataSource: DataSource,
  acknowledged: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const rows = await dataSource.query<{ event_id: string; lead_id: string }[]>(
    `select event_id, lead_id from engagements where source = 'load' and event_id = any($1)`,
    [[...acknowledged.keys()]],
  );
  const stored = new Map(rows.map((row) => [row.event_id, row.lead_id]));
  const wrong = [...acknowledged].filter(([eventId, leadId]) => stored.get(eventId) !== leadId);
  const gaps = await dataSource.query<{ lead_id: string }[]>(
    `select lead_id from engagements group by lead_id having max(seq) - min(seq) + 1 <> count(*)`,
  );
  return [...wrong.map(([eventId]) => `lost: ${eventId}`), ...gaps.map((row) => `gap: ${row.lead_id}`)];
}
