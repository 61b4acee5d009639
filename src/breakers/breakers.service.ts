import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditService } from '../common/audit/audit.service.js';
import { notFound } from '../common/problem.js';
import { inTransaction } from '../database/transaction.js';
import { BreakerEntity } from './breaker.entity.js';
import { BreakerListReadModel, type BreakerView } from './breaker-list.read-model.js';

interface ReleaseOrder {
  readonly personId: string;
  readonly note: string | undefined;
}

/** Lets touches go on that a breaker holds: a person has looked. */
@Injectable()
export class BreakersService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly reads: BreakerListReadModel,
    private readonly audit: AuditService,
  ) {}

  /**
   * Those held go on one after the other, and what failed before counts no more. One that is released already is answered
   * as it stands. Throws 404.
   */
  release(id: string, { personId, note }: ReleaseOrder): Promise<BreakerView> {
    return inTransaction(this.dataSource, async (manager) => {
      const lock = { mode: 'pessimistic_write' } as const;
      const breaker = await manager.findOne(BreakerEntity, { where: { id }, lock });
      const before = await this.reads.byId(manager, id);
      if (breaker === null || before === undefined) throw notFound();
      if (breaker.releasedAt !== null) return before;
      const now = new Date();
      const released = { releasedAt: now, releasedById: personId, heldCount: before.held };
      await manager.update(BreakerEntity, { id }, released);
      const { scope, key } = breaker;
      const entry = { actorId: personId, action: 'breaker.release', subjectKind: 'breaker', subjectId: id };
      const data = { scope, held: before.held, ...(scope === 'cadence' ? { key } : {}) };
      await this.audit.record(manager, { ...entry, data, note: note ?? null }, now);
      return (await this.reads.byId(manager, id)) ?? before;
    });
  }
}
