import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Connection } from '@temporalio/client';
import { DataSource } from 'typeorm';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';

const LIMIT_MS = 2_000;

export interface Health {
  /** `degraded`: Temporal is away. Facts are still taken in and are applied later (promise P22). */
  readonly status: 'ready' | 'degraded' | 'not_ready';
  readonly checks: { readonly postgres: 'up' | 'down'; readonly temporal: 'up' | 'down' };
}

const answersInTime = async (question: Promise<unknown>): Promise<'up' | 'down'> => {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<'down'>((resolve) => {
    timer = setTimeout(() => resolve('down'), LIMIT_MS);
  });
  try {
    return await Promise.race([question.then(() => 'up' as const).catch(() => 'down' as const), limit]);
  } finally {
    clearTimeout(timer);
  }
};

@Injectable()
export class HealthService implements OnApplicationShutdown {
  private connection: Connection | undefined;

  constructor(
    private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async check(): Promise<Health> {
    const [postgres, temporal] = await Promise.all([
      answersInTime(this.dataSource.query('select 1')),
      answersInTime(this.askTemporal()),
    ]);
    const status = postgres === 'down' ? 'not_ready' : temporal === 'down' ? 'degraded' : 'ready';
    return { status, checks: { postgres, temporal } };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connection?.close();
  }

  /** A connection of its own: the check must not wait behind the client it reports on. */
  private async askTemporal(): Promise<unknown> {
    // No interceptors: a retry would answer later than the limit, or after the connection is closed.
    this.connection ??= Connection.lazy({ address: this.config.temporal.address, interceptors: [] });
    const { connection } = this;
    return connection.withDeadline(Date.now() + LIMIT_MS, () => connection.workflowService.getSystemInfo({}));
  }
}
