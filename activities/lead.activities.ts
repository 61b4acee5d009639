import { leanAnswers } from '../domain/lead/lean-answers.js';
import type { HandoffsService } from '../src/handoffs/handoffs.service.js';
import type { LeadSyncService } from '../src/leads/lead-sync.service.js';
import { asActivity } from './activity-failure.js';
import type { LeadActivities } from './contracts/lead.activities.contract.js';

/** Local activities of leads over the services. */
export function leadActivities(sync: LeadSyncService, handoffs: HandoffsService): LeadActivities {
  return {
    syncLead: (input) => asActivity(async () => leanAnswers(await sync.sync(input))),
    openHandoff: (input) => asActivity(() => handoffs.openHandoff(input)),
    mayDecide: (input) => asActivity(() => handoffs.mayDecide(input)),
  };
}
