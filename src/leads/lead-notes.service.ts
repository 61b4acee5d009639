import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { notFound } from '../common/problem.js';
import { nameUuid } from '../database/name-uuid.js';
import { inTransaction } from '../database/transaction.js';
import { leadClock } from './lead-clock.js';

interface NotedLead {
  readonly state: string;
  readonly clockOffsetMs: number;
  readonly virtualNowAt: Date | null;
}

/** Words that come with an order to a lead's process: stored before it, since the order carries their id only. */
@Injectable()
export class LeadNotesService {
  constructor(private readonly dataSource: DataSource) {}

  /** The id of the stored note, the same for the same `updateId`. Throws 404: an erased lead keeps no words. */
  async keep(
    leadId: string,
    { note, personId, updateId }: { note: string | undefined; personId: string; updateId: string },
  ): Promise<string | undefined> {
    if (note === undefined) return undefined;
    const id = nameUuid(`note/${updateId}`);
    await inTransaction(this.dataSource, async (manager) => {
      const [lead] = await manager.query<NotedLead[]>(
        `select state, clock_offset_ms as "clockOffsetMs", virtual_now_at as "virtualNowAt"
           from leads where id = $1 for share`,
        [leadId],
      );
      if (lead === undefined || lead.state === 'erased') throw notFound();
      await manager.query(
        `insert into notes (id, lead_id, by_person_id, text, at) values ($1, $2, $3, $4, $5) on conflict (id) do nothing`,
        [id, leadId, personId, note, leadClock(lead, new Date())],
      );
    });
    return id;
  }

  /** Takes back the words of an order that came to nothing; those that something names stay. */
  async forget(noteId: string | undefined): Promise<void> {
    if (noteId === undefined) return;
    await this.dataSource.query(
      `delete from notes where id = $1 and not exists (select 1 from decisions where note_id = $1)
         and not exists (select 1 from handoffs where note_id = $1)
         and not exists (select 1 from todos where note_id = $1)
         and not exists (select 1 from notices where note_id = $1)`,
      [noteId],
    );
  }
}
