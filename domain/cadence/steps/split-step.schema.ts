import { z } from 'zod';
import { keyField, unknownKeyMessage } from '../../document-field.schema.js';
import { stepKind } from './step-kind.schema.js';

const args = z.strictObject(
  {
    arms: z
      .array(z.strictObject({ weight: z.int().min(1).max(1000), then: keyField }))
      .min(2, { error: 'a split needs at least two arms' })
      .max(10),
  },
  { error: unknownKeyMessage('split', ['arms']) },
);

/** Weighted arms; a lead that comes by again goes the same way. */
export const splitStep = stepKind({
  args,
  goesOn: false,
  describe: ({ arms }) => {
    const total = arms.reduce((sum, { weight }) => sum + weight, 0);
    return `Split ${arms.map((arm) => `${Math.round((arm.weight / total) * 100)} % to ${arm.then}`).join(', ')}`;
  },
  targets: ({ arms }) => arms.map((arm, index) => [`arms.${index}.then`, arm.then] as const),
  compile: ({ arms }) => {
    const ways = arms.map((arm) => arm.then);
    return { kind: 'branch', cases: ways.slice(0, -1), otherwise: ways.at(-1) ?? '' };
  },
  lint: () => [],
  quickTargets: (_, targets) => targets,
});
