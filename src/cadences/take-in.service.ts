import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { CadenceDocument } from '../../domain/cadence/cadence.schema.js';
import { paceAsks } from '../../domain/lead/pace-asks.js';
import { inTransaction } from '../database/transaction.js';
import { DocumentsService } from '../documents/documents.service.js';
import { JobsService, type OpenJob, type WaitingLead } from '../jobs/jobs.service.js';
import { type ForeseenEntry, ForeseeEntryService } from '../leads/foresee-entry.service.js';
import { OutboxService } from '../temporal/outbox.service.js';
import type { Batch } from './cadence-migration.service.js';
import { CadencePausesReadModel } from './cadence-pauses.read-model.js';
import { TakeInLeadsReadModel } from './take-in-leads.read-model.js';

/** One activity looks at leads for so long: a stop is seen, and whoever was asked is looked at again. */
const BATCH_MS = 5_000;
const PAGE = 50;
/** Leads that were asked and have not done anything yet are looked at in one batch. */
const MAX_ASKED = 500;
/** A process takes about that long to look. */
const LOOK_AGAIN_MS = 1_500;
/** A paused cadence takes nobody; one that a worker does not know yet is known soon. */
const PAUSED_MS = 30_000;
/** The cadence may not have been known yet to the worker that looked: it is told again. */
const ASK_AGAIN_EVERY = 3;
/** Two minutes: longer than the longest touch, and than a killed worker's leads take to come back. */
const MAX_LOOKS = 80;
/** What holds against it may be the step between looking and entering. */
const SURE_AFTER_LOOKS = 2;
const PASSING: readonly string[] = ['touch_under_way'];

/** Does the jobs of `TakeInOrdersService`: tells leads to look, at the rate of the job. The lead itself decides. */
@Injectable()
export class TakeInService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: JobsService,
    private readonly documents: DocumentsService,
    private readonly pauses: CadencePausesReadModel,
    private readonly leads: TakeInLeadsReadModel,
    private readonly foreseeing: ForeseeEntryService,
    private readonly outbox: OutboxService,
  ) {}

  /**
   * Looks at what became of those who were asked, and asks the next ones. Repeated after a crash it goes on where the record
   * stands: a lead that is told twice looks twice and enters once. Throws while the database is away.
   */
  async runBatch(jobId: string): Promise<Batch> {
    const startedAt = Date.now();
    const { manager } = this.dataSource;
    const job = await this.jobs.job(manager, jobId);
    if (job?.state !== 'running') return this.over(jobId);
    const cadence = await this.ordered(manager, job);
    if (!cadence || (await this.pauses.open(manager, job.subject))) return { over: false, waitMs: PAUSED_MS };
    const due = await this.jobs.due(manager, jobId, MAX_ASKED, new Date(startedAt), true);
    for (const lead of due) await this.lookAgain(job, lead, cadence);
    const hasMore = await this.askNext(job, cadence, startedAt);
    if ((await this.jobs.waiting(manager, jobId)) === 0) return this.over(jobId);
    const asked = await this.jobs.asked(manager, jobId);
    const now = Date.now();
    const { mayAsk, nextAt } = paceAsks(job.rate, asked.lastAt?.getTime(), now);
    // Nobody new could be asked although the rate allows it: those who are left are put off.
    const restMs = hasMore ? 0 : LOOK_AGAIN_MS;
    const nextMs = mayAsk === 0 ? nextAt - now : restMs;
    return { over: false, waitMs: Math.max(1, asked.open ? Math.min(LOOK_AGAIN_MS, nextMs) : nextMs) };
  }

  /** The version in force, which is at least the one that was there when the job was ordered. */
  private async ordered(manager: EntityManager, { subject, input }: OpenJob): Promise<CadenceDocument | undefined> {
    const head = await this.documents.effective(manager, 'cadence', subject);
    if (head === undefined || head.version >= Number(input['version'] ?? 0)) return head?.body;
    // What this process has looked up a moment ago is older.
    this.documents.forget('cadence');
    return (await this.documents.effective(manager, 'cadence', subject))?.body;
  }

  private async over(jobId: string): Promise<Batch> {
    await this.jobs.end(this.dataSource.manager, jobId, new Date());
    return { over: true, waitMs: 0 };
  }

  /** Asks as many as the rate allows; who does not match is settled on the way and costs nothing of it. True when time was short. */
  private async askNext(job: OpenJob, cadence: CadenceDocument, startedAt: number): Promise<boolean> {
    const { manager } = this.dataSource;
    const { lastAt } = await this.jobs.asked(manager, job.id);
    let { mayAsk } = paceAsks(job.rate, lastAt?.getTime(), startedAt);
    while (mayAsk > 0) {
      if (Date.now() - startedAt >= BATCH_MS) return true;
      const page = await this.jobs.due(manager, job.id, PAGE, new Date(), false);
      if (page.length === 0 || (await this.jobs.job(manager, job.id))?.state !== 'running') return false;
      const entering: { readonly lead: WaitingLead; readonly foreseen: ForeseenEntry }[] = [];
      for (const lead of page) {
        if (entering.length >= mayAsk) break;
        const foreseen = await this.judge(job, lead, cadence);
        if (foreseen) entering.push({ lead, foreseen });
      }
      await this.ask(entering);
      mayAsk -= entering.length;
    }
    return false;
  }

  /** What is foreseen of a lead that would enter; whatever else there is is settled. */
  private async judge(job: OpenJob, lead: WaitingLead, cadence: CadenceDocument): Promise<ForeseenEntry | undefined> {
    const { manager } = this.dataSource;
    const now = new Date();
    const entered = await this.leads.entered(manager, lead.leadId, job.subject, lead.enrollmentsBefore ?? 0);
    // A fact or its own wake-up was faster.
    if (entered) await this.jobs.settle(manager, lead, { state: 'done' }, now);
    const foreseen = entered ? undefined : await this.foreseeing.foresee(manager, lead.leadId, cadence, now);
    if (entered || !foreseen?.not) return foreseen;
    const { why } = foreseen.not;
    if (PASSING.includes(why) && lead.tries < MAX_LOOKS)
      await this.jobs.postpone(manager, lead, why, new Date(now.getTime() + LOOK_AGAIN_MS));
    else await this.jobs.settle(manager, lead, { state: 'skipped', reason: why }, now);
    return undefined;
  }

  private async ask(
    entering: readonly { readonly lead: WaitingLead; readonly foreseen: ForeseenEntry }[],
  ): Promise<void> {
    if (entering.length === 0) return;
    const now = new Date();
    await inTransaction(this.dataSource, async (manager) => {
      for (const { lead, foreseen } of entering) {
        await this.outbox.add(manager, 'poke', lead.leadId, foreseen.lastSeq, now);
        await this.jobs.noteAsked(manager, lead, now, new Date(now.getTime() + LOOK_AGAIN_MS));
      }
    });
  }

  private async lookAgain(job: OpenJob, lead: WaitingLead, cadence: CadenceDocument): Promise<void> {
    const { manager } = this.dataSource;
    const now = new Date();
    const { leadId, tries } = lead;
    if (await this.leads.entered(manager, leadId, job.subject, lead.enrollmentsBefore ?? 0))
      return this.jobs.settle(manager, lead, { state: 'done' }, now);
    const foreseen = await this.foreseeing.foresee(manager, leadId, cadence, now);
    const why = foreseen?.not?.why;
    const isOver = tries >= (why === undefined || PASSING.includes(why) ? MAX_LOOKS : SURE_AFTER_LOOKS);
    if (isOver) {
      const outcome =
        why === undefined
          ? { state: 'failed' as const, reason: 'not_reached' }
          : { state: 'skipped' as const, reason: why };
      return this.jobs.settle(manager, lead, outcome, now);
    }
    if (foreseen && why === undefined && tries % ASK_AGAIN_EVERY === ASK_AGAIN_EVERY - 1)
      await inTransaction(this.dataSource, (transaction) =>
        this.outbox.add(transaction, 'poke', leadId, foreseen.lastSeq, now),
      );
    await this.jobs.postpone(manager, lead, why ?? 'asked', new Date(now.getTime() + LOOK_AGAIN_MS));
  }
}
