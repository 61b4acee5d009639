import type { LeadProcess } from './lead-process.js';
import { type LeadVersion, NEWEST_LEAD_VERSION } from './lead-version.js';

/** The process of a lead nobody has looked at yet. */
export function newLeadProcess(now: number, v: LeadVersion = NEWEST_LEAD_VERSION): LeadProcess {
  return {
    v,
    state: 'raw',
    since: now,
    rev: 0,
    cursor: 0,
    contactable: true,
    enrollments: 0,
    handoffs: 0,
    notices: 0,
  };
}
