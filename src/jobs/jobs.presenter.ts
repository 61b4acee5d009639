import { rateOf } from './rate-of.js';
import type { JobAnswer } from './jobs.schema.js';
import type { JobOutcome, JobView } from './jobs.read-model.js';

/** What callers see of a job. */
export function presentJob(view: JobView, outcomes: readonly JobOutcome[]): JobAnswer {
  return {
    id: view.id,
    kind: view.kind,
    subject: view.subject,
    state: view.state,
    total: view.total,
    done: view.done + view.skipped + view.failed,
    moved: view.done,
    skipped: view.skipped,
    failed: view.failed,
    rate: rateOf(view),
    input: view.input as JobAnswer['input'],
    result: outcomes.map(({ state, reason, leads, leadIds }) => ({ state, reason, leads, leadIds: [...leadIds] })),
    startedBy: { id: view.startedById, name: view.startedByName },
    createdAt: view.createdAt.toISOString(),
    endedAt: view.endedAt?.toISOString() ?? null,
  };
}
