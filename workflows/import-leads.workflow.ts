import { continueAsNew, workflowInfo } from '@temporalio/workflow';
import { importBatch } from './activity-proxies.js';
import type { ImportLeadsInput } from './contracts/import-leads.contract.js';

/** About 60 batches. */
const MAX_HISTORY = 400;

/** Has one batch after the other taken in; the record says where the next one begins, and whether there is one. */
export async function importLeads(input: ImportLeadsInput): Promise<void> {
  for (;;) {
    const { finished } = await importBatch({ importId: input.importId });
    if (finished) return;
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    if (historyLength >= (input.testMaxHistory ?? MAX_HISTORY) || continueAsNewSuggested) {
      await continueAsNew<typeof importLeads>(input);
    }
  }
}
