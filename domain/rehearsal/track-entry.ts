export type TrackKind =
  | 'touch'
  | 'branch'
  | 'wait'
  | 'exit'
  | 'state'
  | 'offer'
  | 'rung'
  | 'decision'
  | 'score'
  | 'custody'
  | 'engagement'
  | 'enrollment'
  | 'held'
  | 'todo'
  | 'webhook'
  | 'ignored'
  | 'script';

/** One thing that happened in a rehearsal (documents.md). */
export interface TrackEntry {
  /** ISO instant in UTC. */
  readonly at: string;
  /** The same in the lead's zone, with its offset. */
  readonly localAt: string;
  /** IANA name. */
  readonly zone: string;
  readonly kind: TrackKind;
  readonly step?: string;
  /** Why a wait ended or a branch was taken: the option or case in words, `timeout` or `otherwise`. */
  readonly winner?: string;
  readonly template?: string;
  /** As it was rendered. */
  readonly subject?: string;
  /** Engagement score at that instant, one decimal. */
  readonly score?: number;
  readonly detail: string;
}
