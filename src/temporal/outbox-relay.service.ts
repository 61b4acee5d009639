import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type pg from 'pg';
import type { Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';
import { isClosed, type LeadState } from '../../domain/lead/lead-state.js';
import * as contract from '../../workflows/contracts/lead-lifecycle.contract.js';
import { describeError } from '../common/logger.js';
import { LOGGER } from '../common/logger.token.js';
import { OUTBOX_LANES, type OutboxLane } from '../common/outbox-lanes.js';
import { MetricsRegistry } from '../common/metrics/metrics-registry.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { BoundedClient, boundedBy } from '../database/bounded-client.js';
import { inTransaction } from '../database/transaction.js';
import { OUTBOX_CHANNEL } from './outbox.service.js';
import { leadStart } from './lead-start.js';
import { StartedLeads } from './started-leads.js';
import { TEMPORAL_CLIENT } from './temporal-client.token.js';

/** Rows of one turn. New leads have lanes of their own, so that an enroll burst delays neither facts nor who comes alone. */
const BATCH = 64;
const CONCURRENCY = 16;
/** A turn holds its rows: it gives up soon while Temporal is away. */
const DELIVER_WITHIN_MS = 5_000;
/** The net below LISTEN/NOTIFY. */
const POLL_MS = 1_000;
/** While the leads of a bulk get to their first look. */
const BULK_POLL_MS = 200;
/** A listener on a dead connection hears nothing and says nothing: it is asked. */
const LISTENER_CHECK_MS = 15_000;
const KEEP_DELIVERED = "interval '1 hour'";
const SWEEP_EVERY_MS = 60_000;

interface Row {
  readonly id: string;
  readonly lead_id: string;
  readonly seq: number;
  readonly source: string;
  readonly state: LeadState;
  readonly clock_offset_ms: number;
  readonly created_at: Date;
}

/** Carries what the record has committed to the leads' workflows; runs in the worker. */
@Injectable()
export class OutboxRelayService {
  private running = false;
  private sweptAt = 0;
  private readonly wakes = new Map<OutboxLane, () => void>();
  private lanes: Promise<void>[] = [];
  private listener: pg.Client | undefined;
  private listening: NodeJS.Timeout | undefined;
  /** Since when each lane's turns have delivered nothing of what there was to deliver; epoch milliseconds. */
  private readonly failingSince = new Map<OutboxLane, number>();
  private readonly startedLeads = new StartedLeads();

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Inject(TEMPORAL_CLIENT) private readonly client: Client,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly metrics: MetricsRegistry,
  ) {}

  /** For how long one of the lanes has only failed; 0 while all deliver. `now` in epoch milliseconds. */
  failingMs(now: number): number {
    return Math.max(0, ...[...this.failingSince.values()].map((since) => now - since));
  }

  async start(): Promise<void> {
    this.running = true;
    await this.listen();
    this.lanes = OUTBOX_LANES.map((lane) => this.run(lane));
  }

  /** Finishes the turn under way. */
  async stop(): Promise<void> {
    this.running = false;
    clearTimeout(this.listening);
    for (const wake of this.wakes.values()) wake();
    await Promise.all(this.lanes);
    const { listener } = this;
    this.listener = undefined;
    await listener?.end().catch(() => undefined);
  }

  private async listen(): Promise<void> {
    const { url, timeouts } = this.config.database;
    const listener = new BoundedClient({ connectionString: url, ...(timeouts && boundedBy(timeouts)) });
    let check: NodeJS.Timeout | undefined;
    const again = (): void => {
      clearInterval(check);
      if (!this.running || this.listener !== listener) return;
      this.listener = undefined;
      this.listening = setTimeout(() => void this.listen(), POLL_MS);
    };
    this.listener = listener;
    listener.on('notification', ({ payload }) =>
      this.wakes.get(OUTBOX_LANES.find((lane) => lane === payload) ?? 'poke')?.(),
    );
    listener.on('error', again);
    listener.on('end', again);
    try {
      await listener.connect();
      await listener.query(`listen ${OUTBOX_CHANNEL}`);
      // A failure ends the connection, which is what `again` waits for.
      check = setInterval(() => void listener.query('select 1').catch(() => undefined), LISTENER_CHECK_MS).unref();
    } catch (error) {
      this.logger.warn({ err: describeError(error) }, 'outbox relay cannot listen, it polls');
      again();
      await listener.end().catch(() => undefined);
    }
  }

  private async run(lane: OutboxLane): Promise<void> {
    while (this.running) {
      // Registered before the look, so that a notification during the turn is not missed.
      let woken = false;
      let wake = (): void => {
        woken = true;
      };
      this.wakes.set(lane, () => wake());
      const delivered = await this.turn(lane).catch((error: unknown) => {
        this.logger.warn({ lane, err: describeError(error) }, 'outbox relay turn failed, it is tried again');
        this.noteTurn(lane, false);
        this.metrics.relayFailed.inc({ lane, what: 'turn' });
        return 0;
      });
      if (delivered > 0 || woken || !this.running) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.startedLeads.any && lane === 'bulk' ? BULK_POLL_MS : POLL_MS);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  private noteTurn(lane: OutboxLane, delivers: boolean): void {
    if (delivers) this.failingSince.delete(lane);
    else if (!this.failingSince.has(lane)) this.failingSince.set(lane, Date.now());
  }

  /** One batch of the lane; rows that could not be delivered stay. Answers how many were. */
  private async turn(lane: OutboxLane): Promise<number> {
    return inTransaction(this.dataSource, async (manager) => {
      const most = lane === 'bulk' ? Math.min(BATCH, await this.startedLeads.free(manager, Date.now())) : BATCH;
      const rows = await manager.query<Row[]>(
        `select o.id, o.lead_id, o.seq, o.created_at, l.source, l.state, l.clock_offset_ms::float8 as clock_offset_ms
           from outbox o join leads l on l.id = o.lead_id
          where o.delivered_at is null and o.lane = $1
          order by o.created_at, o.id limit $2 for update of o skip locked`,
        [lane, most],
      );
      if (rows.length === 0) {
        this.noteTurn(lane, true);
        return this.sweep(manager);
      }
      const leads = [...new Map(rows.map((row) => [row.lead_id, row])).values()];
      const reached = new Set<string>();
      const queue = leads.values();
      await Promise.all(
        Array.from({ length: Math.min(CONCURRENCY, leads.length) }, async () => {
          for (const row of queue) if (await this.deliver(lane, row)) reached.add(row.lead_id);
        }),
      );
      const done = rows.filter((row) => reached.has(row.lead_id));
      const left = rows.filter((row) => !reached.has(row.lead_id)).map((row) => row.id);
      const now = new Date();
      if (lane === 'bulk') this.startedLeads.add(reached, now.getTime());
      await manager.query('update outbox set delivered_at = $2 where id = any($1)', [done.map((row) => row.id), now]);
      if (left.length > 0) await manager.query('update outbox set attempts = attempts + 1 where id = any($1)', [left]);
      this.noteTurn(lane, done.length > 0);
      this.measure(lane, done, left.length, now);
      return done.length;
    });
  }

  private measure(lane: OutboxLane, done: readonly Row[], left: number, now: Date): void {
    if (done.length > 0) this.metrics.relayDelivered.inc({ lane }, done.length);
    if (left > 0) this.metrics.relayFailed.inc({ lane, what: 'delivery' }, left);
    for (const row of done) {
      this.metrics.relayLag.observe({ lane }, Math.max(0, now.getTime() - row.created_at.getTime()) / 1_000);
    }
  }

  private async sweep(manager: EntityManager): Promise<number> {
    const now = Date.now();
    if (now - this.sweptAt < SWEEP_EVERY_MS) return 0;
    this.sweptAt = now;
    // A claim asks for rows its process has not reduced yet, so they stay, however late the worker is.
    await manager.query(
      `delete from outbox o using leads l
        where l.id = o.lead_id and l.cursor >= o.seq and o.delivered_at < $1::timestamptz - ${KEEP_DELIVERED}`,
      [new Date(now)],
    );
    return 0;
  }

  private async deliver(lane: OutboxLane, row: Row): Promise<boolean> {
    // A closed process has nothing left to look at; ingest tells the lead's person about a hand-raise itself.
    if (isClosed(row.state)) return true;
    const lead = { id: row.lead_id, source: row.source, clockOffsetMs: row.clock_offset_ms };
    const options = {
      ...leadStart(lead, this.config.temporal),
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY' as const,
    };
    try {
      await this.client.connection.withDeadline(Date.now() + DELIVER_WITHIN_MS, async () => {
        if (lane !== 'poke') {
          await this.client.workflow.start(contract.LEAD_LIFECYCLE, { ...options, requestEagerStart: true });
        } else {
          const poke = { signal: contract.pokeSignal, signalArgs: [{ seq: row.seq }] as [{ seq: number }] };
          await this.client.workflow.signalWithStart(contract.LEAD_LIFECYCLE, { ...options, ...poke });
        }
      });
      return true;
    } catch (error) {
      // Runs already, or ended well: a poke finds out which.
      if (error instanceof WorkflowExecutionAlreadyStartedError) return true;
      this.logger.warn(
        { lane, leadId: row.lead_id, err: describeError(error) },
        'poke not delivered, it is tried again',
      );
      return false;
    }
  }
}
