import type { LeadProcess } from './lead-process.js';
import { CUSTODY_OF_STATE, type Custody } from './lead-state.js';

/** Custody with the side that is accountable and the rep who has a hand on the lead. */
export interface CustodyNow {
  readonly custody: Custody;
  readonly accountable: 'marketing' | 'sales';
  readonly salesPersonId: string | null;
}

/**
 * Who answers for the lead. Marketing stays accountable until sales has accepted, sales until the grace is over alone;
 * an accepted lead that comes back stays with the rep until marketing acknowledges. Source: a lead's life, custody.
 */
export function custodyOf(process: LeadProcess): CustodyNow {
  const { state, handoff, returning } = process;
  const assignee = handoff?.assigneeId ?? handoff?.wantedAssigneeId ?? null;
  const shared = (accountable: 'marketing' | 'sales'): CustodyNow => ({
    custody: 'shared',
    accountable,
    salesPersonId: assignee,
  });
  switch (state) {
    case 'offered':
      return assignee === null
        ? { custody: 'marketing', accountable: 'marketing', salesPersonId: null }
        : shared('marketing');
    case 'accepted':
      return handoff?.graceEndsAt === 0
        ? { custody: 'sales', accountable: 'sales', salesPersonId: assignee }
        : shared('sales');
    case 'working':
    case 'won':
      return { custody: 'sales', accountable: 'sales', salesPersonId: assignee };
    case 'returning':
      return shared(returning?.cause === 'given_back' ? 'sales' : 'marketing');
    default:
      return { custody: CUSTODY_OF_STATE[state], accountable: 'marketing', salesPersonId: null };
  }
}
