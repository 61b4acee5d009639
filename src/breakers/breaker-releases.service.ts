import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';
import { describeError } from '../common/logger.js';
import { LOGGER } from '../common/logger.token.js';
import { RepeatedWork } from '../common/repeated-work.js';
import { inTransaction } from '../database/transaction.js';
import { wakeLeads } from '../temporal/wake-leads.js';
import { PROVIDER } from './breakers.read-model.js';
import { BREAKER_REASONS, RELEASED_REASON } from './touch-breakers.service.js';

const LOOK_EVERY_MS = 1_000;
/** While the database is away. */
const PAUSE_MS = 5_000;
/** Leads locked at once. */
const BATCH = 200;

/**
 * Wakes the leads whose touches a breaker held that is released; runs in the worker. What is held and why stands in the
 * ledger, so a touch that was held in the very moment of the release, or that a killed worker left, is found as well.
 */
@Injectable()
export class BreakerReleasesService implements OnApplicationShutdown {
  private readonly work: RepeatedWork;

  constructor(
    private readonly dataSource: DataSource,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.work = new RepeatedWork(
      { everyMs: LOOK_EVERY_MS, afterFailureMs: PAUSE_MS },
      async () => {
        while (!this.work.stopped && (await this.wakeSome(new Date())) === BATCH);
      },
      (error) =>
        logger.warn({ err: describeError(error) }, 'leads behind a released breaker not woken, it is tried again'),
    );
  }

  start(): void {
    this.work.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.work.stop();
  }

  /** Answers how many touches it found. */
  private wakeSome(now: Date): Promise<number> {
    return inTransaction(this.dataSource, async (manager) => {
      const held = await this.released(manager);
      const leadIds = [...new Set(held.map(({ lead_id }) => lead_id))].sort();
      if (leadIds.length === 0) return 0;
      await manager.query('SELECT 1 FROM leads WHERE id = ANY($1) ORDER BY id FOR UPDATE', [leadIds]);
      // Under the locks: what meanwhile went its way, or is held for something else, is left alone.
      const [marked]: [{ lead_id: string }[], number] = await manager.query(
        `UPDATE touches SET reason = $2 WHERE id = ANY($1) AND state = 'held' AND reason = ANY($3) RETURNING lead_id`,
        [held.map(({ id }) => id), RELEASED_REASON, Object.values(BREAKER_REASONS)],
      );
      await wakeLeads(manager, [...new Set(marked.map(({ lead_id }) => lead_id))], now);
      return held.length;
    });
  }

  private released(manager: EntityManager): Promise<{ id: string; lead_id: string }[]> {
    return manager.query(
      `SELECT t.id, t.lead_id FROM touches t JOIN enrollments e ON e.id = t.enrollment_id JOIN leads l ON l.id = t.lead_id
        WHERE t.state = 'held' AND t.reason = ANY($1) AND e.state <> 'ended'
          AND NOT EXISTS (SELECT 1 FROM breakers b WHERE b.released_at IS NULL
                             AND (b.scope = 'cadence' AND b.key = e.cadence_key OR b.scope = 'provider' AND b.key = ${PROVIDER}))
        ORDER BY t.id LIMIT ${BATCH}`,
      [Object.values(BREAKER_REASONS)],
    );
  }
}
