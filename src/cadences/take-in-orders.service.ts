import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditService } from '../common/audit/audit.service.js';
import { conflict, notFound, unprocessable } from '../common/problem.js';
import { inTransaction } from '../database/transaction.js';
import { type DocumentVersion, DocumentsService } from '../documents/documents.service.js';
import { JobsService } from '../jobs/jobs.service.js';
import type { OrderedJob } from './cadence-migration-orders.service.js';
import { CadencePausesReadModel } from './cadence-pauses.read-model.js';
import type { TakeIn } from './take-in.schema.js';

/** Takes orders to let a published cadence take in whoever matches already; a job does it (`docs/adr/0015-take-in.md`). */
@Injectable()
export class TakeInOrdersService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly documents: DocumentsService,
    private readonly pauses: CadencePausesReadModel,
    private readonly jobs: JobsService,
    private readonly audit: AuditService,
  ) {}

  /** The version that decides now; 404 for a cadence that was never published, 422 for an air cover, 409 for a paused one. */
  async cadence(manager: EntityManager, key: string): Promise<DocumentVersion<'cadence'>> {
    const version = await this.documents.effective(manager, 'cadence', key);
    if (!version) throw notFound();
    if (version.body.phase === 'air_cover') {
      const message = 'An air cover takes accepted leads only, by itself.';
      throw unprocessable([{ path: 'key', code: 'air_cover', message }]);
    }
    const pause = await this.pauses.open(manager, key);
    if (pause) {
      const members = { pausedAt: pause.pausedAt.toISOString() };
      throw conflict(`The cadence ${key} is paused, so it takes nobody in. Resume it first.`, members);
    }
    return version;
  }

  /** The job, which runs from now on. Refused as `cadence` says; 409 while another one runs. */
  async order(key: string, { rate, note }: TakeIn, personId: string, now: Date): Promise<OrderedJob> {
    const job = await inTransaction(this.dataSource, async (manager) => {
      // Two orders for one cadence at once take turns here.
      await manager.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`take in ${key}`]);
      const { version } = await this.cadence(manager, key);
      await this.refuseSecond(manager, key);
      const order = { kind: 'take_in_cadence', subject: key, input: { version }, rate, startedBy: personId } as const;
      const { id, total } = await this.jobs.createOutside(manager, order, key, now);
      const data = { jobId: id, version, leads: total, rate: `${rate.leads} per ${rate.per}` };
      const entry = { actorId: personId, action: 'cadence.take_in', subjectKind: 'cadence', subjectId: key, data };
      await this.audit.record(manager, { ...entry, note: note ?? null }, now);
      return { id, total, rate };
    });
    await this.jobs.start(job.id);
    return job;
  }

  private async refuseSecond(manager: EntityManager, key: string): Promise<void> {
    const open = await this.jobs.open(manager, 'take_in_cadence', key);
    if (!open) return;
    throw conflict('This cadence is taking leads in already. Wait for that job, or stop it.', {
      jobId: open.id,
      state: open.state,
      since: open.createdAt.toISOString(),
    });
  }
}
