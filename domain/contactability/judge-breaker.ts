import { stableHash } from '../time/stable-hash.js';

/** Over how long touches are counted, in milliseconds. */
export const BREAKER_WINDOW_MS = 24 * 3_600_000;
/** Fewer say nothing. */
const MIN_TOUCHES = 20;
const MIN_FAILURES = 5;
/** Large mail services stop senders whose mails come back in this share. */
const MAX_FAILED_SHARE = 0.1;

/** What the touches of a cadence, or to a mail provider, came to within the window. */
export interface BreakerCounts {
  /** Handed to the mail server, whatever it said. */
  readonly touches: number;
  /** Of these: refused for good, bounced, or complained about. */
  readonly failures: number;
}

/** Whether so few failures can not open a breaker, however few touches there were. */
export function isBelowBreaker(failures: number): boolean {
  return failures < MIN_FAILURES;
}

/** Of more touches than so many these failures are no tenth: nobody need count further. */
export function mostTouches(failures: number): number {
  return Math.ceil(failures / MAX_FAILED_SHARE) + 1;
}

/** Whether nothing more is to be sent until a person has looked. Source: product, When to send. */
export function opensBreaker({ touches, failures }: BreakerCounts): boolean {
  return touches >= MIN_TOUCHES && !isBelowBreaker(failures) && failures >= touches * MAX_FAILED_SHARE;
}

const SPREAD_PER_TOUCH_MS = 1_000;
const MAX_SPREAD_MS = 3_600_000;
const HASH_RANGE = 2 ** 32;

/**
 * When the touch of a lead that was held goes on after the release (epoch milliseconds): spread over a second for each of
 * the `held`, an hour at most, always the same for the same lead.
 */
export function releasedInstant(leadId: string, release: { readonly at: number; readonly held: number }): number {
  const spreadMs = Math.min(MAX_SPREAD_MS, release.held * SPREAD_PER_TOUCH_MS);
  return release.at + Math.floor((stableHash(`release/${leadId}`) / HASH_RANGE) * spreadMs);
}

/** The mail provider of an address: its domain. */
export function providerOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
