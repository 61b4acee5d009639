import { Inject, Injectable } from '@nestjs/common';
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { Logger } from 'pino';
import { DataSource, type EntityManager, In, IsNull, LessThanOrEqual } from 'typeorm';
import {
  JOB_STOP_SIGNAL,
  jobWorkflowId,
  MIGRATE_CADENCE,
  type MigrateCadenceInput,
} from '../../workflows/contracts/migrate-cadence.contract.js';
import { AuditService } from '../common/audit/audit.service.js';
import { describeError } from '../common/logger.js';
import { LOGGER } from '../common/logger.token.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { insertRows } from '../database/insert-rows.js';
import { inTransaction } from '../database/transaction.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { TEMPORAL_CLIENT } from '../temporal/temporal-client.token.js';
import { JobEntity, type JobKind, type JobState } from './job.entity.js';
import { JobItemEntity, type JobItemState } from './job-item.entity.js';

export interface NewJob {
  readonly kind: JobKind;
  readonly subject: string;
  readonly input: Record<string, unknown>;
  readonly ratePerMinute: number;
  readonly startedBy: string;
  readonly leadIds: readonly string[];
}

/** A job as whoever does it needs to know it. */
export interface OpenJob {
  readonly id: string;
  readonly subject: string;
  readonly state: JobState;
  readonly input: Readonly<Record<string, unknown>>;
  readonly ratePerMinute: number;
  readonly startedBy: string;
  readonly createdAt: Date;
}

/** A lead whose turn it is. */
export interface WaitingLead {
  readonly jobId: string;
  readonly leadId: string;
  /** How often it was put off. */
  readonly tries: number;
}

/** The workflow of each kind. */
const WORKFLOWS: Readonly<Record<JobKind, string>> = { migrate_cadence: MIGRATE_CADENCE };

/** Jobs in the record, and the workflows that do them. */
@Injectable()
export class JobsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly audit: AuditService,
    @Inject(TEMPORAL_CLIENT) private readonly client: Client,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Joins the caller's transaction; a job of nobody is done. Call `start` after the commit. */
  async create(manager: EntityManager, { leadIds, ...job }: NewJob, now: Date): Promise<string> {
    const id = uuidV7();
    const isOver = leadIds.length === 0;
    const row = {
      ...job,
      id,
      createdAt: now,
      endedAt: isOver ? now : null,
      state: isOver ? 'done' : 'running',
    } as const;
    await insertRows(manager, JobEntity, [row]);
    const waiting = { jobId: id, state: 'waiting', reason: null, tries: 0, retryAt: null, endedAt: null } as const;
    await insertRows(
      manager,
      JobItemEntity,
      leadIds.map((leadId) => ({ ...waiting, leadId })),
    );
    return id;
  }

  /** The open job about that subject. */
  open(manager: EntityManager, kind: JobKind, subject: string): Promise<OpenJob | null> {
    return manager.findOneBy(JobEntity, { kind, subject, state: In(['running', 'stopping']) });
  }

  /** Starts the workflow unless it runs or ran. What could not be started now, a worker starts later. */
  async start(id: string): Promise<void> {
    const job = await this.dataSource.manager.findOneBy(JobEntity, { id });
    if (!job || job.endedAt !== null) return;
    const input: MigrateCadenceInput = { v: 1, jobId: id };
    try {
      await this.client.workflow.start(WORKFLOWS[job.kind], {
        workflowId: jobWorkflowId(id),
        taskQueue: this.config.temporal.leadsQueue,
        args: [input],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      });
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return;
      this.logger.warn({ jobId: id, err: describeError(error) }, 'job not started yet, a worker tries again');
    }
  }

  /** Starts whatever is open and has no workflow. */
  async startOpen(): Promise<void> {
    const open = await this.dataSource.manager.find(JobEntity, { select: { id: true }, where: { endedAt: IsNull() } });
    for (const { id } of open) await this.start(id);
  }

  /** Asks the job to stop; one that is over stays as it is. False when there is none. */
  async stop(id: string, order: { readonly personId: string; readonly note: string | undefined }): Promise<boolean> {
    const known = await inTransaction(this.dataSource, async (manager) => {
      const job = await manager.findOne(JobEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (job?.state !== 'running') return job !== null;
      await manager.update(JobEntity, { id }, { state: 'stopping' });
      const entry = { actorId: order.personId, action: 'job.stop', subjectKind: 'job', subjectId: id };
      await this.audit.record(manager, { ...entry, note: order.note ?? null }, new Date());
      return true;
    });
    // The record says so already: this only cuts a pause short.
    await this.client.workflow
      .getHandle(jobWorkflowId(id))
      .signal(JOB_STOP_SIGNAL)
      .catch((error: unknown) => this.logger.debug({ jobId: id, err: describeError(error) }, 'job not told to stop'));
    return known;
  }

  job(manager: EntityManager, id: string): Promise<OpenJob | null> {
    return manager.findOneBy(JobEntity, { id });
  }

  /** The next leads that wait and are not put off, at most `limit`. */
  async due(manager: EntityManager, jobId: string, limit: number, now: Date): Promise<WaitingLead[]> {
    const waiting = { jobId, state: 'waiting' } as const;
    return manager.find(JobItemEntity, {
      where: [
        { ...waiting, retryAt: IsNull() },
        { ...waiting, retryAt: LessThanOrEqual(now) },
      ],
      order: { leadId: 'ASC' },
      take: limit,
    });
  }

  waiting(manager: EntityManager, jobId: string): Promise<number> {
    return manager.countBy(JobItemEntity, { jobId, state: 'waiting' });
  }

  /** What has become of a lead; the first outcome stands. */
  async settle(
    manager: EntityManager,
    { jobId, leadId }: WaitingLead,
    outcome: { readonly state: Exclude<JobItemState, 'waiting'>; readonly reason?: string },
    now: Date,
  ): Promise<void> {
    const { state, reason = null } = outcome;
    await manager.update(JobItemEntity, { jobId, leadId, state: 'waiting' }, { state, reason, endedAt: now });
  }

  /** Tries the lead again later. */
  async postpone(manager: EntityManager, item: WaitingLead, reason: string, retryAt: Date): Promise<void> {
    const { jobId, leadId, tries } = item;
    await manager.update(JobItemEntity, { jobId, leadId, state: 'waiting' }, { reason, tries: tries + 1, retryAt });
  }

  /** Ends the job: stopped where it was asked to, else done. */
  async end(manager: EntityManager, id: string, now: Date): Promise<void> {
    await manager.query(
      `update jobs set state = case state when 'stopping' then 'stopped' else 'done' end, ended_at = $2
        where id = $1 and ended_at is null`,
      [id, now],
    );
  }
}
