import { durationToMs, requireDuration } from '../../domain/time/duration.js';
import type { RehearsalEntity } from './rehearsal.entity.js';
import type { RehearsalAnswer, RehearsalOrder } from './rehearsals.schema.js';

/** Until when the lead is lived, epoch milliseconds; a day of the horizon counts 24 hours. */
export const endOf = ({ startAt, horizon }: Pick<RehearsalOrder, 'startAt' | 'horizon'>): number =>
  Date.parse(startAt) + durationToMs(requireDuration(horizon));

/** `lost`: the process that ran it is gone, which nobody has written down yet. */
export function presentRehearsal(row: RehearsalEntity, lost: boolean): RehearsalAnswer {
  const { request, progress, startedAt, finishedAt } = row;
  const from = Date.parse(request.startAt);
  const until = endOf(request);
  return {
    id: row.id,
    state: lost ? 'failed' : row.state,
    cadence: cadenceOf(request),
    lead: { id: row.leadId, real: row.realLeadId !== null },
    startAt: new Date(from).toISOString(),
    until: new Date(until).toISOString(),
    progress: progress && {
      ...progress,
      share: Math.min(1, Math.max(0, (Date.parse(progress.at) - from) / (until - from))),
    },
    track: row.track,
    failure: lost ? INTERRUPTED : row.failure,
    createdAt: row.createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    tookMs: startedAt && finishedAt ? finishedAt.getTime() - startedAt.getTime() : null,
  };
}

export const INTERRUPTED = {
  code: 'interrupted',
  message: 'The worker that ran it has stopped. Nothing was sent or changed; ask for the same rehearsal again.',
} as const;

export function cadenceOf({ cadence }: RehearsalOrder): { key: string; version: number | null } {
  if ('key' in cadence) return { key: cadence.key, version: cadence.version ?? null };
  const { key } = cadence.document;
  return { key: typeof key === 'string' ? key : '', version: null };
}
