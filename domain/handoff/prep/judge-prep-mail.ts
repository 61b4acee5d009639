import type { LeadState } from '../../lead/lead-state.js';
import { isWithSales } from '../../lead/sales-states.js';

/** What the record says when a mail about a checklist is due. Instants are epoch milliseconds. */
export interface PrepMailFacts {
  readonly ordinal: number;
  readonly at: number;
  readonly handoffState: string;
  /** Whether sales gave it back: the lead may be with sales again by another handoff. */
  readonly returned: boolean;
  readonly leadState: LeadState;
  readonly email: string | null;
  /** Whether nobody may write to the lead: it said so, or its address is suppressed. */
  readonly suppressed: boolean;
  readonly complete: boolean;
  /** When the two meet, where somebody said so. */
  readonly meetingAt: number | null;
  /** The last instant at which a reminder makes sense: the meeting, else the promised first contact. */
  readonly expectedAt: number | null;
}

/** Why the mail is not sent; undefined: it goes. */
export function judgePrepMail(facts: PrepMailFacts): string | undefined {
  const { ordinal, at, handoffState, returned, leadState, email, suppressed, complete, meetingAt, expectedAt } = facts;
  if (handoffState !== 'accepted' || returned || !isWithSales(leadState)) return 'not_accepted';
  if (email === null) return 'no_address';
  if (suppressed) return 'suppressed';
  if (complete) return 'complete';
  const lastAt = ordinal === 0 ? meetingAt : expectedAt;
  return lastAt !== null && at >= lastAt ? 'too_late' : undefined;
}
