import { type LeadProcess, newLeadProcess } from '../../domain/lead/lead-process.js';

/** The process as the last sync stored it; of a lead whose workflow has not looked yet, the one it will start with. */
export function storedProcess(lead: {
  readonly process: Record<string, unknown> | null;
  readonly createdAt: Date;
}): LeadProcess {
  const stored = lead.process as { readonly process: LeadProcess } | null;
  return stored?.process ?? newLeadProcess(lead.createdAt.getTime());
}
