import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { describeError } from '../../common/logger.js';
import { LOGGER } from '../../common/logger.token.js';
import { RepeatedWork } from '../../common/repeated-work.js';
import { doubtAbandoned } from '../../database/doubt-abandoned.js';
import { PrepMailsService } from './prep-mails.service.js';

const LOOK_EVERY_MS = 5_000;
/** After a database that was away. */
const PAUSE_MS = 10_000;
const MAX_AT_ONCE = 50;

interface DueMail {
  readonly handoffId: string;
  readonly leadId: string;
  readonly ordinal: number;
}

/** Sends the mails about checklists when they are due; runs in the worker. Any number of them may look at once. */
@Injectable()
export class PrepMailRelayService implements OnApplicationShutdown {
  private readonly work: RepeatedWork;

  constructor(
    private readonly dataSource: DataSource,
    private readonly mails: PrepMailsService,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.work = new RepeatedWork(
      { everyMs: LOOK_EVERY_MS, afterFailureMs: PAUSE_MS },
      () => this.sendDue(Date.now()),
      (error) => logger.warn({ err: describeError(error) }, 'mails about checklists not sent, they are tried again'),
    );
  }

  start(): void {
    this.work.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.work.stop();
  }

  /** Everything that is due at `now`, or, for a lead in virtual time, at its own instant. */
  async sendDue(now: number): Promise<void> {
    await doubtAbandoned(this.dataSource, { table: 'prep_mails', now });
    const due: DueMail[] = await this.dataSource.query(
      `SELECT m.handoff_id AS "handoffId", m.lead_id AS "leadId", m.ordinal
         FROM prep_mails m JOIN leads l ON l.id = m.lead_id
        WHERE m.state = 'planned' AND m.due_at <= CASE WHEN l.clock_offset_ms = 0 THEN $1 ELSE l.virtual_now_at END
        ORDER BY m.due_at LIMIT $2`,
      [new Date(now), MAX_AT_ONCE],
    );
    // By the instant of each: a slow mail server makes a turn long. One that can not be sent holds up no other.
    const startedAt = performance.now();
    const failed: unknown[] = [];
    for (const mail of due) {
      if (this.work.stopped) return;
      await this.mails.send(mail, now + performance.now() - startedAt).catch((error: unknown) => failed.push(error));
    }
    if (failed.length > 0) throw failed[0];
  }
}
