/**
 * One try of a workflow task. A task that times out, since its worker was stopped or cut off, is run again elsewhere; when
 * the first one wakes up, it must not store what has been decided otherwise meanwhile.
 */
export interface LeadTurn {
  /** The run of the workflow. */
  readonly run: string;
  /** Events in the history at the start of the task: the same only for repeats of one that keeps timing out. */
  readonly length: number;
  /** Start of the task by the engine's clock, epoch milliseconds. */
  readonly at: number;
}

/** Negative when `a` is of an older task than `b`, 0 when both are the same. Of different runs the start decides. */
export function compareTurns(a: LeadTurn, b: LeadTurn): number {
  return (a.run === b.run ? a.length - b.length : 0) || a.at - b.at;
}
