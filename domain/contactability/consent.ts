import { CLOCK_SKEW_MS } from '../time/clock-skew.js';

/** The grounds on which a person may be written to: GDPR, Article 6 (1) (a) to (f). */
export const CONSENT_BASES = [
  ...(['consent', 'contract', 'legal_obligation'] as const),
  ...(['vital_interests', 'public_task', 'legitimate_interest'] as const),
] as const;

export const CONSENT_BASIS_ERROR = `write one of ${CONSENT_BASES.join(', ')}`;

const DAY_MS = 86_400_000;
/** A date alone is its midnight in UTC; where days begin first (UTC+14) it begins so much earlier. */
const FIRST_ZONE_MS = 14 * 3_600_000;

/** Whether nobody can have agreed yet at this instant. Epoch milliseconds. */
export function isConsentAhead(at: number, now: number): boolean {
  const isDate = at % DAY_MS === 0;
  return at > now + (isDate ? FIRST_ZONE_MS : CLOCK_SKEW_MS);
}
