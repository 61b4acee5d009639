import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { DataSource } from 'typeorm';
import { leaveOf } from '../../domain/handoff/rep-leave.js';
import { ProblemException } from '../common/problem.js';
import { sha256, stableJson } from '../common/stable-json.js';
import { JobsService, type OpenJob, type WaitingLead } from '../jobs/jobs.service.js';
import { type Person, PeopleService } from '../people/people.service.js';
import { LeadHandleService } from '../temporal/lead-handle.service.js';
import { OpenOffersReadModel } from './open-offers.read-model.js';

const BATCH = 20;
/** A process that is between two runs, or has not looked since the offer was written. */
const RETRY_MS = 1_000;
/** Nobody answers such an offer, so it is tried for an hour before an operator is left with it. */
const MAX_TRIES = 3_600;
/** How long the next lead waits for the one before, so that they are routed in order. */
const ROUTED_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 25;

type Outcome =
  | { readonly state: 'done' | 'skipped'; readonly reason?: string }
  | { readonly state: 'later'; readonly reason: string };

/** Does the jobs of `RerouteOrdersService`: one lead after the other, so that the same offers go to the same people. */
@Injectable()
export class RerouteOffersService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly people: PeopleService,
    private readonly offers: OpenOffersReadModel,
    private readonly jobs: JobsService,
    private readonly handle: LeadHandleService,
  ) {}

  /** Deals with the next leads. Repeated after a crash it goes on where the record stands: an offer that is gone is not sent for again. */
  async runBatch(jobId: string): Promise<{ readonly over: boolean; readonly waitMs: number }> {
    const startedAt = Date.now();
    const { manager } = this.dataSource;
    const job = await this.jobs.job(manager, jobId);
    if (job?.state !== 'running') {
      await this.jobs.end(manager, jobId, new Date());
      return { over: true, waitMs: 0 };
    }
    const due = await this.jobs.due(manager, jobId, BATCH, new Date(startedAt));
    for (const item of due) if (!(await this.dealWith(job, item))) break;
    if (await this.jobs.endIfDone(jobId, new Date())) return { over: true, waitMs: 0 };
    const pauseMs = due.length === 0 ? RETRY_MS : (due.length / job.ratePerMinute) * 60_000;
    return { over: false, waitMs: Math.max(0, Math.round(pauseMs - (Date.now() - startedAt))) };
  }

  /** False when nobody can be reached, so that the others need not be tried now, or the job is to stop. */
  private async dealWith({ id }: OpenJob, item: WaitingLead): Promise<boolean> {
    const { manager } = this.dataSource;
    const job = await this.jobs.job(manager, id);
    const person = job?.state === 'running' ? await this.people.byKey(manager, job.subject) : undefined;
    if (!job || !person) return false;
    const outcome = await this.reroute(job, person, item);
    const now = new Date();
    if (outcome.state !== 'later') {
      await this.jobs.settle(manager, item, outcome, now);
      return true;
    }
    const { reason } = outcome;
    if (item.tries < MAX_TRIES) await this.jobs.postpone(manager, item, reason, new Date(now.getTime() + RETRY_MS));
    else await this.jobs.settle(manager, item, { state: 'failed', reason }, now);
    return reason !== 'not_reached';
  }

  private async reroute(job: OpenJob, person: Person, { leadId, tries }: WaitingLead): Promise<Outcome> {
    const standing = await this.standing(leadId, person);
    if (typeof standing !== 'number') return standing;
    if (leaveOf(person, Date.now()) === undefined) return { state: 'skipped', reason: 'back' };
    const updateId = sha256(stableJson(['reroute', job.id, leadId, standing, tries]));
    try {
      const order = { handoffNo: standing, by: job.startedBy };
      const answer = await this.handle.reassignHandoff(leadId, order, updateId);
      if (!answer.ok) return { state: 'later', reason: answer.why };
    } catch (error) {
      if (!(error instanceof ProblemException)) throw error;
      const hasFailed = error.cause instanceof WorkflowUpdateFailedError;
      return { state: 'later', reason: hasFailed ? 'not_taken' : 'not_reached' };
    }
    const deadline = Date.now() + ROUTED_WITHIN_MS;
    for (;;) {
      const now = await this.standing(leadId, person);
      if (typeof now !== 'number' && (now.state !== 'later' || Date.now() > deadline)) return now;
      if (Date.now() > deadline) return { state: 'later', reason: 'still_open' };
      await pause(LOOK_EVERY_MS);
    }
  }

  /** The number of the offer that is open at the person, or what has become of it. */
  private async standing(leadId: string, person: Person): Promise<number | Outcome> {
    const found = await this.offers.standing(this.dataSource.manager, leadId, person.id);
    if (!found) return { state: 'skipped', reason: 'gone' };
    if (found.openNo !== null) return found.openNo;
    if (found.isElsewhere) return { state: 'done' };
    if (found.leadState !== 'offered') return { state: 'skipped', reason: 'decided' };
    if (found.waitsFor === null) return { state: 'later', reason: 'not_routed' };
    return { state: 'done', reason: found.waitsFor === 'nobody_available' ? 'queued' : found.waitsFor };
  }
}
