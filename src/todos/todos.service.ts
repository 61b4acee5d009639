import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { plainName } from '../../domain/condition/describe-condition.js';
import { AuditService } from '../common/audit/audit.service.js';
import { conflict, notFound, unprocessable } from '../common/problem.js';
import { inTransaction } from '../database/transaction.js';
import { LeadNotesService } from '../leads/lead-notes.service.js';
import { LeadHandleService } from '../temporal/lead-handle.service.js';
import { type TodoView, TodosReadModel } from './todos.read-model.js';

export interface TodoDone {
  readonly personId: string;
  readonly disposition: string;
  readonly note: string | undefined;
  /** The same for a repeated request. */
  readonly updateId: string;
}

/** People do the to-dos that cadences ask for; the lead's process decides what follows. */
@Injectable()
export class TodosService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly reads: TodosReadModel,
    private readonly handle: LeadHandleService,
    private readonly notes: LeadNotesService,
    private readonly audit: AuditService,
  ) {}

  /** Throws 404, 409 when it is over, 422 for a disposition it does not have, 503 while the process can't be reached. */
  async done(id: string, { personId, disposition, note, updateId }: TodoDone): Promise<TodoView> {
    const { manager } = this.dataSource;
    const todo = await this.reads.byId(manager, id);
    if (todo === undefined) throw notFound();
    const { enrollmentNo, step, visit } = todo;
    if (enrollmentNo === null || step === null || visit === null) throw endsByItself(todo);
    if (!todo.dispositions.includes(disposition)) {
      const message = `This to-do ends with ${todo.dispositions.join(', ')}`;
      throw unprocessable([{ path: 'disposition', code: 'unknown_disposition', message }]);
    }
    if (todo.state === 'done' && todo.doneById === personId && todo.disposition === disposition) return todo;
    if (todo.state !== 'open') throw over(todo);
    const noteId = await this.notes.keep(todo.leadId, { note, personId, updateId });
    const { leadId } = todo;
    const given = { enrollmentNo, step, visit, disposition, by: personId, ...(noteId === undefined ? {} : { noteId }) };
    const answer = await this.handle.completeTodo(leadId, given, updateId);
    if (!answer.ok) {
      await this.notes.forget(noteId);
      const now = (await this.reads.byId(manager, id)) ?? todo;
      if (now.state !== 'open') throw over(now);
      throw conflict(`The lead is ${plainName(answer.state)}: its cadence stands still, and the to-do with it.`, {
        state: answer.state,
      });
    }
    await inTransaction(this.dataSource, (transaction) => {
      const entry = {
        actorId: personId,
        action: 'todo.done',
        subjectKind: 'todo',
        subjectId: id,
        data: { disposition },
      };
      return this.audit.record(transaction, { ...entry, note: note ?? null }, new Date());
    });
    return (await this.reads.byId(manager, id)) ?? todo;
  }
}

function endsByItself({ leadId, missing, state }: TodoView): Error {
  const what = (missing ?? []).join(', ');
  return conflict(`This to-do ends by itself: add ${what} to the lead with PATCH /v1/leads/${leadId}.`, {
    state,
    missing: missing ?? [],
  });
}

function over({ state, doneByName, endedAt, disposition }: TodoView): Error {
  const at = endedAt?.toISOString() ?? null;
  if (state === 'done') {
    const message = `${doneByName ?? 'Somebody'} has done this to-do: ${plainName(disposition ?? '')}.`;
    return conflict(message, { state, at, disposition });
  }
  const why = state === 'overdue' ? 'was overdue and the cadence has gone on' : 'fell away with its cadence';
  return conflict(`This to-do ${why}.`, { state, at });
}
