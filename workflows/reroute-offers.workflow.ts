import { proxyActivities } from '@temporalio/workflow';
import type { JobActivities } from '../activities/contracts/job.activities.contract.js';
import type { JobInput } from './contracts/job.contract.js';
import { BATCH_OPTIONS, runJob } from './run-job.js';

const { rerouteBatch } = proxyActivities<JobActivities>(BATCH_OPTIONS);

/** Has the open offers of a rep who is gone routed anew, one after the other. */
export function rerouteOffers(input: JobInput): Promise<void> {
  return runJob(input, rerouteBatch);
}
