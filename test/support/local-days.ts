const HOUR = 3_600_000;

/** `2026-06-01, 10:00:00`. */
export const localTime = (zone: string, at: number): string =>
  new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
    hourCycle: 'h23',
  }).format(at);
/** `2026-06-01`. */
export const dayOf = (zone: string, at: number): string => localTime(zone, at).slice(0, 10);
export const hourOf = (zone: string, at: number): number => Number(localTime(zone, at).slice(12, 14));

/** The first millisecond of the next local day, by halving. */
export function nextMidnight(zone: string, at: number): number {
  let before = at;
  let after = at + 26 * HOUR;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (dayOf(zone, middle) === dayOf(zone, at)) before = middle;
    else after = middle;
  }
  return after;
}
