import { Inject, Injectable } from '@nestjs/common';
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { Logger } from 'pino';
import { DataSource, type EntityManager, In, IsNull, LessThanOrEqual, Not } from 'typeorm';
import type { Rate } from '../../domain/lead/pace-asks.js';
import { JOB_STOP_SIGNAL, type JobInput, jobWorkflowId } from '../../workflows/contracts/job.contract.js';
import { MIGRATE_CADENCE } from '../../workflows/contracts/migrate-cadence.contract.js';
import { REROUTE_OFFERS } from '../../workflows/contracts/reroute-offers.contract.js';
import { TAKE_IN_CADENCE } from '../../workflows/contracts/take-in-cadence.contract.js';
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
import { rateOf } from './rate-of.js';

export interface NewJob {
  readonly kind: JobKind;
  readonly subject: string;
  readonly input: Record<string, unknown>;
  readonly rate: Rate;
  readonly startedBy: string;
}

/** A job as whoever does it needs to know it. */
export interface OpenJob {
  readonly id: string;
  readonly subject: string;
  readonly state: JobState;
  readonly input: Readonly<Record<string, unknown>>;
  /** At least 1. */
  readonly ratePerMinute: number;
  readonly rate: Rate;
  readonly startedBy: string;
  readonly createdAt: Date;
}

/** A lead whose turn it is. */
export interface WaitingLead {
  readonly jobId: string;
  readonly leadId: string;
  /** How often it was put off. */
  readonly tries: number;
  /** Of a take-in. */
  readonly enrollmentsBefore: number | null;
}

/** The workflow of each kind. */
const WORKFLOWS: Readonly<Record<JobKind, string>> = {
  migrate_cadence: MIGRATE_CADENCE,
  take_in_cadence: TAKE_IN_CADENCE,
  reroute_offers: REROUTE_OFFERS,
};

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
  async create(manager: EntityManager, job: NewJob, leadIds: readonly string[], now: Date): Promise<string> {
    const id = await this.insert(manager, job, now);
    const waiting = { jobId: id, state: 'waiting', reason: null, tries: 0, retryAt: null, endedAt: null } as const;
    await insertRows(
      manager,
      JobItemEntity,
      leadIds.map((leadId) => ({ ...waiting, leadId, askedAt: null, enrollmentsBefore: null })),
    );
    if (leadIds.length === 0) await this.end(manager, id, now);
    return id;
  }

  /** Has the open job about that subject deal with these leads too, or again; undefined when there is none. Joins the caller's transaction. */
  async extend(
    manager: EntityManager,
    { kind, subject }: Pick<NewJob, 'kind' | 'subject'>,
    leadIds: readonly string[],
  ): Promise<string | undefined> {
    const where = { kind, subject, state: In(['running', 'stopping']) };
    const job = await manager.findOne(JobEntity, { where, lock: { mode: 'pessimistic_write' } });
    if (!job) return undefined;
    await manager.query(
      `insert into job_items (job_id, lead_id, state, tries) select $1, id, 'waiting', 0 from unnest($2::uuid[]) as id
       on conflict (job_id, lead_id) do update set state = 'waiting', tries = 0, reason = null, retry_at = null, ended_at = null`,
      [job.id, leadIds],
    );
    return job.id;
  }

  /** Ends the job unless a lead waits. Who extends it meanwhile is first, or finds it over. */
  async endIfDone(id: string, now: Date): Promise<boolean> {
    return inTransaction(this.dataSource, async (manager) => {
      await manager.findOne(JobEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if ((await this.waiting(manager, id)) > 0) return false;
      await this.end(manager, id, now);
      return true;
    });
  }

  /** The same about everybody in nurture who is not inside that cadence; nobody is loaded for it. */
  async createOutside(
    manager: EntityManager,
    job: NewJob,
    cadenceKey: string,
    now: Date,
  ): Promise<{ readonly id: string; readonly total: number }> {
    const id = await this.insert(manager, job, now);
    const [row] = await manager.query<{ total: number }[]>(
      `with chosen as (
         insert into job_items (job_id, lead_id, state, tries, enrollments_before)
         select $1, l.id, 'waiting', 0, coalesce((select max(e.no) from enrollments e where e.lead_id = l.id), 0)
           from leads l
          where l.state = 'nurturing' and not exists (
            select 1 from enrollments i where i.lead_id = l.id and i.cadence_key = $2 and i.state <> 'ended')
         returning 1)
       select count(*)::int as total from chosen`,
      [id, cadenceKey],
    );
    const total = row?.total ?? 0;
    if (total === 0) await this.end(manager, id, now);
    return { id, total };
  }

  private async insert(manager: EntityManager, { rate, ...job }: NewJob, now: Date): Promise<string> {
    const id = uuidV7();
    const ratePerMinute = rate.per === 'minute' ? rate.leads : Math.ceil(rate.leads / 60);
    const ratePerHour = rate.per === 'hour' ? rate.leads : null;
    const row = { ...job, id, ratePerMinute, ratePerHour, createdAt: now, endedAt: null, state: 'running' } as const;
    await insertRows(manager, JobEntity, [row]);
    return id;
  }

  /** The open job about that subject. */
  async open(manager: EntityManager, kind: JobKind, subject: string): Promise<OpenJob | null> {
    return toOpen(await manager.findOneBy(JobEntity, { kind, subject, state: In(['running', 'stopping']) }));
  }

  /** Starts the workflow unless it runs or ran. What could not be started now, a worker starts later. */
  async start(id: string): Promise<void> {
    const job = await this.dataSource.manager.findOneBy(JobEntity, { id });
    if (!job || job.endedAt !== null) return;
    const input: JobInput = { v: 1, jobId: id };
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

  async job(manager: EntityManager, id: string): Promise<OpenJob | null> {
    return toOpen(await manager.findOneBy(JobEntity, { id }));
  }

  /** The next leads that wait and are not put off, at most `limit`; of a take-in those that were asked, or the others. */
  async due(manager: EntityManager, jobId: string, limit: number, now: Date, asked?: boolean): Promise<WaitingLead[]> {
    const askedAt = asked === undefined ? {} : { askedAt: asked ? Not(IsNull()) : IsNull() };
    const waiting = { jobId, state: 'waiting', ...askedAt } as const;
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

  /** When leads of a take-in were asked last, and whether some of them have not done anything about it yet. */
  async asked(
    manager: EntityManager,
    jobId: string,
  ): Promise<{ readonly lastAt: Date | null; readonly open: boolean }> {
    const [row] = await manager.query<{ lastAt: Date | null; open: boolean }[]>(
      `select max(asked_at) as "lastAt", coalesce(bool_or(state = 'waiting'), false) as open
         from job_items where job_id = $1 and asked_at is not null`,
      [jobId],
    );
    return row ?? { lastAt: null, open: false };
  }

  /** Notes, with the poke that tells it to look, that a lead was asked at `now`; look at what it did at `retryAt`. */
  async noteAsked(manager: EntityManager, item: WaitingLead, now: Date, retryAt: Date): Promise<void> {
    const { jobId, leadId } = item;
    await manager.update(JobItemEntity, { jobId, leadId, state: 'waiting' }, { askedAt: now, tries: 0, retryAt });
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

const toOpen = (job: JobEntity | null): OpenJob | null => job && { ...job, rate: rateOf(job) };
