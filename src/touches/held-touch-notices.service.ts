import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { describeError } from '../common/logger.js';
import { LOGGER } from '../common/logger.token.js';
import { RepeatedWork } from '../common/repeated-work.js';
import { NoticesService } from './notices.service.js';

const LOOK_EVERY_MS = 2_000;
/** After a mail server that refused. */
const PAUSE_MS = 60_000;
const MAX_AT_ONCE = 20;
/** Nobody sends for so long: who claimed it is gone. */
const ABANDONED_MS = 5 * 60_000;

interface Planned {
  readonly leadId: string;
  readonly ordinal: number;
  readonly dueAt: Date;
}

/** Sends the notices that claims of touches planned; runs in the worker. A crash before the mail only delays it. */
@Injectable()
export class HeldTouchNoticesService implements OnApplicationShutdown {
  private readonly work: RepeatedWork;

  constructor(
    private readonly dataSource: DataSource,
    private readonly notices: NoticesService,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.work = new RepeatedWork(
      { everyMs: LOOK_EVERY_MS, afterFailureMs: PAUSE_MS },
      () => this.sendPlanned(Date.now()),
      (error) => logger.warn({ err: describeError(error) }, 'notices of held touches not sent, they are tried again'),
    );
  }

  start(): void {
    this.work.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.work.stop();
  }

  private async sendPlanned(now: number): Promise<void> {
    await this.dataSource.query(
      `UPDATE notices SET state = 'in_doubt', finished_at = $1, error = 'the process that claimed it left no outcome'
        WHERE kind = 'touch_held' AND state = 'claimed' AND claimed_at < $2`,
      [new Date(now), new Date(now - ABANDONED_MS)],
    );
    const planned: Planned[] = await this.dataSource.query(
      `SELECT n.lead_id AS "leadId", n.ordinal, t.due_at AS "dueAt"
         FROM notices n JOIN touches t ON t.id = n.touch_id
        WHERE n.state = 'planned' AND n.kind = 'touch_held' ORDER BY n.id LIMIT $1`,
      [MAX_AT_ONCE],
    );
    for (const { leadId, ordinal, dueAt } of planned) {
      if (this.work.stopped) return;
      const about = { leadId, handoffNo: 0, kind: 'touch_held', ordinal, plannedOnly: true } as const;
      await this.notices.sendNotice({ ...about, now: dueAt.getTime() });
    }
  }
}
