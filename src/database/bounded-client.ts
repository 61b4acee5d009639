import type { Duplex } from 'node:stream';
import pg from 'pg';
import type { DatabaseTimeouts } from '../config/config.js';

/** A statement the server ends itself comes back; the driver gives up a little later, when nothing comes back at all. */
const GRACE_MS = 1_000;
/** The relay keeps its rows while Temporal is slow; nothing else keeps a transaction open. */
const IDLE_IN_TRANSACTION_MS = 60_000;
/** Words of the driver; it has no code for it. */
const GIVEN_UP = 'Query read timeout';

/** Options of the driver, for pools and single connections: a server that is gone or silent is given up in bounded time. */
export function boundedBy({ connectMs, statementMs, lockMs }: DatabaseTimeouts) {
  return {
    connectionTimeoutMillis: connectMs,
    statement_timeout: statementMs,
    query_timeout: statementMs + GRACE_MS,
    lock_timeout: lockMs,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

/**
 * A connection that is cut when the driver has given up a query on it. The driver itself keeps it, with the query still at
 * the head of its queue: whoever got it from the pool next would wait for the same silence.
 */
export class BoundedClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    const query = this.query.bind(this) as (...args: readonly unknown[]) => unknown;
    const bounded = (...args: readonly unknown[]): unknown => {
      const answer = query(...args);
      if (answer instanceof Promise) answer.catch((error: unknown) => this.cutAfter(error));
      return answer;
    };
    this.query = bounded as typeof this.query;
  }

  private cutAfter(error: unknown): void {
    if (!(error instanceof Error) || error.message !== GIVEN_UP) return;
    const { connection } = this as unknown as { connection: { stream: Duplex } };
    connection.stream.destroy();
  }
}
