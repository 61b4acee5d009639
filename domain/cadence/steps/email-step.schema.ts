import { z } from 'zod';
import { keyField, unknownKeyMessage } from '../../document-field.schema.js';
import { sendWindowSchema } from '../send-window.schema.js';
import { stepKind, unknownName } from './step-kind.schema.js';

const args = z.strictObject(
  {
    template: keyField,
    from: z.enum(['brand', 'rep'], { error: '`from` is brand or rep' }).default('brand'),
    window: sendWindowSchema.optional().describe("overrides the cadence's window"),
  },
  { error: unknownKeyMessage('email', ['template', 'from', 'window']) },
);

/** One touch from a template version, as the brand or as the rep. */
export const emailStep = stepKind({
  args,
  goesOn: true,
  describe: ({ template, from }) => `Send “${template}”${from === 'rep' ? ' as the rep' : ''}`,
  targets: () => [],
  compile: (_, next) => ({ kind: 'email', next }),
  lint: ({ template }, { path, known }) =>
    unknownName(known.templates, template, `${path}.template`, 'unknown-template', 'template'),
  quickTargets: (_, targets) => targets,
});
