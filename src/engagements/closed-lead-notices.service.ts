import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';
import { CLOSED_STATES } from '../../domain/lead/lead-state.js';
import { describeError } from '../common/logger.js';
import { LOGGER } from '../common/logger.token.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { NoticesService } from '../touches/notices.service.js';

const LOOK_EVERY_MS = 15_000;
const MAX_AT_ONCE = 50;

/** A hand-raise or reply of a lead whose workflow has ended. */
export interface ClosedLeadFact {
  readonly kind: 'hand_raise' | 'reply';
  readonly leadId: string;
  readonly accountablePersonId: string;
  readonly seq: number;
}

interface PlannedNotice {
  readonly lead_id: string;
  readonly kind: ClosedLeadFact['kind'];
  readonly ordinal: number;
  readonly at: Date;
}

/**
 * Tells a person at once when a lead raises a hand or answers whose workflow has closed (product: A lead's life). The notice is
 * planned in the ingest's own transaction, so that a crash before the mail only delays it.
 */
@Injectable()
export class ClosedLeadNoticesService implements OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private hasPlanned = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly notices: NoticesService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Plans the notices in the caller's transaction. */
  async plan(manager: EntityManager, facts: readonly ClosedLeadFact[]): Promise<void> {
    if (facts.length === 0) return;
    this.hasPlanned = true;
    await manager.query(
      `insert into notices (id, lead_id, handoff_no, kind, ordinal, person_id, state)
       select id, lead_id, 0, kind, ordinal, person_id, 'planned'
       from jsonb_to_recordset($1::jsonb) as r(id uuid, lead_id uuid, kind text, ordinal integer, person_id uuid)
       on conflict do nothing`,
      [
        JSON.stringify(
          facts.map((one) => ({
            id: uuidV7(),
            lead_id: one.leadId,
            kind: one.kind,
            ordinal: one.seq,
            person_id: one.accountablePersonId,
          })),
        ),
      ],
    );
  }

  /** Sends what is planned, now and from time to time from now on. */
  start(): void {
    this.timer ??= setInterval(() => this.look(), LOOK_EVERY_MS).unref();
    this.look();
  }

  /** Sends at once what the committed transaction planned, if it did. */
  afterCommit(): void {
    if (this.hasPlanned) this.look();
  }

  private look(): void {
    if (this.looking !== undefined) return;
    this.hasPlanned = false;
    this.looking = this.sendPlanned()
      .catch((error: unknown) => this.logger.warn({ error: describeError(error) }, 'notices not sent'))
      .finally(() => {
        this.looking = undefined;
        // What was planned while this was looking.
        this.afterCommit();
      });
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.hasPlanned = false;
    await this.looking;
  }

  private async sendPlanned(): Promise<void> {
    const planned: PlannedNotice[] = await this.dataSource.query(
      `select notice.lead_id, notice.kind, notice.ordinal, engagement.received_at as at
       from notices notice
       join leads lead on lead.id = notice.lead_id and lead.state = any($1)
       join engagements engagement on engagement.lead_id = notice.lead_id and engagement.seq = notice.ordinal
       where notice.state = 'planned' and notice.kind in ('hand_raise', 'reply') and notice.handoff_no = 0
       order by notice.id limit $2`,
      [CLOSED_STATES, MAX_AT_ONCE],
    );
    for (const { lead_id: leadId, kind, ordinal, at } of planned) {
      await this.notices.sendNotice({ leadId, handoffNo: 0, kind, ordinal, now: at.getTime() });
    }
  }
}
