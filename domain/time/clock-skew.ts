/** An instant is yet to come only when it lies further ahead: so much may the clock of whoever names it differ from ours. */
export const CLOCK_SKEW_MS = 5 * 60_000;
