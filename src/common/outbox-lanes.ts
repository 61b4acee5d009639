/** A lead that came in by itself, a lead that should look, a lead that came in with many others. */
export const OUTBOX_LANES = ['new', 'poke', 'bulk'] as const;
export type OutboxLane = (typeof OUTBOX_LANES)[number];
