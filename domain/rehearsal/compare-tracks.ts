import type { TrackEntry } from './track-entry.js';

/** One entry of either track beside its like in the other; to the minute. */
export interface ComparedEntry {
  readonly what: 'same' | 'moved' | 'left_only' | 'right_only';
  readonly left?: TrackEntry;
  readonly right?: TrackEntry;
  /** Minutes the right one is later; 0 unless it moved. */
  readonly byMinutes: number;
}

/**
 * Lays two tracks side by side: the n-th entry of one meaning meets the n-th of the same meaning in the other. In the
 * order of the left track's instants, what only the right one has in between.
 */
export function compareTracks(left: readonly TrackEntry[], right: readonly TrackEntry[]): ComparedEntry[] {
  const waiting = new Map<string, TrackEntry[]>();
  for (const entry of right) {
    const meaning = meaningOf(entry);
    waiting.set(meaning, [...(waiting.get(meaning) ?? []), entry]);
  }
  const compared = left.map((entry): ComparedEntry => {
    const other = waiting.get(meaningOf(entry))?.shift();
    if (!other) return { what: 'left_only', left: entry, byMinutes: 0 };
    const byMinutes = minuteOf(other) - minuteOf(entry);
    return { what: byMinutes === 0 ? 'same' : 'moved', left: entry, right: other, byMinutes };
  });
  const rest = new Set([...waiting.values()].flat());
  const more = right.filter((entry) => rest.has(entry)).map(onlyRight);
  return [...compared, ...more]
    .map((one, index) => ({ one, index }))
    .sort((a, b) => placeOf(a.one) - placeOf(b.one) || a.index - b.index)
    .map(({ one }) => one);
}

/** What one track had and the other has instead stands together within the minute. */
const placeOf = ({ left, right }: ComparedEntry): number => {
  const entry = left ?? right;
  return entry ? minuteOf(entry) : 0;
};
const onlyRight = (entry: TrackEntry): ComparedEntry => ({ what: 'right_only', right: entry, byMinutes: 0 });
const meaningOf = ({ kind, step, template, subject, detail }: TrackEntry): string =>
  JSON.stringify([kind, step, template, subject, detail]);
const minuteOf = ({ at }: TrackEntry): number => Math.floor(Date.parse(at) / 60_000);
