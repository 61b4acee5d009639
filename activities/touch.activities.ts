import type { NoticesService } from '../src/touches/notices.service.js';
import type { TouchesService } from '../src/touches/touches.service.js';
import { asActivity } from './activity-failure.js';
import type { TouchActivities } from './contracts/touch.activities.contract.js';
import { withHeartbeats } from './with-heartbeats.js';

/** Mail activities over the ledgers. */
export function touchActivities(touches: TouchesService, notices: NoticesService): TouchActivities {
  return {
    sendTouch: (input) => asActivity(() => withHeartbeats(() => touches.sendTouch(input))),
    sendNotice: (input) => asActivity(() => withHeartbeats(() => notices.sendNotice(input))),
  };
}
