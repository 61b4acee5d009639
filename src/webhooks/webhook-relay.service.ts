import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import * as contract from '../../workflows/contracts/webhook-delivery.contract.js';
import { describeError } from '../common/logger.js';
import { LOGGER } from '../common/logger.token.js';
import { RepeatedWork } from '../common/repeated-work.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { inTransaction } from '../database/transaction.js';
import { TEMPORAL_CLIENT } from '../temporal/temporal-client.token.js';

const POLL_MS = 500;
const BATCH = 50;
/** A turn holds its rows: it gives up soon while Temporal is away. */
const START_WITHIN_MS = 5_000;
/** What was delivered is kept that long for people to look at. */
const KEEP_MS = 30 * 86_400_000;
const SWEEP_EVERY_MS = 3_600_000;

interface Row {
  readonly id: string;
  readonly endpoint_id: string | null;
  readonly round: number;
}

/** Hands deliveries the record has committed to the engine; runs in the worker. A killed one loses nothing. */
@Injectable()
export class WebhookRelayService {
  private readonly work: RepeatedWork;
  private sweptAtMs = 0;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Inject(TEMPORAL_CLIENT) private readonly client: Client,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.work = new RepeatedWork(
      { everyMs: POLL_MS },
      async () => ((await this.turn(new Date())) === BATCH ? 0 : POLL_MS),
      (error) => logger.warn({ err: describeError(error) }, 'webhook relay turn failed, it is tried again'),
    );
  }

  start(): void {
    this.work.start(0);
  }

  /** Finishes the turn under way. */
  stop(): Promise<void> {
    return this.work.stop();
  }

  /** Starts one batch of what is due. Answers how many were. */
  private async turn(now: Date): Promise<number> {
    await this.sweep(now);
    return inTransaction(this.dataSource, async (manager) => {
      const rows = await manager.query<Row[]>(
        `select id, endpoint_id, round from webhook_deliveries
          where started_at is null and state = 'pending' and not_before_at <= $1
          order by not_before_at, id limit ${BATCH} for update skip locked`,
        [now],
      );
      if (rows.length === 0) return 0;
      const started = (await Promise.all(rows.map(async (row) => ((await this.begin(row)) ? [row.id] : [])))).flat();
      await manager.query('update webhook_deliveries set started_at = $2 where id = any($1::uuid[])', [started, now]);
      return started.length;
    });
  }

  private async begin({ id, endpoint_id: endpointId, round }: Row): Promise<boolean> {
    const { leadsQueue, ioQueue } = this.config.temporal;
    const input: contract.DeliverWebhookInput = {
      v: 1,
      deliveryId: id,
      round,
      queue: contract.webhookQueueOf(ioQueue),
    };
    try {
      await this.client.connection.withDeadline(Date.now() + START_WITHIN_MS, () =>
        this.client.workflow.start(contract.DELIVER_WEBHOOK, {
          workflowId: contract.webhookWorkflowId(id, round),
          taskQueue: leadsQueue,
          args: [input],
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          // Receivers share the calls evenly: one with a thousand failed tries holds no other one back.
          ...(endpointId === null ? {} : { priority: { fairnessKey: endpointId } }),
        }),
      );
      return true;
    } catch (error) {
      // Started by a turn that was killed before it could say so.
      if (error instanceof WorkflowExecutionAlreadyStartedError) return true;
      this.logger.warn({ deliveryId: id, err: describeError(error) }, 'webhook not started, it is tried again');
      return false;
    }
  }

  private async sweep(now: Date): Promise<void> {
    if (now.getTime() - this.sweptAtMs < SWEEP_EVERY_MS) return;
    this.sweptAtMs = now.getTime();
    await this.dataSource.query(
      `delete from webhook_deliveries where state = 'delivered' and enrollment_no is null and finished_at < $1`,
      [new Date(now.getTime() - KEEP_MS)],
    );
  }
}
