import { condition, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import type { BatchResult } from '../activities/contracts/job.activities.contract.js';
import { type JobInput, jobStopSignal } from './contracts/job.contract.js';

const MAX_HISTORY = 400;

/** A killed worker is noticed after seconds; the database or the engine may be away for as long as it takes. */
export const BATCH_OPTIONS = {
  startToCloseTimeout: '10m',
  heartbeatTimeout: '10s',
  retry: { initialInterval: '1s', maximumInterval: '30s' },
} as const;

/** Runs the batches of a job, one after the other, resting in between as each says, until it is over. */
export async function runJob(input: JobInput, runBatch: (input: JobInput) => Promise<BatchResult>): Promise<void> {
  // Fails the task, not the workflow: a worker of that release goes on.
  if (input.v !== 1) throw new Error(`version ${String(input.v)} of a job needs a worker of a later release`);
  let stopping = false;
  setHandler(jobStopSignal, () => {
    stopping = true;
  });
  for (;;) {
    const { over, waitMs } = await runBatch(input);
    if (over) return;
    if (waitMs > 0) await condition(() => stopping, waitMs);
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    if (historyLength >= MAX_HISTORY || continueAsNewSuggested)
      await continueAsNew<(input: JobInput) => Promise<void>>(input);
  }
}
