import type { LeadProcess } from '../lead/lead-process.js';
import { newLeadProcess } from '../lead/new-lead-process.js';
import type { LeadVersion } from '../lead/lead-version.js';

interface Given {
  /** Epoch milliseconds. */
  readonly startAt: number;
  readonly version: LeadVersion;
  /** Key of the cadence that is rehearsed: the lead enters it, whatever its entry says. */
  readonly cadence: string;
  /** Of a real lead that has a process. */
  readonly stored?: LeadProcess | undefined;
  /** Every copied fact up to this `seq` is history. */
  readonly cursor: number;
}

/**
 * Where the lead of a rehearsal starts. A made-up one, or a real one nobody has looked at yet, comes in. A real lead starts
 * in nurture with its past (numbers of enrollments, handoffs and returns, how it came back) and without what is under way.
 */
export function rehearsalProcess({ startAt, version, cadence, stored, cursor }: Given): LeadProcess {
  const fresh = { ...newLeadProcess(startAt, version), rev: 1, nextCadence: cadence };
  if (!stored || stored.state === 'raw') return fresh;
  const { contactable, enrollments, handoffs, returns, notices } = stored;
  return {
    ...fresh,
    ...{ state: 'nurturing', cursor, contactable, enrollments, handoffs, notices },
    ...(returns === undefined ? {} : { returns }),
    // A return from sales counts only facts after it; so does one whose lead has gone on in nurture since.
    ...(handoffs === 0 ? {} : { qualifyAfter: Math.min(stored.qualifyAfter ?? startAt, startAt) }),
  };
}
