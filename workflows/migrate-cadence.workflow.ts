import { proxyActivities } from '@temporalio/workflow';
import type { JobActivities } from '../activities/contracts/job.activities.contract.js';
import type { JobInput } from './contracts/job.contract.js';
import { BATCH_OPTIONS, runJob } from './run-job.js';

const { migrateBatch } = proxyActivities<JobActivities>(BATCH_OPTIONS);

/** Takes the leads of a job over to another version of their cadence, batch by batch at the rate of the job. */
export function migrateCadence(input: JobInput): Promise<void> {
  return runJob(input, migrateBatch);
}
