/** The lead's clock: the engine's (virtual, replayed) time plus the offset of a rehearsal or test, in epoch milliseconds. */
export function leadClock(offsetMs: number): () => number {
  return () => Date.now() + offsetMs;
}
