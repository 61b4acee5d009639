import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { mayReadWords, type WordsReader, type WordsSubject } from '../../domain/lead/may-read-words.js';
import type { Caller } from '../common/auth/caller.js';
import { notFound } from '../common/problem.js';

type Row = WordsReader & WordsSubject;

/** Who reads and writes what people say about a lead. */
@Injectable()
export class LeadAccessService {
  async mayRead(manager: EntityManager, leadId: string, personId: string): Promise<boolean> {
    const [row] = await manager.query<Row[]>(
      `select p.id as "personId", p.team_key as "teamKey", t.side,
              array_remove(array[l.marketing_person_id, l.sales_person_id, l.accountable_person_id,
                                 (select o.accountable_owner_id from organisation o)], null)
                || array(select h.assignee_id from handoffs h where h.lead_id = l.id)
                || array(select ht.owner_id from handoffs h join teams ht on ht.key = h.team_key
                          where h.lead_id = l.id and ht.owner_id is not null) as people,
              array(select h.team_key from handoffs h where h.lead_id = l.id) as teams
         from leads l join people p on p.id = $2 and p.active left join teams t on t.key = p.team_key
        where l.id = $1 and l.state <> 'erased'`,
      [leadId, personId],
    );
    return row !== undefined && mayReadWords(row, row);
  }

  /** Marketing and admin keys answer for every lead; the key of somebody in sales reads as its person does. */
  async mayCallerRead(manager: EntityManager, leadId: string, { scopes, personId }: Caller): Promise<boolean> {
    if (!scopes.some((scope) => scope === 'marketing' || scope === 'admin')) {
      return this.mayRead(manager, leadId, personId);
    }
    const rows: unknown[] = await manager.query(`select 1 from leads where id = $1 and state <> 'erased'`, [leadId]);
    return rows.length > 0;
  }

  /** Throws 404 for an unknown or erased lead and for one that is not the caller's, with the same body. */
  async callerMustRead(manager: EntityManager, leadId: string, caller: Caller): Promise<void> {
    if (!(await this.mayCallerRead(manager, leadId, caller))) throw notFound();
  }
}
