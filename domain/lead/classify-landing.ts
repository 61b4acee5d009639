/** Where a lead stands under one version, or would stand under another. Instants in epoch milliseconds. */
export interface StandingAt {
  readonly step: string;
  /** When its wait ends or its touch is due. */
  readonly dueAt?: number;
  /** The step in words: what is sent or awaited there. */
  readonly words: string;
}

/**
 * What a change of version means for a lead: `keeps` its place and instant, `content` (the same step says or awaits
 * something else at the same instant), `time` (the same step at another instant), `moves` to another step, `leaves` the
 * cadence.
 */
export const LANDING_CHANGES = ['keeps', 'content', 'time', 'moves', 'leaves'] as const;
export type LandingChange = (typeof LANDING_CHANGES)[number];

/** Compares where the lead stands with where it would land; `lands` is undefined for one that would leave. */
export function classifyLanding(now: StandingAt, lands: StandingAt | undefined): LandingChange {
  if (!lands) return 'leaves';
  if (lands.step !== now.step) return 'moves';
  if (lands.dueAt !== now.dueAt) return 'time';
  return lands.words === now.words ? 'keeps' : 'content';
}
