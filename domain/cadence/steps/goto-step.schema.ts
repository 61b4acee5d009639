import { z } from 'zod';
import { keyField, unknownKeyMessage } from '../../document-field.schema.js';
import { stepKind } from './step-kind.schema.js';

const args = z.strictObject(
  {
    to: keyField,
    max: z.int({ error: '`max` says how often the step goes back, for example 2' }).min(1).max(100),
    // biome-ignore lint/suspicious/noThenProperty: the document's own word
    then: keyField,
  },
  { error: unknownKeyMessage('goto', ['to', 'max', 'then']) },
);

/** Back to a step, `max` times in one enrollment; from then on to `then`. */
export const gotoStep = stepKind({
  args,
  goesOn: false,
  describe: ({ to, max, then }) => `Back to ${to}, ${max === 1 ? 'once' : `${max} times`}, then ${then}`,
  targets: ({ to, then }) => [
    ['to', to],
    ['then', then],
  ],
  compile: ({ to, max, then }) => ({ kind: 'goto', to, max, then }),
  lint: () => [],
  // The way back is counted: a loop through it ends.
  quickTargets: ({ then }) => [then],
});
