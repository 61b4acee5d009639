import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { plainName } from '../../domain/condition/describe-condition.js';
import { isClosed } from '../../domain/lead/lead-state.js';
import { AuditService } from '../common/audit/audit.service.js';
import { conflict, notFound, ProblemException, unavailable } from '../common/problem.js';
import { nameUuid } from '../database/name-uuid.js';
import { inTransaction } from '../database/transaction.js';
import { LeadHandleService } from '../temporal/lead-handle.service.js';
import { leadClock } from './lead-clock.js';
import { type LeadView, LeadsReadModel } from './leads.read-model.js';
import { LeadEntity } from './lead.entity.js';

export interface LeadOrder {
  readonly personId: string;
  readonly note: string | undefined;
  /** The same for a repeated request, so that it is the same command. */
  readonly updateId: string;
}

export interface DoneCommand {
  readonly lead: LeadView;
  /** Epoch milliseconds on the lead's clock. */
  readonly at: number;
}

/** Orders of people to a lead's process; what they come to is decided there. */
@Injectable()
export class LeadCommandsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly handle: LeadHandleService,
    private readonly leads: LeadsReadModel,
    private readonly audit: AuditService,
  ) {}

  /** Throws 404 for an unknown lead, 409 where it does not apply, 503 while the process can not be reached. */
  async disqualify(leadId: string, order: LeadOrder): Promise<DoneCommand> {
    const { manager } = this.dataSource;
    const lead = await manager.findOneBy(LeadEntity, { id: leadId });
    if (lead === null || lead.state === 'erased') throw notFound();
    if (isClosed(lead.state)) throw refused(lead.state, { since: lead.stateSinceAt.toISOString() });
    const noteId = await this.keepNote(lead, order);
    const answer = await this.deliver(leadId, order, noteId);
    if (!answer.ok) {
      if (noteId !== undefined) await manager.query('delete from notes where id = $1', [noteId]);
      throw refused(answer.state, { why: answer.why });
    }
    await inTransaction(this.dataSource, (transaction) => {
      const entry = { actorId: order.personId, action: 'lead.disqualify', subjectKind: 'lead', subjectId: leadId };
      return this.audit.record(transaction, { ...entry, note: order.note ?? null }, new Date());
    });
    const view = await this.leads.byId(manager, leadId);
    if (view === undefined) throw notFound();
    return { lead: view, at: answer.at };
  }

  private async deliver(leadId: string, { personId, updateId }: LeadOrder, noteId: string | undefined) {
    try {
      return await this.handle.disqualify(
        leadId,
        { by: personId, ...(noteId === undefined ? {} : { noteId }) },
        updateId,
      );
    } catch (error) {
      const isMissing = error instanceof ProblemException && error.slug === 'not-found';
      // The lead is in the record, so its process is about to start.
      if (isMissing) throw unavailable(2, 'The process of this lead has not started yet. Repeat the same request.');
      throw error;
    }
  }

  /** Stored before the command, which carries its id only. */
  private async keepNote(lead: LeadEntity, { note, personId, updateId }: LeadOrder): Promise<string | undefined> {
    if (note === undefined) return undefined;
    const id = nameUuid(`note/${updateId}`);
    await this.dataSource.query(
      `insert into notes (id, lead_id, by_person_id, text, at) values ($1, $2, $3, $4, $5) on conflict (id) do nothing`,
      [id, lead.id, personId, note, leadClock(lead, new Date())],
    );
    return id;
  }
}

const refused = (state: string, members: Readonly<Record<string, unknown>>): ProblemException =>
  conflict(`The lead is ${plainName(state)}: it can not be disqualified now.`, { state, ...members });
