import { ActivityFailure, ApplicationFailure, sleep } from '@temporalio/workflow';

/** Tries a local activity until it succeeds: while the database is away the lead waits, it does not fail. */
export async function persistently<T>(run: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await run();
    } catch (error) {
      if (
        !(error instanceof ActivityFailure) ||
        (error.cause instanceof ApplicationFailure && error.cause.nonRetryable)
      )
        throw error;
      await sleep('30s', { summary: 'database away' });
    }
  }
}
