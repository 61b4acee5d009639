const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * Pauses after a failed try, in milliseconds: ten tries over three days. Source: the example schedule of the Standard
 * Webhooks specification, section Deliverability and reliability.
 */
const PAUSES_MS: readonly number[] = [
  5_000,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

/** What came of one try: the status a receiver answered with, or why there was none. */
export interface TryResult {
  readonly status?: number;
  /** A code such as `timed_out`. */
  readonly error?: string;
  /** What the receiver asked for with `Retry-After`. */
  readonly retryAfterMs?: number;
}

export type TryVerdict =
  | { readonly state: 'delivered' }
  | { readonly state: 'failed'; readonly why: string; readonly pauseMs: number }
  | { readonly state: 'dead'; readonly why: string; readonly gone: boolean };

const LONGEST_PAUSE_MS = 24 * HOUR;

/**
 * What follows from try number `no` (from 1): any 2xx is delivered, 410 means that the receiver wants no more (the
 * endpoint is disabled), everything else, redirects included, is tried again until the schedule is over.
 */
export function judgeTry(no: number, { status, error, retryAfterMs = 0 }: TryResult): TryVerdict {
  if (error === undefined && status !== undefined && status >= 200 && status < 300) return { state: 'delivered' };
  if (status === 410) return { state: 'dead', why: 'gone', gone: true };
  const why = error ?? (status !== undefined && status >= 300 && status < 400 ? 'redirected' : `status_${status ?? 0}`);
  const pauseMs = PAUSES_MS[no - 1];
  if (pauseMs === undefined) return { state: 'dead', why, gone: false };
  return { state: 'failed', why, pauseMs: Math.max(pauseMs, Math.min(retryAfterMs, LONGEST_PAUSE_MS)) };
}
