import { z } from 'zod';
import { keyField, unknownKeyMessage } from '../../document-field.schema.js';
import { stepKind, unknownName } from './step-kind.schema.js';

const args = z.strictObject(
  {
    endpoint: keyField,
    onFailure: z
      .union([z.literal('continue'), z.strictObject({ to: keyField })], {
        error: '`onFailure` is continue or { to: step }',
      })
      .default('continue')
      .describe('continue: the lead does not wait for the receiver; { to }: it does, and goes there without an answer'),
  },
  { error: unknownKeyMessage('webhook', ['endpoint', 'onFailure']) },
);

/** Calls a registered endpoint, signed. Without a way for the failure nobody waits for its answer. */
export const webhookStep = stepKind({
  args,
  goesOn: true,
  describe: ({ endpoint, onFailure }) =>
    onFailure === 'continue' ? `Call webhook ${endpoint}` : `Call webhook ${endpoint} and wait for its answer`,
  targets: ({ onFailure }) => (onFailure === 'continue' ? [] : [['onFailure.to', onFailure.to]]),
  compile: ({ onFailure }, next) =>
    onFailure === 'continue' ? { kind: 'webhook', next } : { kind: 'webhook', next, onFailure: onFailure.to },
  lint: ({ endpoint }, { path, known }) =>
    unknownName(known.webhooks, endpoint, `${path}.endpoint`, 'unknown-webhook', 'webhook endpoint'),
  // A receiver may answer at once.
  quickTargets: (_, targets) => targets,
});
