import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { InsightKind } from '../../domain/lead/insight-kinds.js';
import { AuditService } from '../common/audit/audit.service.js';
import type { Caller } from '../common/auth/caller.js';
import { notFound } from '../common/problem.js';
import { nameUuid } from '../database/name-uuid.js';
import { inTransaction } from '../database/transaction.js';
import { LeadAccessService } from './lead-access.service.js';
import { leadClock } from './lead-clock.js';
import type { LeadEntity } from './lead.entity.js';
import { type InsightView, LeadWordsReadModel, type NoteView } from './lead-words.read-model.js';
import { type Mentions, NoteMentionsService } from './note-mentions.service.js';
import { ProfileFactsService } from './profile-facts.service.js';

interface Words {
  readonly text: string;
  /** The same for a repeated request, which writes nothing more. */
  readonly updateId: string;
}

/** What people write about a lead: the thread of notes both sides read, and what they learned. Nothing is ever changed. */
@Injectable()
export class LeadWordsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly access: LeadAccessService,
    private readonly mentions: NoteMentionsService,
    private readonly facts: ProfileFactsService,
    private readonly reads: LeadWordsReadModel,
    private readonly audit: AuditService,
  ) {}

  /** Throws 404 where the lead is not the caller's. Those it mentions are told by mail. */
  async addNote(
    leadId: string,
    { text, updateId }: Words,
    caller: Caller,
  ): Promise<NoteView & Pick<Mentions, 'untold'>> {
    return inTransaction(this.dataSource, async (manager) => {
      const lead = await this.lock(manager, leadId, caller);
      const id = nameUuid(`note/${updateId}`);
      const wallNow = new Date();
      const by = caller.personId;
      const written: unknown[] = await manager.query(
        `insert into notes (id, lead_id, by_person_id, text, at) values ($1, $2, $3, $4, $5)
         on conflict (id) do nothing returning id`,
        [id, leadId, by, text, leadClock(lead, wallNow)],
      );
      const { told, untold } = await this.mentions.plan(manager, { id, leadId, text, byPersonId: by });
      const view = await this.reads.note(manager, id);
      if (view === undefined) throw notFound();
      const data = { noteId: id, mentions: told.map((person) => person.id) };
      if (written.length > 0) await this.record(manager, leadId, by, { action: 'lead.note', data, wallNow });
      return { ...view, untold };
    });
  }

  /** Throws 404 where the lead is not the caller's. A fact: it wakes the process where conditions look at insights. */
  async addInsight(
    leadId: string,
    { kind, text, updateId }: Words & { readonly kind: InsightKind },
    caller: Caller,
  ): Promise<InsightView> {
    return inTransaction(this.dataSource, async (manager) => {
      await this.lock(manager, leadId, caller);
      const id = nameUuid(`insight/${updateId}`);
      const by = { personId: caller.personId, wallNow: new Date() };
      const known = await this.reads.insight(manager, id);
      if (known !== undefined) return known;
      await this.facts.addInsights(manager, leadId, [{ id, kind, text }], by);
      const view = await this.reads.insight(manager, id);
      if (view === undefined) throw notFound();
      const data = { insightId: id, kind };
      await this.record(manager, leadId, by.personId, { action: 'lead.insight', data, wallNow: by.wallNow });
      return view;
    });
  }

  private async lock(manager: EntityManager, leadId: string, caller: Caller): Promise<LeadEntity> {
    const lead = await this.facts.lock(manager, leadId);
    if (lead === undefined) throw notFound();
    await this.access.callerMustRead(manager, leadId, caller);
    return lead;
  }

  /** Ids only: the words stand in the record, where an erasure finds them. */
  private record(
    manager: EntityManager,
    leadId: string,
    actorId: string,
    { action, data, wallNow }: { action: string; data: Readonly<Record<string, unknown>>; wallNow: Date },
  ): Promise<unknown> {
    return this.audit.record(manager, { actorId, action, subjectKind: 'lead', subjectId: leadId, data }, wallNow);
  }
}
