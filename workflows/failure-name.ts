import { ActivityFailure, ApplicationFailure, TemporalFailure, TimeoutFailure } from '@temporalio/workflow';

/** Code of what an activity failed with, for records: the type of the error, or which time-out. */
export function failureName(error: unknown): string {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) return cause.type ?? 'failed';
  if (cause instanceof TimeoutFailure) return 'timed_out';
  if (cause instanceof TemporalFailure) return cause.name;
  throw error;
}
