/** Part of the key that secrets of receivers are encrypted with. */
export const SECRET_PURPOSE = 'webhook';

/** How long a rotated secret still signs beside the new one: time to change the receiver over. */
export const OVERLAP_MS = 24 * 3_600_000;
