/** How long a decision on an offer can be undone by who made it. Source: product, The zone, offer. */
export const UNDO_WITHIN_MS = 5 * 60_000;
/**
 * What goes outside is held for so long after a decision: beyond the instant from which on an undo is refused, since the two
 * may be told by different clocks.
 */
export const SETTLED_AFTER_MS = UNDO_WITHIN_MS + 5_000;
