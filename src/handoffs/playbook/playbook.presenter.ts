import type { PlaybookAnswer } from './playbook.schema.js';
import type { PlaybookView } from './playbook.service.js';

/** An allow-list: what is not named here does not leave. */
export function presentPlaybook({ playbook, judged, attempts }: PlaybookView): PlaybookAnswer {
  const { made, reached, exhausted, nextDueAt } = judged;
  return {
    ...{ attempts: playbook.attempts, dispositions: playbook.dispositions, made, reached, exhausted },
    nextDueAt: nextDueAt === null ? null : new Date(nextDueAt).toISOString(),
    items: attempts.map(({ at, disposition, byId, byName, note }) => ({
      at: at.toISOString(),
      disposition,
      by: byId === null ? null : { id: byId, name: byName ?? '' },
      note,
    })),
  };
}
