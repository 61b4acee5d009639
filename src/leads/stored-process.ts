import type { LeadProcess } from '../../domain/lead/lead-process.js';
import { newLeadProcess } from '../../domain/lead/new-lead-process.js';
import { readLeadVersion } from '../../domain/lead/lead-version.js';

/**
 * The process as the last sync stored it; of a lead whose workflow has not looked yet, the one it will start with. For
 * readers: what a later release stored is shown as far as it is known here.
 */
export function storedProcess(lead: {
  readonly process: Record<string, unknown> | null;
  readonly createdAt: Date;
}): LeadProcess {
  const stored = lead.process as { readonly process: LeadProcess } | null;
  return stored?.process ?? newLeadProcess(lead.createdAt.getTime());
}

/**
 * The stored process as a new chain of runs goes on from it: whatever was under way is asked for again, since the ledgers
 * know what was done. Throws when this release cannot read it; the workflow then tries again, until one that can takes it.
 */
export function restoredProcess(stored: LeadProcess): LeadProcess {
  const version = readLeadVersion(stored.v);
  if (version === 'newer') throw new Error(`version ${stored.v} of the stored process needs a later release of Baton`);
  if (version === 'malformed') throw new Error(`the stored process has no version: ${String(stored.v)}`);
  const { enrollment } = stored;
  return enrollment ? { ...stored, enrollment: { ...enrollment, sending: undefined } } : stored;
}
