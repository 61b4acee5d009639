import { z } from 'zod';
import { unknownKeyMessage } from '../../document-field.schema.js';
import { stepKind } from './step-kind.schema.js';

const args = z.strictObject(
  { reason: z.string().trim().min(1).max(500).describe('Stands in the packet: why sales should take the lead now') },
  {
    error: (issue) =>
      issue.code === 'invalid_type'
        ? 'an offer says why: { reason: "interested on the phone" }'
        : unknownKeyMessage('offer', ['reason'])(issue),
  },
);

/** Offers the lead to sales without the score. A lead that comes back goes on with the step after it. */
export const offerStep = stepKind({
  args,
  goesOn: true,
  describe: ({ reason }) => `Offer to sales: ${reason}`,
  targets: () => [],
  compile: (_, next) => ({ kind: 'offer', next }),
  lint: () => [],
  // Whatever follows waits until sales has answered.
  quickTargets: () => [],
});
