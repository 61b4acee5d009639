import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import type { NoticeKind } from '../../domain/lead/notice-kind.js';
import { describeError } from '../common/logger.js';
import { LOGGER } from '../common/logger.token.js';
import { RepeatedWork } from '../common/repeated-work.js';
import { doubtAbandoned } from '../database/doubt-abandoned.js';
import { NoticesService } from './notices.service.js';

const LOOK_EVERY_MS = 2_000;
/** After a mail server that refused. */
const PAUSE_MS = 60_000;
const MAX_AT_ONCE = 20;
/** Kinds that do not come from the lead's process: who writes them down plans them. */
const PLANNED_KINDS = [
  'touch_held',
  'prep_answered',
  'playbook_over',
  'mention',
] as const satisfies readonly NoticeKind[];

interface Planned {
  readonly leadId: string;
  readonly handoffNo: number;
  readonly kind: (typeof PLANNED_KINDS)[number];
  readonly ordinal: number;
  /** When the touch was due, the note was written, or what time it is for a lead in virtual time. */
  readonly at: Date | null;
}

/** Sends the notices that were planned beside the lead's process; runs in the worker. A crash before the mail only delays it. */
@Injectable()
export class PlannedNoticesService implements OnApplicationShutdown {
  private readonly work: RepeatedWork;

  constructor(
    private readonly dataSource: DataSource,
    private readonly notices: NoticesService,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.work = new RepeatedWork(
      { everyMs: LOOK_EVERY_MS, afterFailureMs: PAUSE_MS },
      () => this.sendPlanned(Date.now()),
      (error) => logger.warn({ err: describeError(error) }, 'planned notices not sent, they are tried again'),
    );
  }

  start(): void {
    this.work.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.work.stop();
  }

  private async sendPlanned(now: number): Promise<void> {
    // Those that come from a lead's process are claimed again by it, and found.
    const only = `m.kind IN ('${PLANNED_KINDS.join("', '")}')`;
    await doubtAbandoned(this.dataSource, { table: 'notices', only, now });
    const planned: Planned[] = await this.dataSource.query(
      `SELECT n.lead_id AS "leadId", n.handoff_no AS "handoffNo", n.kind, n.ordinal,
              coalesce(t.due_at, w.at, l.virtual_now_at) AS at
         FROM notices n JOIN leads l ON l.id = n.lead_id LEFT JOIN touches t ON t.id = n.touch_id
         LEFT JOIN notes w ON w.id = n.note_id
        WHERE n.state = 'planned' AND n.kind = ANY($2) ORDER BY n.id LIMIT $1`,
      [MAX_AT_ONCE, PLANNED_KINDS],
    );
    // One that can not be sent holds up no other.
    const failed: unknown[] = [];
    for (const { at, ...notice } of planned) {
      if (this.work.stopped) return;
      const about = { ...notice, plannedOnly: true, now: at?.getTime() ?? now };
      await this.notices.sendNotice(about).catch((error: unknown) => failed.push(error));
    }
    if (failed.length > 0) throw failed[0];
  }
}
