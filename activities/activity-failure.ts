import { ApplicationFailure } from '@temporalio/common';

/** Errors a repetition can't mend, by name: the workflow learns them as non-retryable failures of that type. */
const FINAL: ReadonlySet<string> = new Set(['LeadNotFound', 'ImportNotFound']);

/** Runs an activity; what it throws becomes a failure without names, addresses or stack of the record. */
export async function asActivity<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApplicationFailure) throw error;
    const name = error instanceof Error ? error.name : 'Error';
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
    // The message may quote a row: histories carry ids only, the process's own log has the rest.
    throw ApplicationFailure.create({ type: name, message: `${name}${code}`, nonRetryable: FINAL.has(name) });
  }
}
