import type { EntityManager } from 'typeorm';

/** What is not worked off at once waits in the record and not in Temporal's queue, where every other lead waits behind it. */
const MAX_WAITING = 64;
/** Fewer are not worth a turn. */
const MIN_FREE = 16;
/** A workflow that does not get to its first look has another trouble than too many leads. */
const WAIT_AT_MOST_MS = 60_000;

/** The leads of bulks that this process has started and that have not looked at their record for the first time yet. */
export class StartedLeads {
  /** By lead id; epoch milliseconds. */
  private readonly startedAt = new Map<string, number>();

  get any(): boolean {
    return this.startedAt.size > 0;
  }

  /** How many more may be started at `now` (epoch milliseconds); 0 while it is not worth it. */
  async free(manager: EntityManager, now: number): Promise<number> {
    for (const [id, at] of this.startedAt) if (now - at > WAIT_AT_MOST_MS) this.startedAt.delete(id);
    if (this.startedAt.size > 0) {
      const waiting = await manager.query<{ id: string }[]>('select id from leads where id = any($1) and rev = 0', [
        [...this.startedAt.keys()],
      ]);
      const still = new Set(waiting.map(({ id }) => id));
      for (const id of this.startedAt.keys()) if (!still.has(id)) this.startedAt.delete(id);
    }
    const free = MAX_WAITING - this.startedAt.size;
    return free < MIN_FREE ? 0 : free;
  }

  add(leadIds: Iterable<string>, now: number): void {
    for (const id of leadIds) this.startedAt.set(id, now);
  }
}
