import { plainName } from '../../condition/describe-condition.js';
import { codeField } from '../../document-field.schema.js';
import { stepKind } from './step-kind.schema.js';

/** The end, with its exit reason. */
export const exitStep = stepKind({
  args: codeField,
  goesOn: false,
  describe: (reason) => `Leave: ${plainName(reason)}`,
  targets: () => [],
  compile: (reason) => ({ kind: 'exit', reason }),
  lint: () => [],
  quickTargets: () => [],
});
