import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { CommandAnswer } from '../../domain/lead/lead-command.js';
import type { ResumePolicy } from '../../domain/lead/resume-policy.js';
import { isClosed } from '../../domain/lead/lead-state.js';
import { AuditService } from '../common/audit/audit.service.js';
import { notFound, ProblemException, unavailable, unprocessable } from '../common/problem.js';
import { inTransaction } from '../database/transaction.js';
import { DocumentsService } from '../documents/documents.service.js';
import { LeadHandleService } from '../temporal/lead-handle.service.js';
import { LeadNotesService } from './lead-notes.service.js';
import { LeadRefusalsService } from './lead-refusals.service.js';
import { type LeadView, LeadsReadModel } from './leads.read-model.js';
import { LeadEntity } from './lead.entity.js';

export interface LeadOrder {
  readonly personId: string;
  /** Why, where a reason is required, else whatever was noted. */
  readonly note: string | undefined;
  /** The same for a repeated request, so that it is the same command. */
  readonly updateId: string;
}

export interface DoneCommand {
  readonly lead: LeadView;
  /** Epoch milliseconds on the lead's clock. */
  readonly at: number;
}

/** One kind of order: its word in audit and refusals, and how it reaches the process. */
interface Errand {
  readonly action: Parameters<LeadRefusalsService['of']>[1];
  /** Whether a lead whose process is over may be meant. */
  readonly reaches: (lead: LeadEntity) => boolean;
  readonly send: (lead: LeadEntity, words: { by: string; noteId?: string }) => Promise<CommandAnswer>;
}

const isOpen = ({ state }: LeadEntity): boolean => !isClosed(state);

/**
 * Orders of people to a lead's process; what they come to is decided there. Each throws 404 for an unknown or erased
 * lead, 409 with who, when and what where it does not apply, 503 while the process can not be reached.
 */
@Injectable()
export class LeadCommandsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly handle: LeadHandleService,
    private readonly leads: LeadsReadModel,
    private readonly audit: AuditService,
    private readonly refusals: LeadRefusalsService,
    private readonly notes: LeadNotesService,
    private readonly documents: DocumentsService,
  ) {}

  disqualify(leadId: string, order: LeadOrder): Promise<DoneCommand> {
    return this.run(leadId, order, {
      action: 'disqualify',
      reaches: isOpen,
      send: (lead, words) =>
        lead.state === 'raw'
          ? this.handle.disqualifyNew(lead, words, order.updateId)
          : this.handle.disqualify(lead.id, words, order.updateId),
    });
  }

  /** Offers the lead to sales by hand; counted apart. `order.note` is the reason. */
  push(leadId: string, order: LeadOrder): Promise<DoneCommand> {
    return this.run(leadId, order, {
      action: 'offer',
      reaches: isOpen,
      send: ({ id }, words) => this.handle.pushToSales(id, withNote(words), order.updateId),
    });
  }

  /** Takes back what is on its way to sales. */
  withdraw(leadId: string, order: LeadOrder): Promise<DoneCommand> {
    return this.run(leadId, order, {
      action: 'withdraw',
      reaches: isOpen,
      send: ({ id }, words) => this.handle.withdraw(id, words, order.updateId),
    });
  }

  /** Puts the lead into a published cadence, whatever its entry and re-entry say. Throws 422 where there is no such cadence. */
  async enroll(leadId: string, cadence: string, order: LeadOrder): Promise<DoneCommand> {
    const version = await this.documents.effective(this.dataSource.manager, 'cadence', cadence);
    if (!version) {
      const message = `There is no published cadence ${cadence}. GET /v1/cadences names them.`;
      throw unprocessable([{ path: 'cadence', code: 'unknown_cadence', message }]);
    }
    if (version.body.phase === 'air_cover') {
      const message = 'An air cover takes accepted leads only, by itself. Choose another cadence.';
      throw unprocessable([{ path: 'cadence', code: 'air_cover', message }]);
    }
    return this.run(leadId, order, {
      action: 'enroll',
      reaches: isOpen,
      send: ({ id }, words) => this.handle.enroll(id, { ...words, cadence }, order.updateId),
    });
  }

  /** Stops the lead's cadences, its remaining time kept; one that is paused is answered as it stands. */
  pause(leadId: string, order: LeadOrder): Promise<DoneCommand> {
    return this.run(leadId, order, {
      action: 'pause',
      reaches: isOpen,
      send: ({ id }, words) => this.handle.pause(id, words, order.updateId),
    });
  }

  resume(leadId: string, policy: ResumePolicy, order: LeadOrder): Promise<DoneCommand> {
    return this.run(leadId, order, {
      action: 'resume',
      reaches: isOpen,
      send: ({ id }, words) => this.handle.resume(id, { ...words, policy }, order.updateId),
    });
  }

  /** Takes the lead out of the cadence it runs through, or of the named one. */
  removeFromCadence(leadId: string, cadence: string | undefined, order: LeadOrder): Promise<DoneCommand> {
    return this.run(leadId, order, {
      action: 'remove-from-cadence',
      reaches: isOpen,
      send: ({ id }, words) => {
        const args = { ...words, ...(cadence === undefined ? {} : { cadence }) };
        return this.handle.removeFromCadence(id, args, order.updateId);
      },
    });
  }

  /** Starts a disqualified lead again where it stood. `order.note` is the reason. */
  reopen(leadId: string, order: LeadOrder): Promise<DoneCommand> {
    return this.run(leadId, order, {
      action: 'reopen',
      reaches: ({ state }) => state !== 'won',
      send: (lead, words) => this.handle.reopen(lead, withNote(words), order.updateId),
    });
  }

  /** Forgets the lead, whatever state it is in; asked again the answer is the same. */
  async erase(leadId: string, order: LeadOrder): Promise<DoneCommand> {
    const erased = await this.leads.byId(this.dataSource.manager, leadId);
    if (erased?.state === 'erased') return { lead: erased, at: erased.stateSinceAt.getTime() };
    return this.run(leadId, order, {
      action: 'erase',
      reaches: () => true,
      send: (lead, { by }) => this.handle.erase(lead, { by }, order.updateId),
    });
  }

  private async run(leadId: string, order: LeadOrder, errand: Errand): Promise<DoneCommand> {
    const { manager } = this.dataSource;
    const lead = await manager.findOneBy(LeadEntity, { id: leadId });
    if (lead === null || lead.state === 'erased') throw notFound();
    if (!errand.reaches(lead)) throw await this.refusals.ofClosed(lead, errand.action, order.personId);
    const noteId = await this.notes.keep(leadId, order);
    const answer = await this.deliver(lead, errand, {
      by: order.personId,
      ...(noteId === undefined ? {} : { noteId }),
    });
    if (!answer.ok || answer.repeated === true) await this.notes.forget(noteId);
    if (!answer.ok) throw await this.refusals.of(answer, errand.action, order.personId);
    if (answer.repeated !== true) {
      await inTransaction(this.dataSource, (transaction) => {
        const action = `lead.${errand.action}`;
        const entry = { actorId: order.personId, action, subjectKind: 'lead', subjectId: leadId };
        return this.audit.record(transaction, { ...entry, note: order.note ?? null }, new Date());
      });
    }
    const view = await this.leads.byId(manager, leadId);
    if (view === undefined) throw notFound();
    return { lead: view, at: answer.at };
  }

  private async deliver(lead: LeadEntity, errand: Errand, words: { by: string; noteId?: string }) {
    try {
      return await errand.send(lead, words);
    } catch (error) {
      const isMissing = error instanceof ProblemException && error.slug === 'not-found';
      // The lead is in the record, so its process is about to start.
      if (isMissing) throw unavailable(2, 'The process of this lead has not started yet. Repeat the same request.');
      throw error;
    }
  }
}

/** The reason of an order that requires one was stored as its note. */
function withNote({ by, noteId }: { by: string; noteId?: string }): { by: string; noteId: string } {
  if (noteId === undefined) throw new Error('an order that needs a reason came without one');
  return { by, noteId };
}
