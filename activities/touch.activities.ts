import type { NoticesService } from '../src/touches/notices.service.js';
import type { TouchesService } from '../src/touches/touches.service.js';
import { asActivity } from './activity-failure.js';
import type { TouchActivities } from './contracts/touch.activities.contract.js';

/** Mail activities over the ledgers. */
export function touchActivities(touches: TouchesService, notices: NoticesService): TouchActivities {
  return {
    sendTouch: (input) => asActivity(() => touches.sendTouch(input)),
    sendNotice: (input) => asActivity(() => notices.sendNotice(input)),
  };
}
