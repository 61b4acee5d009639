import type { CadenceMigrationService } from '../src/cadences/cadence-migration.service.js';
import type { TakeInService } from '../src/cadences/take-in.service.js';
import type { RerouteOffersService } from '../src/handoffs/reroute-offers.service.js';
import { asActivity } from './activity-failure.js';
import type { JobActivities } from './contracts/job.activities.contract.js';
import { withHeartbeats } from './with-heartbeats.js';

/** Batches of long work over many leads. */
export function jobActivities(
  migration: CadenceMigrationService,
  takeIn: TakeInService,
  reroute: RerouteOffersService,
): JobActivities {
  return {
    migrateBatch: ({ jobId }) => asActivity(() => withHeartbeats(() => migration.runBatch(jobId))),
    takeInBatch: ({ jobId }) => asActivity(() => withHeartbeats(() => takeIn.runBatch(jobId))),
    rerouteBatch: ({ jobId }) => asActivity(() => withHeartbeats(() => reroute.runBatch(jobId))),
  };
}
