import type { Absence } from '../organisation/person.schema.js';
import { type BusinessCalendar, nextOpening } from '../time/business-calendar.js';
import { dayOfDate, weekdayOfDay } from '../time/wall-time.js';
import { localDate } from '../time/zone.js';
import { absenceOn, startOfDay } from './rep-leave.js';

/** A rep as routing sees them. */
export interface Rep {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly zone: string;
  readonly calendar: BusinessCalendar;
  /** Open offers the rep can hold. */
  readonly capacity: number;
  readonly weight: number;
  readonly away: readonly Absence[];
  readonly openOffers: number;
  /** Offers that came due to the rep less those they got. */
  readonly owed: number;
  readonly lastOfferedAt: number | null;
}

export type Availability =
  | { readonly free: true; readonly openNow: boolean; readonly why: string }
  /** `retryAt`: when it is worth looking again; absent when no clock will tell. */
  | { readonly free: false; readonly why: string; readonly retryAt?: number };

/**
 * Whether a rep is at work (product: The zone, routing): not absent, below capacity, and with hours that open before the
 * end of the next business day. Weekdays of the rep's own calendar are business days here, holidays included: who has a
 * long week-end off is not at work.
 */
export function repAvailability(rep: Rep, at: number): Availability {
  const { zone, calendar, capacity, openOffers } = rep;
  const held = `${openOffers} of ${capacity} offers held`;
  if (openOffers >= capacity) return { free: false, why: held };
  const opensAt = opening(rep, at);
  const retry = opensAt === undefined ? {} : { retryAt: opensAt };
  const today = localDate(zone, at);
  const absence = absenceOn(rep.away, today);
  if (absence) return { free: false, why: `away until ${absence.to}`, ...retry };
  if (opensAt === undefined || opensAt >= endOfNextBusinessDay(calendar, zone, today)) {
    const back = opensAt === undefined ? '' : ` before ${localDate(zone, opensAt)}`;
    return { free: false, why: `not at work${back}`, ...retry };
  }
  const openNow = opensAt <= at;
  return { free: true, openNow, why: `${openNow ? 'at work' : 'at work next'}, ${held}` };
}

/** The next instant in working hours on which the rep is not absent. */
function opening({ away, calendar, zone }: Rep, at: number): number | undefined {
  let opensAt = nextOpening(calendar, zone, at);
  // Each absence moves it at most once.
  for (let left = away.length; opensAt !== undefined && left > 0; left -= 1) {
    const absence = absenceOn(away, localDate(zone, opensAt));
    if (!absence) break;
    opensAt = nextOpening(calendar, zone, startOfDay(zone, dayOfDate(absence.to) + 1));
  }
  return opensAt;
}

function endOfNextBusinessDay(calendar: BusinessCalendar, zone: string, today: string): number {
  const days = [calendar].flat().flatMap((row) => row.days);
  let day = dayOfDate(today) + 1;
  while (!days.includes(weekdayOfDay(day)) && day < dayOfDate(today) + 7) day += 1;
  return startOfDay(zone, day + 1);
}
