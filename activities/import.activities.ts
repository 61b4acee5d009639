import type { ImportBatchesService } from '../src/imports/import-batches.service.js';
import { asActivity } from './activity-failure.js';
import type { ImportActivities } from './contracts/import.activities.contract.js';
import { withHeartbeats } from './with-heartbeats.js';

/** Activities of imports over the service. */
export function importActivities(batches: ImportBatchesService): ImportActivities {
  return {
    importBatch: ({ importId }) => asActivity(() => withHeartbeats(() => batches.next(importId))),
  };
}
