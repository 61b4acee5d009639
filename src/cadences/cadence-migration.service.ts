import { Injectable } from '@nestjs/common';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { ProblemException } from '../common/problem.js';
import { sha256, stableJson } from '../common/stable-json.js';
import { JobsService, type OpenJob, type WaitingLead } from '../jobs/jobs.service.js';
import { LeadHandleService } from '../temporal/lead-handle.service.js';
import { CadenceLeadsReadModel } from './cadence-leads.read-model.js';
import { type VersionChange, VersionChangeService } from './version-change.service.js';

const inputSchema = z.object({ toVersionId: z.uuid(), mapping: z.record(z.string(), z.string()) });

/** A batch is what the rate allows in so long. */
const BATCH_MS = 5_000;
const MAX_BATCH = 100;
/** A lead that a killed worker had in memory answers after seconds only: others go on meanwhile. */
const AT_ONCE = 16;
/** A touch under way, or a process that is between two runs. */
const RETRY_MS = 3_000;
/** Longer than the longest touch, and than a process takes to start. */
const MAX_TRIES = 300;
/** The record and the process disagree for a moment; after that the lead is somewhere else. */
const MAX_LOOKS = 5;
const ELSEWHERE: readonly string[] = ['not_inside', 'other_version'];

export interface Batch {
  readonly over: boolean;
  readonly waitMs: number;
}

type Outcome =
  | { readonly state: 'done' }
  | { readonly state: 'skipped' | 'failed'; readonly reason: string }
  | { readonly state: 'later'; readonly reason: string };

/** Does the jobs of `CadenceMigrationOrdersService`, batch by batch. */
@Injectable()
export class CadenceMigrationService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: JobsService,
    private readonly leads: CadenceLeadsReadModel,
    private readonly changes: VersionChangeService,
    private readonly handle: LeadHandleService,
  ) {}

  /**
   * Sends the Updates of the next batch. Repeated after a crash it goes on where the record stands: the Update of a lead has
   * the same id again, and a lead that is over already counts as moved. Throws while the database is away.
   */
  async runBatch(jobId: string): Promise<Batch> {
    const startedAt = Date.now();
    const { manager } = this.dataSource;
    const job = await this.jobs.job(manager, jobId);
    if (job?.state !== 'running') return this.over(jobId);
    const size = Math.min(MAX_BATCH, Math.max(1, Math.floor((job.ratePerMinute * BATCH_MS) / 60_000)));
    const due = await this.jobs.due(manager, jobId, size, new Date(startedAt));
    for (let next = 0; next < due.length; next += AT_ONCE) {
      if (next > 0 && (await this.jobs.job(manager, jobId))?.state !== 'running') return this.over(jobId);
      await Promise.all(due.slice(next, next + AT_ONCE).map((lead) => this.move(job, lead)));
    }
    if ((await this.jobs.waiting(manager, jobId)) === 0) return this.over(jobId);
    const pauseMs = due.length === 0 ? RETRY_MS : (due.length / job.ratePerMinute) * 60_000;
    return { over: false, waitMs: Math.max(0, Math.round(pauseMs - (Date.now() - startedAt))) };
  }

  private async over(jobId: string): Promise<Batch> {
    await this.jobs.end(this.dataSource.manager, jobId, new Date());
    return { over: true, waitMs: 0 };
  }

  private async move(job: OpenJob, lead: WaitingLead): Promise<void> {
    const { manager } = this.dataSource;
    const outcome = await this.send(job, lead);
    const now = new Date();
    if (outcome.state !== 'later') return this.jobs.settle(manager, lead, outcome, now);
    const { reason } = outcome;
    const isElsewhere = ELSEWHERE.includes(reason);
    if (lead.tries < (isElsewhere ? MAX_LOOKS : MAX_TRIES))
      return this.jobs.postpone(manager, lead, reason, new Date(now.getTime() + RETRY_MS));
    return this.jobs.settle(manager, lead, { state: isElsewhere ? 'skipped' : 'failed', reason }, now);
  }

  private async send(job: OpenJob, { leadId, tries }: WaitingLead): Promise<Outcome> {
    const { manager } = this.dataSource;
    const { toVersionId, mapping } = inputSchema.parse(job.input);
    const standing = await this.leads.enrollment(manager, job.subject, leadId);
    if (!standing) return { state: 'skipped', reason: 'left' };
    // It was inside another version when the job was ordered.
    if (standing.versionId === toVersionId) return { state: 'done' };
    const to = await this.changes.editionById(manager, toVersionId);
    const change = (await this.changes.changes(manager, [standing.versionId], to, mapping)).get(standing.versionId);
    if (!change) return { state: 'failed', reason: 'unknown_version' };
    const { enrollmentNo, versionId, below } = standing;
    const updateId = sha256(stableJson([below ? 'migrate below' : 'migrate', job.id, leadId, versionId, tries]));
    const order = orderOf(job, enrollmentNo, change);
    try {
      const answer = below
        ? await this.handle.migrateSuspended(leadId, order, updateId)
        : await this.handle.migrateEnrollment(leadId, order, updateId);
      if (answer.ok) return { state: 'done' };
      // No later try finds another step, or another phase.
      if (answer.why === 'needs_mapping' || answer.why === 'other_phase')
        return { state: 'failed', reason: answer.why };
      return { state: 'later', reason: answer.why };
    } catch (error) {
      // Between two runs, about to start, or in the hands of a worker that does not know the command: others go on.
      if (!(error instanceof ProblemException)) throw error;
      const hasFailed = error.cause instanceof WorkflowUpdateFailedError;
      return { state: 'later', reason: hasFailed ? 'not_taken' : 'not_reached' };
    }
  }
}

function orderOf({ id, startedBy }: OpenJob, enrollmentNo: number, { from, to, moves, fresh }: VersionChange) {
  return { enrollmentNo, fromVersionId: from.id, plan: to.plan, moves, fresh, jobId: id, by: startedBy };
}
