import { z } from 'zod';
import { conditionSchema, engagementFilterSchema } from '../../condition/condition.schema.js';
import { describeCondition, describeFilter, listValues, plainName } from '../../condition/describe-condition.js';
import { lintCondition } from '../../condition/lint-condition.js';
import { codeField, durationField, keyField, unknownKeyMessage } from '../../document-field.schema.js';
import type { LintProblem } from '../../lint-problem.js';
import { describeDuration, durationToMs, requireDuration } from '../../time/duration.js';
import { stepKind, type StepPlace, unknownName } from './step-kind.schema.js';

const OPTION_KINDS = ['engagement', 'score', 'when'] as const;

const option = z
  .strictObject(
    {
      engagement: codeField.optional(),
      where: engagementFilterSchema.optional(),
      count: z.int().min(1).max(1000).optional(),
      score: z.number().optional(),
      when: conditionSchema.optional(),
      // biome-ignore lint/suspicious/noThenProperty: the document's own word
      then: keyField,
    },
    { error: unknownKeyMessage('an option of wait_for', ['engagement', 'where', 'count', 'score', 'when', 'then']) },
  )
  .superRefine((one, ctx) => {
    const kinds = OPTION_KINDS.filter((kind) => one[kind] !== undefined);
    if (kinds.length !== 1) {
      ctx.addIssue({
        code: 'custom',
        input: one,
        message: `an option waits for exactly one of engagement, score or when, here ${kinds.join(' and ') || 'none'}`,
      });
    }
    for (const key of ['where', 'count'] as const) {
      if (one[key] !== undefined && one.engagement === undefined) {
        ctx.addIssue({ code: 'custom', input: one, path: [key], message: `\`${key}\` belongs to an engagement` });
      }
    }
  })
  .meta({ id: 'WaitOption' });
export type WaitOption = z.infer<typeof option>;

const args = z.strictObject(
  {
    look: z.enum(['since_entry', 'ever'], { error: '`look` is since_entry or ever' }).default('since_entry'),
    any: z.array(option).min(1, { error: 'wait_for needs at least one option in `any`' }).max(20),
    timeout: z.strictObject(
      { after: durationField, then: keyField },
      {
        error: (issue) =>
          issue.code === 'invalid_type'
            ? 'wait_for needs a timeout: { after: PT72H, then: <step> }'
            : unknownKeyMessage('timeout', ['after', 'then'])(issue),
      },
    ),
  },
  { error: unknownKeyMessage('wait_for', ['look', 'any', 'timeout']) },
);

/** Any of several things awaited, each with its branch, and a time-out with its own. */
export const waitForStep = stepKind({
  args,
  goesOn: false,
  describe: ({ any, timeout }) =>
    `Wait for ${listValues(any.map(describeOption))}, at most ${describeDuration(requireDuration(timeout.after))}`,
  targets: ({ any, timeout }) => [
    ...any.map((one, index) => [`any.${index}.then`, one.then] as const),
    ['timeout.then', timeout.then],
  ],
  compile: ({ any, timeout }) => ({ kind: 'wait_for', any: any.map((one) => one.then), timeout: timeout.then }),
  lint: ({ any }, place) => any.flatMap((one, index) => lintOption(one, `${place.path}.any.${index}`, place)),
  // An option can be won on entry; only the time-out makes time pass.
  quickTargets: ({ any, timeout }, targets) =>
    durationToMs(requireDuration(timeout.after)) > 0 ? any.map((one) => one.then) : targets,
});

/** What an option waits for: `2 × page view with path starting with /pricing`. */
export function describeOption({ engagement, where, count = 1, score, when }: WaitOption): string {
  if (engagement !== undefined) {
    return `${count > 1 ? `${count} × ` : ''}${plainName(engagement)}${describeFilter(where)}`;
  }
  return score === undefined ? (when ? describeCondition(when) : 'nothing') : `a score of ${score}`;
}

function lintOption(
  { engagement, where, score, when }: WaitOption,
  at: string,
  { known, touches }: StepPlace,
): LintProblem[] {
  if (score !== undefined) {
    const problems = lintCondition({ field: 'score', op: '>=', value: score }, known);
    return problems.map((problem) => ({ ...problem, path: `${at}.score` }));
  }
  if (when !== undefined) return lintCondition(when, known, `${at}.when`);
  const touch = where?.['touch'];
  const touchId = typeof touch === 'string' ? touch : undefined;
  return [
    ...unknownName(known.engagementKinds, engagement, `${at}.engagement`, 'unknown-kind', 'engagement kind'),
    ...unknownName(touches, touchId, `${at}.where.touch`, 'unknown-touch', 'email step'),
  ];
}
