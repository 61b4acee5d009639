import { ActivityFailure, ApplicationFailure, sleep } from '@temporalio/workflow';

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;

/** Tries a local activity until it succeeds: while the database is away the lead waits, it does not fail. */
export async function persistently<T>(run: () => Promise<T>): Promise<T> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await run();
    } catch (error) {
      if (
        !(error instanceof ActivityFailure) ||
        (error.cause instanceof ApplicationFailure && error.cause.nonRetryable)
      )
        throw error;
      await sleep(pauseMs, { summary: 'database away' });
    }
  }
}
