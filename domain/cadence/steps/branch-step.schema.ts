import { z } from 'zod';
import { conditionSchema } from '../../condition/condition.schema.js';
import { describeCondition } from '../../condition/describe-condition.js';
import { lintCondition } from '../../condition/lint-condition.js';
import { keyField, unknownKeyMessage } from '../../document-field.schema.js';
import { stepKind } from './step-kind.schema.js';

const args = z.strictObject(
  {
    cases: z
      .array(z.strictObject({ when: conditionSchema, then: keyField }))
      .min(1)
      .max(20),
    otherwise: keyField,
  },
  { error: unknownKeyMessage('branch', ['cases', 'otherwise']) },
);

/** The first case whose condition holds, else `otherwise`. */
export const branchStep = stepKind({
  args,
  goesOn: false,
  describe: ({ cases, otherwise }) =>
    `Branch ${cases.map((one) => `when ${describeCondition(one.when)}`).join(', ')}, else ${otherwise}`,
  targets: ({ cases, otherwise }) => [
    ...cases.map((one, index) => [`cases.${index}.then`, one.then] as const),
    ['otherwise', otherwise],
  ],
  compile: ({ cases, otherwise }) => ({ kind: 'branch', cases: cases.map((one) => one.then), otherwise }),
  lint: ({ cases }, { path, known }) =>
    cases.flatMap((one, index) => lintCondition(one.when, known, `${path}.cases.${index}.when`)),
  quickTargets: (_, targets) => targets,
});
