import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { IMPORT_LEADS, importWorkflowId } from '../../workflows/contracts/import-leads.contract.js';
import { describeError } from '../common/logger.js';
import { LOGGER } from '../common/logger.token.js';
import { RepeatedWork } from '../common/repeated-work.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { TEMPORAL_CLIENT } from '../temporal/temporal-client.token.js';

const LOOK_EVERY_MS = 500;
/** While the database or Temporal is away. */
const PAUSE_MS = 5_000;
const START_WITHIN_MS = 5_000;
/** A running import commits a batch far more often: its workflow may be lost. */
const SILENT_MS = 60_000;
const MAX_AT_ONCE = 20;

/**
 * Starts the workflow of every import that waits, and again of one that nothing has moved for a minute; runs in the
 * worker. So an import whose api was killed behind the commit, or that came while Temporal was away, is taken up as well.
 */
@Injectable()
export class ImportStarterService implements OnApplicationShutdown {
  private readonly work: RepeatedWork;

  constructor(
    private readonly dataSource: DataSource,
    @Inject(TEMPORAL_CLIENT) private readonly client: Client,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.work = new RepeatedWork(
      { everyMs: LOOK_EVERY_MS, afterFailureMs: PAUSE_MS },
      () => this.startWaiting(new Date()),
      (error) => logger.warn({ err: describeError(error) }, 'imports not started, it is tried again'),
    );
  }

  start(): void {
    this.work.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.work.stop();
  }

  private async startWaiting(now: Date): Promise<void> {
    const waiting = await this.dataSource.query<{ id: string }[]>(
      `select id from imports
        where state in ('queued', 'running') and (looked_at is null or looked_at < $1)
        order by created_at limit $2`,
      [new Date(now.getTime() - SILENT_MS), MAX_AT_ONCE],
    );
    for (const { id } of waiting) {
      if (this.work.stopped) return;
      await this.client.connection.withDeadline(Date.now() + START_WITHIN_MS, () =>
        this.client.workflow.start(IMPORT_LEADS, {
          workflowId: importWorkflowId(id),
          taskQueue: this.config.temporal.leadsQueue,
          args: [{ v: 1, importId: id }],
          // One that runs is left alone, one that is lost starts again behind its last commit.
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        }),
      );
      await this.dataSource.query('update imports set looked_at = $2 where id = $1', [id, now]);
    }
  }
}
