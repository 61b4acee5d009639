import { ActivityFailure, ApplicationFailure, isCancellation, sleep, TemporalFailure } from '@temporalio/workflow';

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;

/** Tries a local activity until it succeeds: while the database is away the lead waits, it does not fail. */
export async function persistently<T>(run: () => Promise<T>): Promise<T> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await run();
    } catch (error) {
      if (!isPassing(error)) throw error;
      await sleep(pauseMs, { summary: 'database away' });
    }
  }
}

/** Whether another try may succeed. A local activity fails with what it threw or with a time-out, wrapped or not. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof TemporalFailure) || isCancellation(error)) return false;
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return !(cause instanceof ApplicationFailure && cause.nonRetryable === true);
}
