import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Connection } from '@temporalio/client';
import { DataSource } from 'typeorm';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { lazyConnection } from '../lazy-connection.js';

const LIMIT_MS = 2_000;
/** Delivery takes less than a second while a worker runs. */
const OUTBOX_LIMIT_MS = 60_000;
/** Status code of gRPC. */
const NOT_FOUND = 5;

export type UpOrDown = 'up' | 'down';

export interface HealthChecks {
  readonly postgres: UpOrDown;
  /** Every migration of this build has run. */
  readonly schema: UpOrDown;
  readonly temporal: UpOrDown;
  /** Temporal knows the namespace. */
  readonly namespace: UpOrDown;
  /** Nothing has waited longer than a minute for a worker to tell it to Temporal. */
  readonly outbox: UpOrDown;
}

export interface Health {
  /** `degraded`: facts are still taken in and are applied once Temporal and a worker are back (promise P22). */
  readonly status: 'ready' | 'degraded' | 'not_ready';
  readonly checks: HealthChecks;
}

/** Undefined when there was no answer in time or an error. */
async function inTime<T>(question: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), LIMIT_MS);
  });
  try {
    return await Promise.race([question.catch(() => undefined), limit]);
  } finally {
    clearTimeout(timer);
  }
}

const upIf = (well: boolean | undefined): UpOrDown => (well === true ? 'up' : 'down');

@Injectable()
export class HealthService implements OnApplicationShutdown {
  private connection: Connection | undefined;

  constructor(
    private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Of what the intake needs: without the database or with an older schema nothing can be taken in. */
  async check(): Promise<Health> {
    const [postgres, schema, outbox, namespace] = await Promise.all([
      inTime(this.dataSource.query('select 1').then(() => true)),
      inTime(this.schemaIsCurrent()),
      inTime(this.outboxIsFresh(Date.now())),
      inTime(this.namespaceIsKnown()),
    ]);
    const checks = {
      postgres: upIf(postgres),
      schema: upIf(schema),
      temporal: upIf(namespace !== undefined),
      namespace: upIf(namespace),
      outbox: upIf(outbox),
    };
    const all = Object.values(checks).every((answer) => answer === 'up');
    const takesIn = checks.postgres === 'up' && checks.schema === 'up';
    return { status: all ? 'ready' : takesIn ? 'degraded' : 'not_ready', checks };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connection?.close();
  }

  private async schemaIsCurrent(): Promise<boolean> {
    const rows = await this.dataSource.query<{ name: string }[]>('select name from schema_migrations');
    const ran = new Set(rows.map(({ name }) => name));
    return this.dataSource.migrations.every((migration) => ran.has(migration.name ?? migration.constructor.name));
  }

  private async outboxIsFresh(now: number): Promise<boolean> {
    const oldest = (lane: string): string =>
      `(select min(created_at) from outbox where delivered_at is null and lane = '${lane}')`;
    const [row] = await this.dataSource.query<{ at: Date | null }[]>(
      `select least(${oldest('new')}, ${oldest('poke')}) as at`,
    );
    return now - (row?.at?.getTime() ?? now) <= OUTBOX_LIMIT_MS;
  }

  /** Throws when Temporal does not answer. A connection of its own: it must not wait behind the client it reports on. */
  private async namespaceIsKnown(): Promise<boolean> {
    const { address, namespace } = this.config.temporal;
    // No interceptors: a retry would answer later than the limit, or after the connection is closed.
    this.connection ??= lazyConnection(address, { interceptors: [] });
    const { connection } = this;
    try {
      await connection.withDeadline(Date.now() + LIMIT_MS, () =>
        connection.workflowService.describeNamespace({ namespace }),
      );
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === NOT_FOUND) return false;
      throw error;
    }
  }
}
