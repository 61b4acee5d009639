import type { TodoView } from './todos.read-model.js';
import type { TodoAnswer } from './todos.schema.js';

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

/** What callers see of a to-do. */
export function presentTodo(view: TodoView): TodoAnswer {
  return {
    id: view.id,
    lead: { id: view.leadId, name: view.leadName, company: view.leadCompany },
    kind: view.handoffNo === null ? 'step' : 'missing_fields',
    cadence: view.cadence,
    step: view.step,
    handoffNo: view.handoffNo,
    missing: [...(view.missing ?? [])],
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
