import { Injectable } from '@nestjs/common';
import { type EntityManager, IsNull } from 'typeorm';
import { CadencePauseEntity } from './cadence-pause.entity.js';

/** Advisory lock: shared by claims, exclusive for the pause of a cadence, so that none is claimed after its commit. */
export const PAUSE_LOCK = 4_100_001;

/** Which cadences stand still, and since when. */
@Injectable()
export class CadencePausesReadModel {
  open(manager: EntityManager, cadenceKey: string): Promise<CadencePauseEntity | null> {
    return manager.findOneBy(CadencePauseEntity, { cadenceKey, resumedAt: IsNull() });
  }

  /** Of these cadences the paused ones. */
  async openKeys(manager: EntityManager, keys: readonly string[]): Promise<Set<string>> {
    const rows = await manager.query<{ key: string }[]>(
      'select cadence_key as key from cadence_pauses where cadence_key = any($1) and resumed_at is null',
      [keys],
    );
    return new Set(rows.map(({ key }) => key));
  }

  numbered(manager: EntityManager, cadenceKey: string, no: number): Promise<CadencePauseEntity | null> {
    return manager.findOneBy(CadencePauseEntity, { cadenceKey, no });
  }

  /** The first pause after number `no` that is on, or was over only after `from`. */
  async after(
    manager: EntityManager,
    cadenceKey: string,
    no: number,
    from: Date | undefined,
  ): Promise<CadencePauseEntity | null> {
    return manager
      .createQueryBuilder(CadencePauseEntity, 'pause')
      .where('pause.cadence_key = :cadenceKey and pause.no > :no', { cadenceKey, no })
      .andWhere('(pause.resumed_at is null or pause.resumed_at > :from)', { from: from ?? null })
      .orderBy('pause.no')
      .getOne();
  }
}
