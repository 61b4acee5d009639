import { Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import type { TrackEntry } from '../../domain/rehearsal/track-entry.js';
import { RehearsalEntity, type RehearsalFailure, type RehearsalProgress } from './rehearsal.entity.js';

/** Any number that is always the same: rehearsals have advisory locks of their own. */
const LOCKS = 7_231_002;
/** Results are looked at soon or never, and they may tell of a person. */
const KEPT = "interval '30 days'";

/** Whether somebody works on the row `r`; the lock ends with the connection of its holder, however that ends. */
const HELD = `exists (
  select 1 from pg_locks l
   where l.locktype = 'advisory' and l.objsubid = 1 and l.granted
     and l.database = (select oid from pg_database where datname = current_database())
     and ((l.classid::bigint << 32) | l.objid::bigint) = hashtextextended(r.id::text, ${LOCKS}))`;

/** The table of rehearsals and who works on which. */
@Injectable()
export class RehearsalLedgerService {
  constructor(private readonly dataSource: DataSource) {}

  /** With whether the process that ran it is gone; undefined when there is no such rehearsal. */
  async byId(id: string): Promise<{ readonly row: RehearsalEntity; readonly lost: boolean } | undefined> {
    const row = await this.dataSource.manager.findOneBy(RehearsalEntity, { id });
    if (row === null) return undefined;
    const lost = row.state === 'running' && (await this.lost()).some((one) => one.id === id);
    // It may have ended between the two statements.
    return lost && (await this.stateOf(id)) !== 'running' ? this.byId(id) : { row, lost };
  }

  /** Those that run according to the table while nobody works on them. */
  async lost(): Promise<{ readonly id: string; readonly leadId: string }[]> {
    return this.dataSource.query(
      `select r.id, r.lead_id as "leadId" from rehearsals r where r.state = 'running' and not ${HELD}`,
    );
  }

  /** Takes the oldest that waits, with its lock on that connection; undefined when there is none. */
  async claim(holder: QueryRunner, now: Date): Promise<RehearsalEntity | undefined> {
    const [next] = await this.dataSource.query<{ id: string }[]>(
      `select r.id from rehearsals r where r.state = 'queued' and not ${HELD} order by r.created_at, r.id limit 1`,
    );
    if (!next || !(await this.lock(holder, next.id))) return undefined;
    const started = await this.dataSource.manager.update(
      RehearsalEntity,
      { id: next.id, state: 'queued' },
      { state: 'running', startedAt: now },
    );
    if (started.affected === 1) {
      const row = await this.dataSource.manager.findOneBy(RehearsalEntity, { id: next.id });
      if (row !== null) return row;
    }
    await this.unlock(holder, next.id);
    return undefined;
  }

  /** False when somebody else works on it. */
  async lock(holder: QueryRunner, id: string): Promise<boolean> {
    const [row] = (await holder.query('select pg_try_advisory_lock(hashtextextended($1, $2)) as got', [id, LOCKS])) as {
      got: boolean;
    }[];
    return row?.got === true;
  }

  async unlock(holder: QueryRunner, id: string): Promise<void> {
    await holder.query('select pg_advisory_unlock(hashtextextended($1, $2))', [id, LOCKS]);
  }

  async progress(id: string, progress: RehearsalProgress): Promise<void> {
    await this.dataSource.manager.update(RehearsalEntity, { id }, { progress });
  }

  /** Of a rehearsal whose lead was erased meanwhile there is no row any more. */
  async finish(id: string, track: readonly TrackEntry[], progress: RehearsalProgress, now: Date): Promise<void> {
    await this.dataSource.query(
      `update rehearsals set state = 'done', track = $2, progress = $3, finished_at = $4 where id = $1`,
      [id, JSON.stringify(track), JSON.stringify(progress), now],
    );
  }

  async fail(id: string, failure: RehearsalFailure, now: Date): Promise<void> {
    await this.dataSource.manager.update(RehearsalEntity, { id }, { state: 'failed', failure, finishedAt: now });
  }

  async forgetOld(now: Date): Promise<void> {
    await this.dataSource.query(`delete from rehearsals where finished_at < $1::timestamptz - ${KEPT}`, [now]);
  }

  private async stateOf(id: string): Promise<string | undefined> {
    const [row] = await this.dataSource.query<{ state: string }[]>('select state from rehearsals where id = $1', [id]);
    return row?.state;
  }
}
