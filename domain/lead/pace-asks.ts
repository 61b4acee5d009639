/** How many leads in how long. */
export interface Rate {
  readonly leads: number;
  readonly per: 'minute' | 'hour';
}

/** Leads are asked in groups of what the rate allows in so long. */
const GROUP_MS = 5_000;
const MAX_GROUP = 100;
const PER_MS = { minute: 60_000, hour: 3_600_000 };

/**
 * How many leads may be asked now, when the last ones were asked at `lastAt`, and from when on the next ones after them. What
 * was not used is not made up for: after an outage nobody gets a burst. Instants are epoch milliseconds.
 */
export function paceAsks(
  { leads, per }: Rate,
  lastAt: number | undefined,
  now: number,
): { readonly mayAsk: number; readonly nextAt: number } {
  const eachMs = PER_MS[per] / leads;
  const group = Math.min(MAX_GROUP, Math.max(1, Math.floor(GROUP_MS / eachMs)));
  const restMs = Math.ceil(group * eachMs);
  if (lastAt !== undefined && lastAt + restMs > now) return { mayAsk: 0, nextAt: lastAt + restMs };
  return { mayAsk: group, nextAt: now + restMs };
}

/** How many whole minutes it takes to ask so many leads. */
export const minutesAt = ({ leads, per }: Rate, count: number): number =>
  Math.ceil((count / leads) * (PER_MS[per] / 60_000));
