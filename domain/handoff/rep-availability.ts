import type { Absence } from '../organisation/person.schema.js';
import { type BusinessCalendar, nextOpening } from '../time/business-calendar.js';
import { DAY_MS, dayOfDate, weekdayOfDay } from '../time/wall-time.js';
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
  /** Offers made to the rep lately, for example in the last 30 days: the round robin evens them out. */
  readonly recentOffers: number;
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

interface FreeRep {
  readonly rep: Rep;
  readonly openNow: boolean;
}

/**
 * Of the free reps the one to ask: of those open now, else of all, the one with the smallest share of recent offers for
 * their weight, then who waited longest. Who holds their part of these offers already is passed over, so that nobody
 * available throughout is ever a whole offer away from it (the quota method of Balinski and Young, 1975): without that, a
 * rep of weight 4 would get four offers in a row before two others of weight 1 got one.
 */
export function chooseRep<Free extends FreeRep>(free: readonly Free[]): Free | undefined {
  const openNow = free.filter((one) => one.openNow);
  const asked = openNow.length > 0 ? openNow : free;
  const offers = asked.reduce((sum, { rep }) => sum + rep.recentOffers, 1);
  const weights = asked.reduce((sum, { rep }) => sum + weightOf(rep), 0);
  const below = asked.filter(({ rep }) => rep.recentOffers * weights < weightOf(rep) * offers);
  return below.toSorted((one, other) => compareShares(one.rep, other.rep))[0];
}

function compareShares(a: Rep, b: Rep): number {
  // Shares as whole numbers: a / b < c / d ⇔ a × d < c × b.
  const share = (a.recentOffers + 1) * weightOf(b) - (b.recentOffers + 1) * weightOf(a);
  const waited = (a.lastOfferedAt ?? -DAY_MS) - (b.lastOfferedAt ?? -DAY_MS);
  return share || waited || (a.key < b.key ? -1 : 1);
}

function weightOf({ capacity, weight }: Rep): number {
  return capacity * weight;
}
