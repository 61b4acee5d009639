/** Fit: who they are. */
export type Grade = 'A' | 'B' | 'C' | 'D';

/** An engagement that counts: machine class is never in here. */
export interface CountedEngagement {
  readonly seq: number;
  readonly kind: string;
  /** min(occurredAt, receivedAt), epoch milliseconds. */
  readonly at: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface CountedHandRaise {
  readonly kind: string;
  readonly at: number;
  readonly seq: number;
}

export type ProfileValue = string | number | boolean | readonly string[] | null;

/**
 * What conditions are judged on. Everything is a function of (facts, instant): an engagement counts from its own
 * instant on, the rest is as known now. Instants are epoch milliseconds on the lead's clock.
 */
export interface ConditionFacts {
  readonly grade: Grade;
  scoreAt(at: number): number;
  /**
   * First instant later than `after` from which on `score >= threshold` is different for one of the thresholds. Score
   * items later than `after` count from their own instants on; undefined when there is none for years.
   */
  nextScoreCrossing(after: number, thresholds: readonly number[]): number | undefined;
  /** `profile.<name>`; name, email, company, title and phone are in here too. */
  readonly profile: Readonly<Record<string, ProfileValue>>;
  readonly tags: readonly string[];
  readonly source: string;
  readonly campaign: string | null;
  readonly country: string | null;
  readonly language: string | null;
  /** Sorted by `at`, then `seq`. */
  readonly engagements: readonly CountedEngagement[];
  readonly handRaises: readonly CountedHandRaise[];
  /** By kind: pain_point, buying_role, … */
  readonly insights: Readonly<Record<string, readonly string[]>>;
  readonly handoffs: { readonly count: number; readonly lastReason: string | null };
}
