import { DAY_MS, dayOfWall, weekdayOfDay } from '../time/wall-time.js';
import { resolveWall, wallOfInstant } from '../time/zone.js';

/** When a rep says the first contact will be; nothing is preselected (product: Offer). */
export const FIRST_CONTACT_CHOICES = ['today', 'tomorrow', 'this_week'] as const;
export type FirstContactChoice = (typeof FIRST_CONTACT_CHOICES)[number];

/**
 * The promise as an instant: the end of that day in the rep's zone; "this week" is the end of Friday, at a weekend the
 * end of Sunday. `at` in epoch milliseconds.
 */
export function firstContactBy(choice: FirstContactChoice, zone: string, at: number): number {
  const today = dayOfWall(wallOfInstant(zone, at));
  return resolveWall(zone, (today + daysAhead(choice, today) + 1) * DAY_MS);
}

function daysAhead(choice: FirstContactChoice, today: number): number {
  if (choice === 'today') return 0;
  if (choice === 'tomorrow') return 1;
  const week = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
  const index = week.indexOf(weekdayOfDay(today));
  return index <= 4 ? 4 - index : 6 - index;
}
