import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Caller } from '../common/auth/caller.js';
import { isDatabaseAway, isLostRace } from '../common/database-away.js';
import { MetricsRegistry } from '../common/metrics/metrics-registry.js';
import { unavailable } from '../common/problem.js';
import { inTransaction } from '../database/transaction.js';
import { ClosedLeadNoticesService } from './closed-lead-notices.service.js';
import { GroupCommitLane } from './group-commit-lane.js';
import type { IngestItem, IngestResult } from './ingest-item.js';
import { IngestTransaction } from './ingest-transaction.service.js';

const MAX_COMMIT_ITEMS = 1_000;
const MAX_WAITING_ITEMS = 20_000;
const MAX_TRIES = 4;
/** A lead whose row somebody holds longer than this must not keep all others waiting. */
const LOCK_TIMEOUT = '5s';

/** Takes engagements in: durable, scored and counted once when the answer comes. */
@Injectable()
export class EngagementsService implements OnApplicationBootstrap {
  private readonly lane: GroupCommitLane<IngestItem, IngestResult>;

  constructor(
    private readonly dataSource: DataSource,
    private readonly transaction: IngestTransaction,
    private readonly notices: ClosedLeadNoticesService,
    private readonly metrics: MetricsRegistry,
  ) {
    this.lane = new GroupCommitLane((items) => this.commit(items), {
      maxItems: MAX_COMMIT_ITEMS,
      maxWaiting: MAX_WAITING_ITEMS,
      full: () => unavailable(1, 'Too much is waiting to be stored. Nothing was stored of this request; try again.'),
      concernsAll: isDatabaseAway,
    });
  }

  onApplicationBootstrap(): void {
    this.notices.start();
  }

  /** Results in the order of the items; all of one call commit together. `caller` is null for Baton's own links. */
  async ingest(items: readonly IngestItem[], _caller: Caller | null = null): Promise<IngestResult[]> {
    const stop = this.metrics.ingestSeconds.startTimer();
    const results = await this.lane.submit(items);
    stop();
    for (const result of results) {
      const conflict = result.result !== 'refused' && result.conflict;
      this.metrics.ingested.inc({ result: conflict ? 'conflict' : result.result });
    }
    return results;
  }

  /** The same inside a transaction of the caller, which holds the leads' locks until its end. */
  ingestIn(manager: EntityManager, items: readonly IngestItem[], now: Date): Promise<IngestResult[]> {
    return this.transaction.apply(manager, items, now.getTime());
  }

  private async commit(items: readonly IngestItem[]): Promise<IngestResult[]> {
    for (let tries = 1; ; tries += 1) {
      try {
        const results = await inTransaction(this.dataSource, async (manager) => {
          await manager.query(`select set_config('lock_timeout', $1, true)`, [LOCK_TIMEOUT]);
          return this.transaction.apply(manager, items, Date.now());
        });
        this.notices.afterCommit();
        return results;
      } catch (error) {
        if (!isLostRace(error) || tries >= MAX_TRIES) throw error;
      }
    }
  }
}
