import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { ResumePolicy } from '../../domain/lead/resume-policy.js';
import { AuditService } from '../common/audit/audit.service.js';
import { conflict, notFound } from '../common/problem.js';
import { inTransaction } from '../database/transaction.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { DocumentsService } from '../documents/documents.service.js';
import { OUTBOX_CHANNEL } from '../temporal/outbox.service.js';
import { CadencePauseEntity } from './cadence-pause.entity.js';
import { CadencePausesReadModel, PAUSE_LOCK } from './cadence-pauses.read-model.js';

interface PauseOrder {
  readonly personId: string;
  readonly note: string | undefined;
}

export interface PausedCadence {
  readonly pause: CadencePauseEntity;
  /** Leads inside: those it stops, or those that are told to go on. */
  readonly inside: number;
}

/**
 * Stops and resumes cadences. From the commit of a pause on no touch of the cadence is claimed; the leads inside hear of it
 * when they wake up, and stop their clocks as of its instant (`docs/adr/0011-suspended-enrollments.md`).
 */
@Injectable()
export class CadencePausesService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly documents: DocumentsService,
    private readonly pauses: CadencePausesReadModel,
    private readonly audit: AuditService,
  ) {}

  /** Throws 404 for a cadence that was never published. One that is paused already is answered as it stands. */
  async pause(cadenceKey: string, { personId, note }: PauseOrder): Promise<PausedCadence> {
    await this.mustBePublished(cadenceKey);
    return inTransaction(this.dataSource, async (manager) => {
      await manager.query('select pg_advisory_xact_lock($1)', [PAUSE_LOCK]);
      const inside = await this.inside(manager, cadenceKey);
      const open = await this.pauses.open(manager, cadenceKey);
      if (open) return { pause: open, inside };
      // Only now, with no claim under way: everything claimed before lies before it.
      const now = new Date();
      const no = 1 + ((await manager.maximum(CadencePauseEntity, 'no', { cadenceKey })) ?? 0);
      const begun = { cadenceKey, no, pausedAt: now, pausedById: personId };
      const pause = await manager.save(CadencePauseEntity, {
        ...begun,
        resumedAt: null,
        resumedById: null,
        policy: null,
      });
      const entry = { actorId: personId, action: 'cadence.pause', subjectKind: 'cadence', subjectId: cadenceKey };
      await this.audit.record(manager, { ...entry, note: note ?? null }, now);
      return { pause, inside };
    });
  }

  /** Throws 409 for a cadence that is not paused. Those that stand still because of it are woken in the same commit. */
  async resume(cadenceKey: string, policy: ResumePolicy, { personId, note }: PauseOrder): Promise<PausedCadence> {
    await this.mustBePublished(cadenceKey);
    return inTransaction(this.dataSource, async (manager) => {
      await manager.query('select pg_advisory_xact_lock($1)', [PAUSE_LOCK]);
      const open = await this.pauses.open(manager, cadenceKey);
      if (!open) throw conflict(`The cadence ${cadenceKey} is not paused, so it can not be resumed.`);
      const now = new Date();
      const pause = Object.assign(open, { resumedAt: now, resumedById: personId, policy });
      await manager.save(CadencePauseEntity, pause);
      const inside = await this.wake(manager, cadenceKey, now);
      const entry = { actorId: personId, action: 'cadence.resume', subjectKind: 'cadence', subjectId: cadenceKey };
      await this.audit.record(manager, { ...entry, data: { policy }, note: note ?? null }, now);
      return { pause, inside };
    });
  }

  private async mustBePublished(cadenceKey: string): Promise<void> {
    const { manager } = this.dataSource;
    if (!(await this.documents.effective(manager, 'cadence', cadenceKey))) throw notFound();
  }

  private async inside(manager: EntityManager, cadenceKey: string): Promise<number> {
    const [row] = await manager.query<{ n: number }[]>(
      `select count(*)::int as n from enrollments where cadence_key = $1 and state <> 'ended'`,
      [cadenceKey],
    );
    return row?.n ?? 0;
  }

  /**
   * Everybody inside: one that is just storing that its clock stands still counts as running here, and nobody would tell it
   * again. A poke is no fact: it takes no `seq`, so no lead has to be locked.
   */
  private async wake(manager: EntityManager, cadenceKey: string, now: Date): Promise<number> {
    const standing = await manager.query<{ id: string; seq: number }[]>(
      `select distinct l.id, l.last_seq as seq from enrollments e join leads l on l.id = e.lead_id
        where e.cadence_key = $1 and e.state <> 'ended'`,
      [cadenceKey],
    );
    await manager.query(
      `insert into outbox (id, lane, lead_id, seq, created_at, attempts)
       select unnest($1::uuid[]), 'poke', unnest($2::uuid[]), unnest($3::int[]), $4, 0`,
      [standing.map(() => uuidV7()), standing.map(({ id }) => id), standing.map(({ seq }) => seq), now],
    );
    await manager.query('select pg_notify($1, $2)', [OUTBOX_CHANNEL, 'poke']);
    return standing.length;
  }
}
