import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { notFound } from '../common/problem.js';
import { inTransaction } from '../database/transaction.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { type NewInsight, ProfileFactsService } from '../leads/profile-facts.service.js';
import type { Act } from './handoff-answers.service.js';
import { leadNow } from './handoff.presenter.js';

/** What a rep learned about the lead. */
export type ToldInsights = readonly NewInsight[];

/** Notes and insights that come with a decision. */
@Injectable()
export class HandoffWordsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly facts: ProfileFactsService,
  ) {}

  /** After a decision words are not stored again: the call only asks for the same answer. */
  async writeWhileOpen(act: Act, insights: ToldInsights = []): Promise<string | undefined> {
    return act.view.state === 'offered' ? this.write(act, insights) : undefined;
  }

  /** Histories carry ids only, so words are stored before the command that names them. */
  async write({ view, person, note }: Act, insights: ToldInsights = []): Promise<string | undefined> {
    if (note === undefined && insights.length === 0) return undefined;
    const at = new Date(leadNow(view, Date.now()));
    const noteId = uuidV7();
    await inTransaction(this.dataSource, async (manager) => {
      await mustNotBeErased(manager, view.leadId);
      if (note !== undefined) {
        await manager.query('INSERT INTO notes (id, lead_id, by_person_id, text, at) VALUES ($1, $2, $3, $4, $5)', [
          noteId,
          view.leadId,
          person.id,
          note,
          at,
        ]);
      }
      await this.facts.addInsights(manager, view.leadId, insights, { personId: person.id, wallNow: new Date() });
    });
    return note === undefined ? undefined : noteId;
  }

  /** The words of a decision that was refused: nobody said them about anything. */
  async takeBack(noteId: string): Promise<void> {
    await this.dataSource.query('DELETE FROM notes WHERE id = $1', [noteId]);
  }
}

/** Words about an erased lead would outlive it: its row is locked until they are stored. */
async function mustNotBeErased(manager: EntityManager, leadId: string): Promise<void> {
  const [lead] = await manager.query<{ state: string }[]>('SELECT state FROM leads WHERE id = $1 FOR UPDATE', [leadId]);
  if (lead === undefined || lead.state === 'erased') throw notFound();
}
