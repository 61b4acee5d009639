import { condition, continueAsNew, proxyActivities, setHandler, workflowInfo } from '@temporalio/workflow';
import type { JobActivities } from '../activities/contracts/job.activities.contract.js';
import { jobStopSignal, type MigrateCadenceInput } from './contracts/migrate-cadence.contract.js';

const MAX_HISTORY = 400;

/** A killed worker is noticed after seconds; the database or the engine may be away for as long as it takes. */
const { migrateBatch } = proxyActivities<JobActivities>({
  startToCloseTimeout: '10m',
  heartbeatTimeout: '10s',
  retry: { initialInterval: '1s', maximumInterval: '30s' },
});

/** Takes the leads of a job over to another version of their cadence, batch by batch at the rate of the job. */
export async function migrateCadence(input: MigrateCadenceInput): Promise<void> {
  // Fails the task, not the workflow: a worker of that release goes on.
  if (input.v !== 1) throw new Error(`version ${String(input.v)} of migrateCadence needs a worker of a later release`);
  let stopping = false;
  setHandler(jobStopSignal, () => {
    stopping = true;
  });
  for (;;) {
    const { over, waitMs } = await migrateBatch(input);
    if (over) return;
    if (waitMs > 0) await condition(() => stopping, waitMs);
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    if (historyLength >= MAX_HISTORY || continueAsNewSuggested) await continueAsNew<typeof migrateCadence>(input);
  }
}
