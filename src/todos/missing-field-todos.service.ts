import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { askForFields } from '../../domain/handoff/ask-for-fields.js';
import { nameUuid } from '../database/name-uuid.js';

/** A handoff that is asked for. */
interface Asked {
  readonly leadId: string;
  readonly handoffNo: number;
  /** On the lead's clock. */
  readonly at: Date;
}

/** What keeps a qualified lead from being offered is a to-do of its marketing person, which ends by itself. */
@Injectable()
export class MissingFieldTodosService {
  /** Asks for these fields; asked again it says what is missing now. Joins the caller's transaction. */
  async ask(manager: EntityManager, { leadId, handoffNo, at }: Asked, missing: readonly string[]): Promise<void> {
    await manager.query(
      `insert into todos (id, lead_id, handoff_no, person_id, text, missing, dispositions, state, created_at)
       select $1, l.id, $3, coalesce(l.marketing_person_id, l.accountable_person_id), $4, $5, '{}', 'open', $6
         from leads l where l.id = $2
       on conflict (id) do update set text = excluded.text, missing = excluded.missing, state = 'open', ended_at = null`,
      [nameUuid(`todo/${leadId}/handoff/${handoffNo}`), leadId, handoffNo, askForFields(missing), missing, at],
    );
  }

  /** Nothing is missing any more, or the lead was offered all the same. */
  async settle(manager: EntityManager, { leadId, handoffNo, at }: Asked, missing: readonly string[]): Promise<void> {
    await manager.query(
      `update todos set state = $3, ended_at = $4 where lead_id = $1 and handoff_no = $2 and state = 'open'`,
      [leadId, handoffNo, missing.length === 0 ? 'done' : 'withdrawn', at],
    );
  }

  /** The lead is on its way to sales no longer. */
  async withdraw(manager: EntityManager, leadId: string, at: Date): Promise<void> {
    await manager.query(
      `update todos set state = 'withdrawn', ended_at = $2
        where lead_id = $1 and handoff_no is not null and state = 'open'`,
      [leadId, at],
    );
  }
}
