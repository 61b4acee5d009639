import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { LeadRecord } from '../../domain/lead/lead-process.js';
import { nameUuid } from '../database/name-uuid.js';
import { DocumentsService } from '../documents/documents.service.js';
import { MissingFieldTodosService } from './missing-field-todos.service.js';
import { TodoEntity } from './todo.entity.js';

/** What a to-do needs to know of its lead. */
interface TodoLead {
  readonly id: string;
  readonly marketingPersonId: string | null;
  readonly salesPersonId: string | null;
  readonly accountablePersonId: string;
}

interface StepVisit {
  readonly leadId: string;
  readonly enrollmentNo: number;
  readonly step: string;
  readonly visit: number;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Keeps the rows of to-dos in step with the lead's process; every write joins the sync's transaction. */
@Injectable()
export class TodoLedgerService {
  constructor(
    private readonly documents: DocumentsService,
    private readonly missing: MissingFieldTodosService,
  ) {}

  /** Writes what a record of the process says about a to-do; the same record again changes nothing. */
  async take(manager: EntityManager, lead: TodoLead, { kind, at, data }: LeadRecord): Promise<void> {
    if (kind === 'state' && data['to'] !== 'qualified' && data['to'] !== 'offered') {
      await this.missing.withdraw(manager, lead.id, new Date(at));
      return;
    }
    const enrollmentNo = data['no'];
    if (typeof enrollmentNo !== 'number') return;
    const todos = manager.getRepository(TodoEntity);
    const which = { leadId: lead.id, enrollmentNo, step: text(data['step']), visit: Number(data['visit']) };
    const ended = { endedAt: new Date(at) };
    if (kind === 'todo') await this.open(manager, lead, which, data['versionId'], new Date(at));
    else if (kind === 'todo_done') {
      const by = { disposition: text(data['disposition']), doneBy: text(data['by']) };
      const noteId = typeof data['noteId'] === 'string' ? data['noteId'] : null;
      await todos.update({ ...which, state: 'open' }, { state: 'done', ...ended, ...by, noteId });
    } else if (kind === 'waited' && data['winner'] === 'timeout') {
      await todos.update({ ...which, state: 'open' }, { state: 'overdue', ...ended });
    } else if (kind === 'enrollment_ended' || (kind === 'migrated' && data['stays'] !== true)) {
      await todos.update({ leadId: lead.id, enrollmentNo, state: 'open' }, { state: 'withdrawn', ...ended });
    } else if (kind === 'migrated') {
      const asked = await this.asked(manager, which.step, data['versionId']);
      if (asked) {
        const { text: words, dispositions } = asked;
        await todos.update({ ...which, state: 'open' }, { text: words, dispositions });
      }
    }
  }

  /** Lets the to-dos of an enrollment say what `records` say, which are all there are about it, and nothing else. */
  async restate(manager: EntityManager, lead: TodoLead, no: number, records: readonly LeadRecord[]): Promise<void> {
    await manager.delete(TodoEntity, { leadId: lead.id, enrollmentNo: no });
    for (const record of records) await this.take(manager, lead, record);
  }

  /** When the to-do of that visit is due, as planned or as moved by a resume. */
  async plan(
    manager: EntityManager,
    leadId: string,
    { no, step, visit, dueAt }: { no: number; step: string; visit: number; dueAt?: number },
  ): Promise<void> {
    const due = dueAt === undefined ? null : new Date(dueAt);
    await manager.update(TodoEntity, { leadId, enrollmentNo: no, step, visit, state: 'open' }, { dueAt: due });
  }

  private async open(
    manager: EntityManager,
    lead: TodoLead,
    which: StepVisit,
    versionId: unknown,
    at: Date,
  ): Promise<void> {
    const asked = await this.asked(manager, which.step, versionId);
    if (!asked) return;
    const sales = asked.assignee === 'sales' ? await lastRep(manager, lead) : null;
    const personId = sales ?? lead.marketingPersonId ?? lead.accountablePersonId;
    const { text: words, dispositions } = asked;
    const row = { personId, text: words, dispositions, state: 'open' as const, endedAt: null };
    await manager
      .createQueryBuilder()
      .insert()
      .into(TodoEntity)
      .values({
        ...which,
        ...row,
        id: nameUuid(`todo/${which.leadId}/${which.enrollmentNo}/${which.step}/${which.visit}`),
        createdAt: at,
        dueAt: null,
        disposition: null,
        doneBy: null,
        noteId: null,
      })
      .orIgnore()
      .updateEntity(false)
      .execute();
    // Left for another version of the cadence, and come back to under the same visit.
    await manager.update(TodoEntity, { ...which, state: 'withdrawn' }, row);
  }

  /** What that version of the cadence asks for at the step; undefined where it is no to-do there. */
  private async asked(manager: EntityManager, id: string, versionId: unknown) {
    const version = await this.documents.load(manager, 'cadence', text(versionId));
    const step = version?.body.steps.find((one) => one.id === id);
    if (!step || !('todo' in step)) return undefined;
    const { do: words, dispositions, assignee } = step.todo;
    return { text: words, dispositions: Object.keys(dispositions).sort(), assignee };
  }
}

/** The rep who has the lead, or had it last: nobody else of sales knows it. */
async function lastRep(manager: EntityManager, lead: TodoLead): Promise<string | null> {
  if (lead.salesPersonId !== null) return lead.salesPersonId;
  const [last] = await manager.query<{ id: string }[]>(
    `select h.assignee_id as id from handoffs h join people p on p.id = h.assignee_id and p.active
      where h.lead_id = $1 order by h.no desc limit 1`,
    [lead.id],
  );
  return last?.id ?? null;
}
