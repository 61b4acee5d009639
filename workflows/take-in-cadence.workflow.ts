import { proxyActivities } from '@temporalio/workflow';
import type { JobActivities } from '../activities/contracts/job.activities.contract.js';
import type { JobInput } from './contracts/job.contract.js';
import { BATCH_OPTIONS, runJob } from './run-job.js';

const { takeInBatch } = proxyActivities<JobActivities>(BATCH_OPTIONS);

/** Lets a published cadence take the leads of a job that match, batch by batch at the rate of the job. */
export function takeInCadence(input: JobInput): Promise<void> {
  return runJob(input, takeInBatch);
}
