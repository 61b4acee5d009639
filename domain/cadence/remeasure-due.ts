/** What is known of a step that was taken over into another version with its clock. Epoch milliseconds. */
export interface RemeasuredDue {
  /** By the new version, from the instant at which the step began. */
  readonly after: number | undefined;
  /** The same by the old version. */
  readonly before: number | undefined;
  /** When it was due so far: later than `before` where the clock had stood still, or where a touch was put off. */
  readonly dueAt: number | undefined;
  /** Nothing is due before the move, or before the instant at which the clock was stopped. */
  readonly notBefore: number;
}

/**
 * When the step is due now. What both versions measure alike keeps its instant; else the time that has passed counts for
 * the new duration, and the time in which the clock stood still does not.
 */
export function remeasureDue({ after, before, dueAt, notBefore }: RemeasuredDue): number | undefined {
  if (after === undefined) return undefined;
  if (after === before && dueAt !== undefined) return dueAt;
  const stoodStill = dueAt === undefined || before === undefined ? 0 : Math.max(0, dueAt - before);
  return Math.max(notBefore, after + stoodStill);
}
