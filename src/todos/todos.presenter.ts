import type { TodoView } from './todos.read-model.js';
import type { TodoAnswer } from './todos.schema.js';

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

/** What callers see of a to-do. */
export function presentTodo(view: TodoView): TodoAnswer {
  return {
    id: view.id,
    lead: { id: view.leadId, name: view.leadName, company: view.leadCompany },
    cadence: view.cadence,
    step: view.step,
    text: view.text,
    dispositions: [...view.dispositions],
    state: view.state,
    person: { id: view.personId, name: view.personName },
    createdAt: view.createdAt.toISOString(),
    dueAt: iso(view.dueAt),
    endedAt: iso(view.endedAt),
    disposition: view.disposition,
    doneBy: view.doneById === null ? null : { id: view.doneById, name: view.doneByName ?? '' },
  };
}
