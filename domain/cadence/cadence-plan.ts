/**
 * A cadence version as the workflow needs it: ids and targets only (≤ 4 kB). Filters, thresholds, durations and
 * conditions stay in the document and are judged where the facts are.
 */
export interface CadencePlan {
  readonly key: string;
  /** Of a cadence that runs beside sales. */
  readonly phase?: 'air_cover';
  readonly version: number;
  readonly versionId: string;
  readonly start: string;
  readonly steps: Readonly<Record<string, PlanStep>>;
  /** Exit reason per guard, by its index. */
  readonly exits: readonly string[];
}

export type PlanStep =
  | { readonly kind: 'email'; readonly next: string }
  | { readonly kind: 'wait'; readonly next: string }
  /** Target per option, by its index. */
  | { readonly kind: 'wait_for'; readonly any: readonly string[]; readonly timeout: string }
  /** Target per case, by its index; of a split the last arm is `otherwise`. */
  | { readonly kind: 'branch'; readonly cases: readonly string[]; readonly otherwise: string }
  /** Target per disposition, and the one of a to-do nobody did in time. */
  | { readonly kind: 'todo'; readonly dispositions: Readonly<Record<string, string>>; readonly overdue: string }
  | { readonly kind: 'set'; readonly next: string }
  /** To `to`, `max` times in one enrollment; from then on to `then`. */
  | { readonly kind: 'goto'; readonly to: string; readonly max: number; readonly then: string }
  | { readonly kind: 'offer'; readonly next: string }
  /** With `onFailure` the lead waits for the receiver's answer, and goes there when it never comes. */
  | { readonly kind: 'webhook'; readonly next: string; readonly onFailure?: string }
  | { readonly kind: 'exit'; readonly reason: string };

/** The step after the last one: leaves with `completed`. */
export const END_STEP = '$end';
