import type { HistoryEvent, RunHistory } from './histories.js';

/** What each event costs on Temporal Cloud; what is not named costs nothing. */
const ACTIONS: Readonly<Record<string, string>> = {
  WORKFLOW_EXECUTION_STARTED: 'start',
  WORKFLOW_EXECUTION_CONTINUED_AS_NEW: 'continue-as-new',
  WORKFLOW_EXECUTION_SIGNALED: 'signal',
  WORKFLOW_EXECUTION_UPDATE_ACCEPTED: 'update',
  TIMER_STARTED: 'timer',
  ACTIVITY_TASK_SCHEDULED: 'activity',
  UPSERT_WORKFLOW_SEARCH_ATTRIBUTES: 'search attributes',
};

interface Attributes {
  readonly attempt?: number;
  readonly workflowTaskCompletedEventId?: string;
}

/**
 * Billable actions of a run by kind, counted from its history: start, continue-as-new, signal, update, timer, upsert of search
 * attributes, each start of an activity with its retries, and one for all markers (local activities, patches) of one workflow
 * task. Not in a history, so not counted: queries, refused Updates. Source: https://docs.temporal.io/cloud/actions
 */
export function billableActions({ events }: RunHistory): Record<string, number> {
  const actions: Record<string, number> = {};
  const add = (kind: string, count = 1): void => {
    actions[kind] = (actions[kind] ?? 0) + count;
  };
  const tasks = new Set<string | undefined>();
  for (const event of events) {
    const type = event.eventType.replace('EVENT_TYPE_', '');
    const kind = ACTIONS[type];
    if (kind !== undefined) add(kind);
    const { attempt = 1, workflowTaskCompletedEventId } = attributesOf(event);
    if (type === 'ACTIVITY_TASK_STARTED' && attempt > 1) add('activity', attempt - 1);
    if (type === 'MARKER_RECORDED') tasks.add(workflowTaskCompletedEventId);
  }
  if (tasks.size > 0) add('local activities of a task', tasks.size);
  return actions;
}

const attributesOf = (event: HistoryEvent): Attributes =>
  Object.entries(event).find(([name]) => name.endsWith('EventAttributes'))?.[1] ?? {};
