import { z } from 'zod';
import { durationField, unknownKeyMessage } from '../document-field.schema.js';

export const RUNG_ACTIONS = ['remind', 'tell_team_owner', 'escalate', 'reassign', 'return'] as const;

function rungsOf<const A extends readonly [string, ...string[]]>(actions: A) {
  return z
    .array(
      z.strictObject(
        {
          after: durationField,
          do: z.enum(actions, { error: `this ladder's rung does one of ${actions.join(', ')}` }),
        },
        { error: unknownKeyMessage('a rung', ['after', 'do']) },
      ),
    )
    .max(20)
    .default([]);
}

/**
 * documents.md: sla. `within` and `after` are business time of the person who has to act, in their zone and calendar;
 * `grace` is calendar time after acceptance.
 */
export const slaPolicySchema = z
  .strictObject(
    {
      accept: z.strictObject({
        within: durationField,
        rungs: rungsOf(RUNG_ACTIONS),
        reassignments: z.int().min(0).max(20).default(0),
        // biome-ignore lint/suspicious/noThenProperty: the document's own word
        then: z.enum(['return', 'escalate'], { error: '`then` is return or escalate' }).default('return'),
      }),
      firstTouch: z.strictObject({ within: durationField, rungs: rungsOf(['remind', 'tell_team_owner', 'escalate']) }),
      acknowledge: z.strictObject({ within: durationField, rungs: rungsOf(['remind', 'tell_team_owner', 'escalate']) }),
      grace: durationField,
    },
    { error: unknownKeyMessage('an SLA policy', ['accept', 'firstTouch', 'acknowledge', 'grace']) },
  )
  .meta({ id: 'SlaPolicy' });

export type SlaPolicy = z.infer<typeof slaPolicySchema>;
export type RungAction = (typeof RUNG_ACTIONS)[number];
export interface Rung {
  readonly after: string;
  readonly do: RungAction;
}
