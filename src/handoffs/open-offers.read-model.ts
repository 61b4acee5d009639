import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { LeadState } from '../../domain/lead/lead-state.js';

/** Where the offer of a lead stands, seen from one rep. */
export interface OfferStanding {
  readonly leadState: LeadState;
  /** Number of the handoff that is open at that rep. */
  readonly openNo: number | null;
  /** Somebody else has an open offer of the lead. */
  readonly isElsewhere: boolean;
  /** Why the lead is with nobody: what its process waits for before it can be offered. */
  readonly waitsFor: string | null;
}

@Injectable()
export class OpenOffersReadModel {
  /** Ids of the leads with an open offer at that person, in order. */
  async ofPerson(manager: EntityManager, personId: string): Promise<string[]> {
    const rows = await manager.query<{ id: string }[]>(
      `select lead_id as id from handoffs where state = 'offered' and assignee_id = $1 order by lead_id`,
      [personId],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * People with open offers whom no job deals with: an open one does already, and what one gave up or was stopped at is an
   * operator's. With the instants at which the offers were made, for who is away only now.
   */
  async undealt(
    manager: EntityManager,
  ): Promise<{ readonly personKey: string; readonly leadId: string; readonly offeredAt: Date }[]> {
    return manager.query(
      `select p.key as "personKey", h.lead_id as "leadId", h.offered_at as "offeredAt"
         from handoffs h join people p on p.id = h.assignee_id
        where h.state = 'offered' and (not p.active or jsonb_array_length(p.away) > 0)
          and not exists (
            select 1 from jobs j join job_items i on i.job_id = j.id
             where j.kind = 'reroute_offers' and j.subject = p.key and i.lead_id = h.lead_id
               and (j.ended_at is null or i.state in ('waiting', 'failed')))
        order by p.key, h.lead_id`,
    );
  }

  async standing(manager: EntityManager, leadId: string, personId: string): Promise<OfferStanding | undefined> {
    const [row] = await manager.query<OfferStanding[]>(
      `select l.state as "leadState", l.process -> 'process' -> 'handoff' -> 'waiting' ->> 'why' as "waitsFor",
              (select max(h.no) from handoffs h
                where h.lead_id = l.id and h.state = 'offered' and h.assignee_id = $2) as "openNo",
              exists (select 1 from handoffs h
                where h.lead_id = l.id and h.state = 'offered' and h.assignee_id <> $2) as "isElsewhere"
         from leads l where l.id = $1`,
      [leadId, personId],
    );
    return row;
  }
}
