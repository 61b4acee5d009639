/**
 * What becomes of the time a pause took: `shift` stops the clock, `continue` lets waits go on meanwhile and sends what is
 * overdue, spread, `skip_overdue` lets them go on and skips overdue touches. Source: product, Cadences.
 */
export const RESUME_POLICIES = ['continue', 'shift', 'skip_overdue'] as const;
export type ResumePolicy = (typeof RESUME_POLICIES)[number];

/** An enrollment goes on since `at`; what was due before then is late. */
export interface CatchUp {
  readonly at: number;
  /** Touches whose slot had passed are skipped (`overdue`). */
  readonly skip?: true;
}
