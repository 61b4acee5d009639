import { isKnownZone } from '../../domain/time/zone.js';
import type { FieldError } from './problem.js';

/** An IANA zone name that this host's time-zone data does not know would never be open. */
export function hasKnownZone(path: string, zone: string | undefined): FieldError[] {
  if (zone === undefined || isKnownZone(zone)) return [];
  return [{ path, code: 'unknown_zone', message: `${zone} is not a known time zone, write for example Europe/Berlin` }];
}

/** A reference to something that is not there. */
export function unknownKey(path: string, what: string, key: string): FieldError {
  return { path, code: `unknown_${what}`, message: `there is no ${what} ${key}` };
}
