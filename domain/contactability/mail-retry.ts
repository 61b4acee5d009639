const LONGEST_PAUSE_MINUTES = 30;

/** 1, 2, 4 … 30 minutes after so many certain failures, in milliseconds. */
export const retryPauseMs = (attempts: number): number =>
  Math.min(LONGEST_PAUSE_MINUTES, 2 ** Math.max(0, attempts - 1)) * 60_000;

/** How far the conversation with a mail server came when it refused; only the last ones say something about the mail. */
const ABOUT_THE_MAIL: ReadonlySet<string> = new Set(['mail', 'rcpt', 'data', 'dot']);

/** One certain failure. `attempts` counts it along. */
export interface Refusal {
  readonly stage: string;
  /** The server would answer the same again (5xx). */
  readonly permanent: boolean;
  readonly attempts: number;
}

/** With pauses of up to 30 minutes some four hours, and some five days as mail servers do (RFC 5321, 4.5.4.1). */
const TOUCH_LIMITS = { permanent: 12, passing: 250 } as const;
/** With pauses of up to a minute some minutes, and a day. */
const NOTICE_LIMITS = { permanent: 10, passing: 1_440 } as const;

/**
 * Whether a touch is tried again. A server that is away, or lets nobody in, has said nothing about this mail: that is waited
 * for, however long it takes. What refuses this mail again and again ends it.
 */
export function touchIsTriedAgain({ stage, permanent, attempts }: Refusal): boolean {
  if (!ABOUT_THE_MAIL.has(stage)) return true;
  return attempts < (permanent ? TOUCH_LIMITS.permanent : TOUCH_LIMITS.passing);
}

/** Whether a notice is tried again; one that is a day old tells nobody anything in time. */
export function noticeIsTriedAgain({ stage, permanent, attempts }: Refusal): boolean {
  return attempts < (permanent && ABOUT_THE_MAIL.has(stage) ? NOTICE_LIMITS.permanent : NOTICE_LIMITS.passing);
}
