import type { Absence } from '../organisation/person.schema.js';
import { dayOfDate, dateOfDay } from '../time/wall-time.js';
import { localDate, resolveLocal } from '../time/zone.js';

/** Why somebody answers no offers now, and from when on: `since` in epoch milliseconds, absent of who is not active. */
export type Leave = { readonly why: 'inactive' } | { readonly why: 'away'; readonly since: number };

interface Leaver {
  readonly active: boolean;
  readonly zone: string;
  readonly away: readonly Absence[];
}

/** The leave the person is on at `at`; undefined when they are there. Absences are local dates, both ends included. */
export function leaveOf({ active, zone, away }: Leaver, at: number): Leave | undefined {
  if (!active) return { why: 'inactive' };
  const absence = absenceOn(away, localDate(zone, at));
  return absence && { why: 'away', since: startOfDay(zone, dayOfDate(absence.from)) };
}

/** The absence around a local date that lasts longest. */
export function absenceOn(away: readonly Absence[], date: string): Absence | undefined {
  const around = away.filter((one) => one.from <= date && date <= one.to);
  return around.sort((a, b) => (a.to < b.to ? 1 : -1))[0];
}

/** The first instant of a local day. */
export function startOfDay(zone: string, day: number): number {
  return resolveLocal(zone, dateOfDay(day), '00:00');
}
