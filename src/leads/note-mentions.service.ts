import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { findMentions } from '../../domain/lead/find-mentions.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { PeopleService, type Person } from '../people/people.service.js';
import { LeadAccessService } from './lead-access.service.js';

export interface MentioningNote {
  readonly id: string;
  readonly leadId: string;
  readonly text: string;
  readonly byPersonId: string | null;
}

/** Whom a note tells, and whom it does not. */
export interface Mentions {
  readonly told: readonly Person[];
  readonly untold: readonly { readonly key: string; readonly why: 'unknown_person' | 'not_of_this_lead' }[];
}

/** Whoever a note mentions hears of it by mail, once; the worker sends it. */
@Injectable()
export class NoteMentionsService {
  constructor(
    private readonly people: PeopleService,
    private readonly access: LeadAccessService,
  ) {}

  /** Joins the transaction that holds the lead's row. Asked again for the same note it plans nothing more. */
  async plan(manager: EntityManager, note: MentioningNote): Promise<Mentions> {
    const told: Person[] = [];
    const untold: { key: string; why: 'unknown_person' | 'not_of_this_lead' }[] = [];
    for (const key of findMentions(note.text)) {
      const person = await this.people.byKey(manager, key);
      if (person === undefined || !person.active) untold.push({ key, why: 'unknown_person' });
      else if (person.id === note.byPersonId) continue;
      else if (await this.access.mayRead(manager, note.leadId, person.id)) told.push(person);
      // The mail holds the note, so it goes to nobody who could not read it here.
      else untold.push({ key, why: 'not_of_this_lead' });
    }
    for (const { id } of told) await planNotice(manager, note, id);
    return { told, untold };
  }

  /** The same for the words of an order, as soon as the lead's process has taken it. */
  async planStored(manager: EntityManager, noteId: string): Promise<void> {
    const [note] = await manager.query<MentioningNote[]>(
      `select id, lead_id as "leadId", text, by_person_id as "byPersonId" from notes where id = $1`,
      [noteId],
    );
    if (note !== undefined) await this.plan(manager, note);
  }
}

async function planNotice(manager: EntityManager, note: MentioningNote, personId: string): Promise<void> {
  await manager.query(
    `insert into notices (id, lead_id, handoff_no, kind, ordinal, person_id, state, note_id)
     select $1, $2, 0, 'mention',
            (select coalesce(max(n.ordinal), 0) + 1 from notices n where n.lead_id = $2 and n.kind = 'mention'),
            $3, 'planned', $4
     on conflict (note_id, person_id) do nothing`,
    [uuidV7(), note.leadId, personId, note.id],
  );
}
