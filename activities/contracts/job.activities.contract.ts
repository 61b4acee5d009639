/** Work of jobs in batches; each may run again after a part of it, since the record knows what has become of each lead. */
export interface JobActivities {
  migrateBatch(input: { readonly jobId: string }): Promise<BatchResult>;
  takeInBatch(input: { readonly jobId: string }): Promise<BatchResult>;
  rerouteBatch(input: { readonly jobId: string }): Promise<BatchResult>;
}

export interface BatchResult {
  /** True when nothing is left to do: every lead is dealt with, or the job was stopped. */
  readonly over: boolean;
  /** How long to rest before the next batch, so that the rate is kept, in milliseconds. */
  readonly waitMs: number;
}
