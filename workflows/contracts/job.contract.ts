import { defineSignal } from '@temporalio/workflow';

/** Workflow id of a job. */
export function jobWorkflowId(jobId: string): string {
  return `job/${jobId}`;
}

/** What to do, for whom and how far it is stands in the record under the id. */
export interface JobInput {
  readonly v: 1;
  readonly jobId: string;
}

/** The record asks the job to stop: look at once instead of after the pause. */
export const JOB_STOP_SIGNAL = 'stop';
export const jobStopSignal = defineSignal(JOB_STOP_SIGNAL);
